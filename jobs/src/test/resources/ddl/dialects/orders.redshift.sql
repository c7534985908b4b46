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
  "sk" BIGINT,
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
  "status" VARCHAR(65535),
  "email" VARCHAR(65535),
  "phone" VARCHAR(65535),
  "ddb_rescued" map<VARCHAR(65535),VARCHAR(65535)>,
  "ddb_nulls" array<VARCHAR(65535)>
)
STORED AS PARQUET
LOCATION 's3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d/';

-- Redshift's own table orders, of the current schema, in place of the external one: nested values are SUPER.

CREATE TABLE "orders" (
  "pk" VARCHAR(65535),
  "sk" BIGINT,
  "total" DECIMAL(18,4),
  "ratio" DOUBLE PRECISION,
  "exact" VARCHAR(65535),
  "small" INTEGER,
  "paid" BOOLEAN,
  "thumb" VARBYTE(409600),
  "createdat" TIMESTAMP,
  "updated" TIMESTAMP,
  "due" DATE,
  "tags" SUPER,
  "sizes" SUPER,
  "lines" SUPER,
  "anything" SUPER,
  "stock" SUPER,
  "never" VARCHAR(65535),
  "status" VARCHAR(65535),
  "email" VARCHAR(65535),
  "phone" VARCHAR(65535),
  "ddb_rescued" SUPER,
  "ddb_nulls" SUPER
);

COPY "orders"
FROM 's3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d/part-'
IAM_ROLE DEFAULT
FORMAT AS PARQUET SERIALIZETOJSON;
