-- Spark table _lake.2024_orders on Parquet files, made by dynamodb-lake; no jar of it is needed.
-- It shows one snapshot: print and run this again after a flatten or an apply.
-- With the jar, spark.read.format("dynamodb-lake").load(...) reads whatever snapshot is current.
-- Where Spark knows S3 as s3a only, as outside of EMR and Glue, write s3a://.

CREATE DATABASE IF NOT EXISTS `_lake`;

DROP TABLE IF EXISTS `_lake`.`2024_orders`;

CREATE TABLE `_lake`.`2024_orders` (
  `select` STRING,
  `_1st` STRING,
  `size` STRING,
  `size_2` STRING,
  `a_b` STRING,
  `it_s` STRING,
  `two_lines` STRING,
  `grosse` STRING,
  `_` STRING,
  `_2` STRING,
  `ddb_rescued_2` STRING,
  `long` STRING,
  `nested` STRUCT<`order`: STRING, `_`: STRING, `_1`: MAP<STRING, STRING>, `timestamp`: STRUCT<`from`: BIGINT>>,
  `ddb_rescued` MAP<STRING, STRING>,
  `ddb_nulls` ARRAY<STRING>
)
USING parquet
LOCATION 's3://acme-lake/it\'s here/snapshot=1/';
