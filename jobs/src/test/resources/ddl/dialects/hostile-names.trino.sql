-- Trino table _lake.2024_orders of the current catalog, which has to be one of the Hive connector; made by dynamodb-lake.
-- It shows one snapshot: print and run this again after a flatten or an apply.
-- A table that `dynamodb-lake register` or athena.sql has put into Glue is there already.

CREATE SCHEMA IF NOT EXISTS "_lake";

DROP TABLE IF EXISTS "_lake"."2024_orders";

CREATE TABLE "_lake"."2024_orders" (
  "select" VARCHAR,
  "_1st" VARCHAR,
  "size" VARCHAR,
  "size_2" VARCHAR,
  "a_b" VARCHAR,
  "it_s" VARCHAR,
  "two_lines" VARCHAR,
  "grosse" VARCHAR,
  "_" VARCHAR,
  "_2" VARCHAR,
  "ddb_rescued_2" VARCHAR,
  "long" VARCHAR,
  "nested" ROW("order" VARCHAR, "_" VARCHAR, "_1" MAP(VARCHAR, VARCHAR), "timestamp" ROW("from" BIGINT)),
  "ddb_rescued" MAP(VARCHAR, VARCHAR),
  "ddb_nulls" ARRAY(VARCHAR)
)
WITH (
  format = 'PARQUET',
  external_location = 's3://acme-lake/it''s here/snapshot=1/'
);
