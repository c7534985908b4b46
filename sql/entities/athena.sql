-- Athena table lake.shop_customer, made by dynamodb-lake.
-- Athena takes one statement a query: run them in this order. The next flatten writes this file
-- anew; running it then moves every reader of the table to the new snapshot.

CREATE DATABASE IF NOT EXISTS `lake`;

-- The table is external: dropping it leaves its files alone.
DROP TABLE IF EXISTS `lake`.`shop_customer`;

CREATE EXTERNAL TABLE `lake`.`shop_customer` (
  `pk` string COMMENT 'partition key',
  `sk` string COMMENT 'sort key',
  `address` struct<city:string,country:string,street:string,zip:string>,
  `createdat` string COMMENT 'attribute createdAt',
  `email` string,
  `entity` string,
  `id` string COMMENT 'attribute Id',
  `interests` array<string> COMMENT 'string set',
  `loyaltypoints` bigint COMMENT 'attribute loyaltyPoints',
  `marketing_optin` boolean COMMENT 'attribute marketing.optIn',
  `name` string,
  `phone` string,
  `ratings` map<string,bigint>,
  `ddb_rescued` map<string,string> COMMENT 'values that do not fit their column: path to DynamoDB JSON',
  `ddb_nulls` array<string> COMMENT 'paths of values that are NULL, not absent',
  `customer_id` string COMMENT 'part of a key, repeated for queries'
)
COMMENT 'DynamoDB export, flattened by dynamodb-lake'
STORED AS PARQUET
LOCATION 's3://acme-lake/shop/customer/snapshot=01731900000000-0a1b2c3d.5b0c9a7e/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'parquet.compression' = 'ZSTD',
  'dynamodb-lake.snapshot' = '01731900000000-0a1b2c3d.5b0c9a7e',
  'dynamodb-lake.export-arn' = 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders/export/01731900000000-0a1b2c3d',
  'dynamodb-lake.export-time' = '2024-11-18T03:20:00Z'
);

-- Athena table lake.shop_order, made by dynamodb-lake.
-- Athena takes one statement a query: run them in this order. The next flatten writes this file
-- anew; running it then moves every reader of the table to the new snapshot.

CREATE DATABASE IF NOT EXISTS `lake`;

-- The table is external: dropping it leaves its files alone.
DROP TABLE IF EXISTS `lake`.`shop_order`;

CREATE EXTERNAL TABLE `lake`.`shop_order` (
  `pk` string COMMENT 'partition key',
  `sk` string COMMENT 'sort key',
  `coupon` string,
  `createdat` string COMMENT 'attribute createdAt',
  `entity` string,
  `events` array<string> COMMENT 'elements are DynamoDB JSON',
  `expiresat` bigint COMMENT 'attribute expiresAt',
  `gift` boolean,
  `id` string,
  `lines` array<struct<engraving:string,price:decimal(18,2),qty:bigint,sku:string>>,
  `note` string,
  `qty` bigint,
  `shipto` struct<city:string,country:string,street:string,zip:string> COMMENT 'attribute shipTo',
  `status` string,
  `total` decimal(18,2),
  `updatedat` bigint COMMENT 'attribute updatedAt',
  `ddb_rescued` map<string,string> COMMENT 'values that do not fit their column: path to DynamoDB JSON',
  `ddb_nulls` array<string> COMMENT 'paths of values that are NULL, not absent',
  `customer_id` string COMMENT 'part of a key, repeated for queries',
  `order_id` string COMMENT 'part of a key, repeated for queries'
)
COMMENT 'DynamoDB export, flattened by dynamodb-lake'
STORED AS PARQUET
LOCATION 's3://acme-lake/shop/order/snapshot=01731900000000-0a1b2c3d.5b0c9a7e/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'parquet.compression' = 'ZSTD',
  'dynamodb-lake.snapshot' = '01731900000000-0a1b2c3d.5b0c9a7e',
  'dynamodb-lake.export-arn' = 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders/export/01731900000000-0a1b2c3d',
  'dynamodb-lake.export-time' = '2024-11-18T03:20:00Z'
);

-- Without items that are marked as deleted, or have expired and are to be deleted.
CREATE OR REPLACE VIEW "lake"."shop_order_live" AS
SELECT * FROM "lake"."shop_order"
WHERE NOT coalesce("expiresat" <= to_unixtime(now()) AND "expiresat" > to_unixtime(now()) - 157680000, false);

-- Athena table lake.shop_product, made by dynamodb-lake.
-- Athena takes one statement a query: run them in this order. The next flatten writes this file
-- anew; running it then moves every reader of the table to the new snapshot.

CREATE DATABASE IF NOT EXISTS `lake`;

-- The table is external: dropping it leaves its files alone.
DROP TABLE IF EXISTS `lake`.`shop_product`;

CREATE EXTERNAL TABLE `lake`.`shop_product` (
  `pk` string COMMENT 'partition key',
  `sk` string COMMENT 'sort key',
  `categories` array<string> COMMENT 'string set',
  `createdat` string COMMENT 'attribute createdAt',
  `dimensions` struct<heightmm:bigint,weightkg:decimal(18,3),widthmm:bigint>,
  `discontinued` boolean,
  `entity` string,
  `price` decimal(18,2),
  `serialnumber` decimal(38,0) COMMENT 'attribute serialNumber',
  `sizes` array<decimal(18,1)> COMMENT 'number set',
  `sku` string,
  `swatches` array<binary> COMMENT 'binary set',
  `thumbnail` binary,
  `title` string,
  `ddb_rescued` map<string,string> COMMENT 'values that do not fit their column: path to DynamoDB JSON',
  `ddb_nulls` array<string> COMMENT 'paths of values that are NULL, not absent',
  `product_id` string COMMENT 'part of a key, repeated for queries'
)
COMMENT 'DynamoDB export, flattened by dynamodb-lake'
STORED AS PARQUET
LOCATION 's3://acme-lake/shop/product/snapshot=01731900000000-0a1b2c3d.5b0c9a7e/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'parquet.compression' = 'ZSTD',
  'dynamodb-lake.snapshot' = '01731900000000-0a1b2c3d.5b0c9a7e',
  'dynamodb-lake.export-arn' = 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders/export/01731900000000-0a1b2c3d',
  'dynamodb-lake.export-time' = '2024-11-18T03:20:00Z'
);

-- Athena table lake.shop_other, made by dynamodb-lake.
-- Athena takes one statement a query: run them in this order. The next flatten writes this file
-- anew; running it then moves every reader of the table to the new snapshot.

CREATE DATABASE IF NOT EXISTS `lake`;

-- The table is external: dropping it leaves its files alone.
DROP TABLE IF EXISTS `lake`.`shop_other`;

CREATE EXTERNAL TABLE `lake`.`shop_other` (
  `pk` string COMMENT 'partition key',
  `sk` string COMMENT 'sort key',
  `ddb_rescued` map<string,string> COMMENT 'values that do not fit their column: path to DynamoDB JSON',
  `ddb_nulls` array<string> COMMENT 'paths of values that are NULL, not absent'
)
COMMENT 'DynamoDB export, flattened by dynamodb-lake'
STORED AS PARQUET
LOCATION 's3://acme-lake/shop/other/snapshot=01731900000000-0a1b2c3d.5b0c9a7e/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'parquet.compression' = 'ZSTD',
  'dynamodb-lake.snapshot' = '01731900000000-0a1b2c3d.5b0c9a7e',
  'dynamodb-lake.export-arn' = 'arn:aws:dynamodb:eu-west-1:111122223333:table/orders/export/01731900000000-0a1b2c3d',
  'dynamodb-lake.export-time' = '2024-11-18T03:20:00Z'
);
