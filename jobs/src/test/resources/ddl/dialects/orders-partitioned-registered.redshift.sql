-- Redshift Spectrum: external table lake.orders where the files lie; made by dynamodb-lake.
-- It shows one snapshot: print and run this again after a flatten or an apply.
-- Redshift holds at most 65,535 bytes of text in a value; a longer one is an error, not cut.
-- Where Glue has the table without projected partitions, the first statement is enough.

CREATE EXTERNAL SCHEMA IF NOT EXISTS "lake"
FROM DATA CATALOG DATABASE 'lake'
IAM_ROLE DEFAULT
CREATE EXTERNAL DATABASE IF NOT EXISTS;

DROP TABLE IF EXISTS "lake"."orders";

CREATE EXTERNAL TABLE "lake"."orders" (
  "pk" VARCHAR(65535),
  "total" DECIMAL(18,4),
  "ratio" DOUBLE PRECISION,
  "exact" VARCHAR(65535),
  "small" INTEGER,
  "paid" BOOLEAN,
  "thumb" VARBYTE(409600),
  "createdat" TIMESTAMP,
  "updated" TIMESTAMP,
  "due" DATE,
  "tags" array<VARCHAR(65535)>,
  "sizes" array<BIGINT>,
  "lines" array<struct<"sku":VARCHAR(65535),"date":VARCHAR(65535),"price":DECIMAL(38,10)>>,
  "anything" array<VARCHAR(65535)>,
  "stock" map<VARCHAR(65535),BIGINT>,
  "never" VARCHAR(65535),
  "email" VARCHAR(65535),
  "phone" VARCHAR(65535),
  "ddb_rescued" map<VARCHAR(65535),VARCHAR(65535)>,
  "ddb_nulls" array<VARCHAR(65535)>
)
PARTITIONED BY ("status" VARCHAR(65535), "sk" BIGINT)
STORED AS PARQUET
LOCATION 's3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d/';

ALTER TABLE "lake"."orders" ADD IF NOT EXISTS
PARTITION ("status" = 'OPEN', "sk" = '7') LOCATION 's3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d/status=OPEN/sk=7/'
PARTITION ("status" = 'it''s a/b', "sk" = '-8') LOCATION 's3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d/status=it%27s a%2Fb/sk=-8/'
PARTITION ("status" = '__HIVE_DEFAULT_PARTITION__', "sk" = '__HIVE_DEFAULT_PARTITION__') LOCATION 's3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d/status=__HIVE_DEFAULT_PARTITION__/sk=__HIVE_DEFAULT_PARTITION__/';

-- Without COPY: it reads files alone, and "status", "sk" stands in the names of folders;
-- CREATE TABLE AS SELECT from the external table has all columns.
