-- DuckDB view lake.orders, made by dynamodb-lake.
-- It shows one snapshot: print and run this again after a flatten or an apply.
-- Files on S3 need the extension httpfs and a secret: CREATE SECRET (TYPE s3, PROVIDER credential_chain).

CREATE SCHEMA IF NOT EXISTS "lake";

CREATE OR REPLACE VIEW "lake"."orders" AS
SELECT
  "pk",
  "total",
  "ratio",
  "exact",
  "small",
  "paid",
  "thumb",
  "createdat",
  "updated",
  "due",
  "tags",
  "sizes",
  "lines",
  "anything",
  "stock",
  "never",
  "email",
  "phone",
  "ddb_rescued",
  "ddb_nulls",
  CAST(nullif("status", '__HIVE_DEFAULT_PARTITION__') AS VARCHAR) AS "status",
  CAST(nullif("sk", '__HIVE_DEFAULT_PARTITION__') AS BIGINT) AS "sk"
FROM read_parquet(
  's3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d/**/*.parquet',
  hive_partitioning = true,
  hive_types = {'status': VARCHAR, 'sk': VARCHAR}
);
