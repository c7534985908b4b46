-- Athena table lake.orders, made by dynamodb-lake.
-- Athena takes one statement a query: run them in this order. The next flatten writes this file
-- anew; running it then moves every reader of the table to the new snapshot.

CREATE DATABASE IF NOT EXISTS `lake`;

-- The table is external: dropping it leaves its files alone.
DROP TABLE IF EXISTS `lake`.`orders`;

CREATE EXTERNAL TABLE `lake`.`orders` (
  `pk` string COMMENT 'partition key',
  `sk` string COMMENT 'sort key',
  `address` struct<city:string,country:string,street:string,zip:string>,
  `categories` array<string> COMMENT 'string set',
  `coupon` string,
  `createdat` string COMMENT 'attribute createdAt',
  `dimensions` struct<heightmm:bigint,weightkg:decimal(18,3),widthmm:bigint>,
  `discontinued` boolean,
  `email` string,
  `entity` string,
  `events` array<string> COMMENT 'elements are DynamoDB JSON',
  `expiresat` bigint COMMENT 'attribute expiresAt',
  `gift` boolean,
  `id` string,
  `id_2` string COMMENT 'attribute Id',
  `interests` array<string> COMMENT 'string set',
  `lines` array<struct<engraving:string,price:decimal(18,2),qty:bigint,sku:string>>,
  `loyaltypoints` bigint COMMENT 'attribute loyaltyPoints',
  `marketing_optin` boolean COMMENT 'attribute marketing.optIn',
  `name` string,
  `note` string,
  `phone` string,
  `price` decimal(18,2),
  `qty` bigint,
  `ratings` map<string,bigint>,
  `serialnumber` decimal(38,0) COMMENT 'attribute serialNumber',
  `shipto` struct<city:string,country:string,street:string,zip:string> COMMENT 'attribute shipTo',
  `sizes` array<decimal(18,1)> COMMENT 'number set',
  `sku` string,
  `status` string,
  `swatches` array<binary> COMMENT 'binary set',
  `thumbnail` binary,
  `title` string,
  `total` decimal(18,2),
  `updatedat` bigint COMMENT 'attribute updatedAt',
  `ddb_rescued` map<string,string> COMMENT 'values that do not fit their column: path to DynamoDB JSON',
  `ddb_nulls` array<string> COMMENT 'paths of values that are NULL, not absent'
)
COMMENT 'DynamoDB export, flattened by dynamodb-lake'
STORED AS PARQUET
LOCATION 's3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d.5b0c9a7e/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'parquet.compression' = 'ZSTD',
  'dynamodb-lake.snapshot' = '01731900000000-0a1b2c3d.5b0c9a7e',
  'dynamodb-lake.export-arn' = 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders/export/01731900000000-0a1b2c3d',
  'dynamodb-lake.export-time' = '2024-11-18T03:20:00Z'
);
