-- Athena table lake.orders, made by dynamodb-lake.
-- Athena takes one statement a query: run them in this order. The next flatten writes this file
-- anew; running it then moves every reader of the table to the new snapshot.
-- Partitions are projected: Athena computes them from the ranges below, nothing has to be registered.

CREATE DATABASE IF NOT EXISTS `lake`;

-- The table is external: dropping it leaves its files alone.
DROP TABLE IF EXISTS `lake`.`orders`;

CREATE EXTERNAL TABLE `lake`.`orders` (
  `pk` string COMMENT 'partition key',
  `sk` string COMMENT 'sort key',
  `address` struct<city:string,country:string,street:string,zip:string>,
  `categories` array<string> COMMENT 'string set',
  `coupon` string,
  `created_at` timestamp COMMENT 'from ISO 8601 text, attribute createdAt',
  `dimensions` struct<heightmm:bigint,weightkg:decimal(18,3),widthmm:bigint>,
  `discontinued` boolean,
  `email` string COMMENT 'SHA-256 of the value',
  `entity` string,
  `events` array<string> COMMENT 'elements are DynamoDB JSON',
  `expires_at` timestamp COMMENT 'from epoch seconds, attribute expiresAt',
  `gift` boolean,
  `order_id` string COMMENT 'attribute id',
  `customer_id` string COMMENT 'attribute Id',
  `interests` array<string> COMMENT 'string set',
  `lines` array<struct<engraving:string,price:decimal(18,2),qty:bigint,sku:string>>,
  `loyalty_points` bigint COMMENT 'attribute loyaltyPoints',
  `marketing_opt_in` boolean COMMENT 'attribute marketing.optIn',
  `name` string,
  `note` string,
  `phone` string,
  `price` decimal(18,2),
  `qty` bigint,
  `ratings` map<string,bigint>,
  `serial_number` decimal(38,0) COMMENT 'attribute serialNumber',
  `ship_to` struct<city:string,country:string,street:string,zip:string> COMMENT 'attribute shipTo',
  `sizes` array<decimal(18,1)> COMMENT 'number set',
  `sku` string,
  `status` string,
  `swatches` array<binary> COMMENT 'binary set',
  `title` string,
  `total` decimal(18,2),
  `updated_at` timestamp COMMENT 'from epoch seconds, attribute updatedAt',
  `ddb_rescued` map<string,string> COMMENT 'values that do not fit their column: path to DynamoDB JSON',
  `ddb_nulls` array<string> COMMENT 'paths of values that are NULL, not absent'
)
COMMENT 'DynamoDB export, flattened by dynamodb-lake'
PARTITIONED BY (`created_at_month` string)
STORED AS PARQUET
LOCATION 's3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d.5b0c9a7e/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'parquet.compression' = 'ZSTD',
  'projection.enabled' = 'true',
  'projection.created_at_month.type' = 'enum',
  'projection.created_at_month.values' = '2024-06,2024-07,2024-08,2024-09,2024-10,2024-11',
  'storage.location.template' = 's3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d.5b0c9a7e/created_at_month=${created_at_month}/',
  'dynamodb-lake.snapshot' = '01731900000000-0a1b2c3d.5b0c9a7e',
  'dynamodb-lake.export-arn' = 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders/export/01731900000000-0a1b2c3d',
  'dynamodb-lake.export-time' = '2024-11-18T03:20:00Z'
);
