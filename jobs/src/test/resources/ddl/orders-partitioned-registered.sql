-- Athena table lake.orders, made by dynamodb-lake.
-- Athena takes one statement a query: run them in this order. The next flatten writes this file
-- anew; running it then moves every reader of the table to the new snapshot.
-- Between DROP TABLE and the last ALTER TABLE a query sees no table or only some of its partitions.

CREATE DATABASE IF NOT EXISTS `lake`;

-- The table is external: dropping it leaves its files alone.
DROP TABLE IF EXISTS `lake`.`orders`;

CREATE EXTERNAL TABLE `lake`.`orders` (
  `pk` string COMMENT 'partition key',
  `total` decimal(18,4),
  `ratio` double,
  `exact` string COMMENT 'number as exact digits',
  `small` int,
  `paid` boolean,
  `thumb` binary,
  `createdat` timestamp COMMENT 'from ISO 8601 text, attribute createdAt',
  `updated` timestamp COMMENT 'from epoch seconds',
  `due` date COMMENT 'from ISO 8601 text',
  `tags` array<string> COMMENT 'string set',
  `sizes` array<bigint> COMMENT 'number set',
  `lines` array<struct<sku:string,`date`:string,price:decimal(38,10)>>,
  `anything` array<string> COMMENT 'elements are DynamoDB JSON',
  `stock` map<string,bigint>,
  `never` string COMMENT 'always NULL',
  `email` string COMMENT 'SHA-256 of the value',
  `phone` string COMMENT 'masked',
  `ddb_rescued` map<string,string> COMMENT 'values that do not fit their column: path to DynamoDB JSON',
  `ddb_nulls` array<string> COMMENT 'paths of values that are NULL, not absent'
)
COMMENT 'DynamoDB export, flattened by dynamodb-lake'
PARTITIONED BY (`status` string, `sk` bigint)
STORED AS PARQUET
LOCATION 's3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'parquet.compression' = 'ZSTD',
  'dynamodb-lake.snapshot' = '01731900000000-0a1b2c3d',
  'dynamodb-lake.export-arn' = 'arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/export/01731900000000-0a1b2c3d',
  'dynamodb-lake.export-time' = '2024-11-18T03:20:00Z'
);

ALTER TABLE `lake`.`orders` ADD IF NOT EXISTS
  PARTITION (`status` = 'OPEN', `sk` = 7) LOCATION 's3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d/status=OPEN/sk=7/'
  PARTITION (`status` = 'it\'s a/b', `sk` = '-8') LOCATION 's3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d/status=it%27s a%2Fb/sk=-8/'
  PARTITION (`status` = '__HIVE_DEFAULT_PARTITION__', `sk` = '__HIVE_DEFAULT_PARTITION__') LOCATION 's3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d/status=__HIVE_DEFAULT_PARTITION__/sk=__HIVE_DEFAULT_PARTITION__/';
