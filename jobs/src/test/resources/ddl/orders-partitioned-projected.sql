-- Athena table lake.orders, made by dynamodb-lake.
-- Athena takes one statement a query: run them in this order. The next flatten writes this file
-- anew; running it then moves every reader of the table to the new snapshot.
-- Partitions are projected: Athena computes them from the ranges below, nothing has to be registered.

CREATE DATABASE IF NOT EXISTS `lake`;

-- The table is external: dropping it leaves its files alone.
DROP TABLE IF EXISTS `lake`.`orders`;

CREATE EXTERNAL TABLE `lake`.`orders` (
  `pk` string COMMENT 'partition key',
  `sk` bigint COMMENT 'sort key',
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
  `status` string,
  `email` string COMMENT 'SHA-256 of the value',
  `phone` string COMMENT 'masked',
  `ddb_rescued` map<string,string> COMMENT 'values that do not fit their column: path to DynamoDB JSON',
  `ddb_nulls` array<string> COMMENT 'paths of values that are NULL, not absent'
)
COMMENT 'DynamoDB export, flattened by dynamodb-lake'
PARTITIONED BY (`createdat_day` string, `updated_hour` string, `pk_bucket` int)
STORED AS PARQUET
LOCATION 's3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'parquet.compression' = 'ZSTD',
  'projection.enabled' = 'true',
  'projection.createdat_day.type' = 'date',
  'projection.createdat_day.format' = 'yyyy-MM-dd',
  'projection.createdat_day.range' = '2024-11-01,2024-11-18',
  'projection.createdat_day.interval' = '1',
  'projection.createdat_day.interval.unit' = 'DAYS',
  'projection.updated_hour.type' = 'date',
  'projection.updated_hour.format' = 'yyyy-MM-dd-HH',
  'projection.updated_hour.range' = '2024-11-01-00,2024-11-18-23',
  'projection.updated_hour.interval' = '1',
  'projection.updated_hour.interval.unit' = 'HOURS',
  'projection.pk_bucket.type' = 'integer',
  'projection.pk_bucket.range' = '0,15',
  'storage.location.template' = 's3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d/createdat_day=${createdat_day}/updated_hour=${updated_hour}/pk_bucket=${pk_bucket}/',
  'dynamodb-lake.snapshot' = '01731900000000-0a1b2c3d',
  'dynamodb-lake.export-arn' = 'arn:aws:dynamodb:eu-west-1:111122223333:table/Orders/export/01731900000000-0a1b2c3d',
  'dynamodb-lake.export-time' = '2024-11-18T03:20:00Z'
);
