-- Spark table lake.orders on Parquet files, made by dynamodb-lake; no jar of it is needed.
-- It shows one snapshot: print and run this again after a flatten or an apply.
-- With the jar, spark.read.format("dynamodb-lake").load(...) reads whatever snapshot is current.
-- Where Spark knows S3 as s3a only, as outside of EMR and Glue, write s3a://.

CREATE DATABASE IF NOT EXISTS `lake`;

DROP TABLE IF EXISTS `lake`.`orders`;

CREATE TABLE `lake`.`orders` (
  `pk` STRING,
  `total` DECIMAL(18,4),
  `ratio` DOUBLE,
  `exact` STRING,
  `small` INT,
  `paid` BOOLEAN,
  `thumb` BINARY,
  `createdat` TIMESTAMP,
  `updated` TIMESTAMP,
  `due` DATE,
  `tags` ARRAY<STRING>,
  `sizes` ARRAY<BIGINT>,
  `lines` ARRAY<STRUCT<`sku`: STRING, `date`: STRING, `price`: DECIMAL(38,10)>>,
  `anything` ARRAY<STRING>,
  `stock` MAP<STRING, BIGINT>,
  `never` STRING,
  `email` STRING,
  `phone` STRING,
  `ddb_rescued` MAP<STRING, STRING>,
  `ddb_nulls` ARRAY<STRING>,
  `status` STRING,
  `sk` BIGINT
)
USING parquet
PARTITIONED BY (`status`, `sk`)
LOCATION 's3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d/';

ALTER TABLE `lake`.`orders` RECOVER PARTITIONS;
