-- DuckDB view _lake.2024_orders, made by dynamodb-lake.
-- It shows one snapshot: print and run this again after a flatten or an apply.
-- Files on S3 need the extension httpfs and a secret: CREATE SECRET (TYPE s3, PROVIDER credential_chain).

CREATE SCHEMA IF NOT EXISTS "_lake";

CREATE OR REPLACE VIEW "_lake"."2024_orders" AS
SELECT
  "select",
  "_1st",
  "size",
  "size_2",
  "a_b",
  "it_s",
  "two_lines",
  "grosse",
  "_",
  "_2",
  "ddb_rescued_2",
  "long",
  "nested",
  "ddb_rescued",
  "ddb_nulls"
FROM read_parquet(
  's3://acme-lake/it''s here/snapshot=1/**/*.parquet',
  hive_partitioning = false
);
