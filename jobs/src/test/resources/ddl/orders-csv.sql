-- Athena table lake.orders, made by dynamodb-lake.
-- Athena takes one statement a query: run them in this order. The next flatten writes this file
-- anew; running it then moves every reader of the table to the new snapshot.
-- Every CSV column is a string to Athena: cast it in the query. Null and empty text are both read as ''.
-- A value with a line break cannot be read, because Athena cuts CSV files into lines first.

CREATE DATABASE IF NOT EXISTS `lake`;

-- The table is external: dropping it leaves its files alone.
DROP TABLE IF EXISTS `lake`.`orders`;

CREATE EXTERNAL TABLE `lake`.`orders` (
  `pk` string COMMENT 'string, partition key',
  `sk` string COMMENT 'bigint, sort key',
  `total` string COMMENT 'decimal(18,4)',
  `ratio` string COMMENT 'double',
  `exact` string COMMENT 'string, number as exact digits',
  `small` string COMMENT 'int',
  `paid` string COMMENT 'boolean',
  `thumb` string COMMENT 'binary',
  `createdat` string COMMENT 'timestamp, from ISO 8601 text, attribute createdAt',
  `updated` string COMMENT 'timestamp, from epoch seconds',
  `due` string COMMENT 'date, from ISO 8601 text',
  `tags` string COMMENT 'array<string>, string set',
  `sizes` string COMMENT 'array<bigint>, number set',
  `lines` string COMMENT 'array<struct<sku:string,date:string,price:decimal(38,10)>>',
  `anything` string COMMENT 'array<string>, elements are DynamoDB JSON',
  `stock` string COMMENT 'map<string,bigint>',
  `never` string COMMENT 'string, always NULL',
  `status` string COMMENT 'string',
  `email` string COMMENT 'string, SHA-256 of the value',
  `phone` string COMMENT 'string, masked',
  `ddb_rescued` string COMMENT 'map<string,string>, values that do not fit their column: path to DynamoDB JSON',
  `ddb_nulls` string COMMENT 'array<string>, paths of values that are NULL, not absent'
)
COMMENT 'DynamoDB export, flattened by dynamodb-lake'
ROW FORMAT SERDE 'org.apache.hadoop.hive.serde2.OpenCSVSerde'
WITH SERDEPROPERTIES (
  'separatorChar' = ',',
  'quoteChar' = '"',
  'escapeChar' = '\u0001'
)
STORED AS TEXTFILE
LOCATION 's3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d/'
TBLPROPERTIES (
  'classification' = 'csv',
  'skip.header.line.count' = '1',
  'dynamodb-lake.snapshot' = '01731900000000-0a1b2c3d',
  'dynamodb-lake.export-arn' = 'arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/export/01731900000000-0a1b2c3d',
  'dynamodb-lake.export-time' = '2024-11-18T03:20:00Z'
);
