-- Athena table lake.orders, made by dynamodb-lake.
-- Athena takes one statement a query: run them in this order. The next flatten writes this file
-- anew; running it then moves every reader of the table to the new snapshot.
-- Athena reads from S3 only: copy the files there and change every file location below.

CREATE DATABASE IF NOT EXISTS `lake`;

-- The table is external: dropping it leaves its files alone.
DROP TABLE IF EXISTS `lake`.`orders`;

CREATE EXTERNAL TABLE `lake`.`orders` (
  `pk` string,
  `ddb_rescued` map<string,string> COMMENT 'values that do not fit their column: path to DynamoDB JSON',
  `ddb_nulls` array<string> COMMENT 'paths of values that are NULL, not absent'
)
COMMENT 'DynamoDB export, flattened by dynamodb-lake'
STORED AS PARQUET
LOCATION 'file:/tmp/lake/orders/snapshot=1/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'parquet.compression' = 'ZSTD'
);
