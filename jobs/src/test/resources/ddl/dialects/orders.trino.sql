-- Trino table lake.orders of the current catalog, which has to be one of the Hive connector; made by dynamodb-lake.
-- It shows one snapshot: print and run this again after a flatten or an apply.
-- A table that `dynamodb-lake register` or athena.sql has put into Glue is there already.

CREATE SCHEMA IF NOT EXISTS "lake";

DROP TABLE IF EXISTS "lake"."orders";

CREATE TABLE "lake"."orders" (
  "pk" VARCHAR,
  "sk" BIGINT,
  "total" DECIMAL(18,4),
  "ratio" DOUBLE,
  "exact" VARCHAR,
  "small" INTEGER,
  "paid" BOOLEAN,
  "thumb" VARBINARY,
  "createdat" TIMESTAMP(3),
  "updated" TIMESTAMP(3),
  "due" DATE,
  "tags" ARRAY(VARCHAR),
  "sizes" ARRAY(BIGINT),
  "lines" ARRAY(ROW("sku" VARCHAR, "date" VARCHAR, "price" DECIMAL(38,10))),
  "anything" ARRAY(VARCHAR),
  "stock" MAP(VARCHAR, BIGINT),
  "never" VARCHAR,
  "status" VARCHAR,
  "email" VARCHAR,
  "phone" VARCHAR,
  "ddb_rescued" MAP(VARCHAR, VARCHAR),
  "ddb_nulls" ARRAY(VARCHAR)
)
WITH (
  format = 'PARQUET',
  external_location = 's3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d/'
);
