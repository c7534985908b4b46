-- Redshift Spectrum: external table _lake.2024_orders where the files lie; made by dynamodb-lake.
-- It shows one snapshot: print and run this again after a flatten or an apply.
-- Redshift holds at most 65,535 bytes of text in a value; a longer one is an error, not cut.
-- Where Glue has the table without projected partitions, the first statement is enough.

CREATE EXTERNAL SCHEMA IF NOT EXISTS "_lake"
FROM DATA CATALOG DATABASE '_lake'
IAM_ROLE DEFAULT
CREATE EXTERNAL DATABASE IF NOT EXISTS;

DROP TABLE IF EXISTS "_lake"."2024_orders";

CREATE EXTERNAL TABLE "_lake"."2024_orders" (
  "select" VARCHAR(65535),
  "_1st" VARCHAR(65535),
  "size" VARCHAR(65535),
  "size_2" VARCHAR(65535),
  "a_b" VARCHAR(65535),
  "it_s" VARCHAR(65535),
  "two_lines" VARCHAR(65535),
  "grosse" VARCHAR(65535),
  "_" VARCHAR(65535),
  "_2" VARCHAR(65535),
  "ddb_rescued_2" VARCHAR(65535),
  "long" VARCHAR(65535),
  "nested" struct<"order":VARCHAR(65535),"_":VARCHAR(65535),"_1":map<VARCHAR(65535),VARCHAR(65535)>,"timestamp":struct<"from":BIGINT>>,
  "ddb_rescued" map<VARCHAR(65535),VARCHAR(65535)>,
  "ddb_nulls" array<VARCHAR(65535)>
)
STORED AS PARQUET
LOCATION 's3://acme-lake/it''s here/snapshot=1/';

-- Redshift's own table 2024_orders, of the current schema, in place of the external one: nested values are SUPER.

CREATE TABLE "2024_orders" (
  "select" VARCHAR(65535),
  "_1st" VARCHAR(65535),
  "size" VARCHAR(65535),
  "size_2" VARCHAR(65535),
  "a_b" VARCHAR(65535),
  "it_s" VARCHAR(65535),
  "two_lines" VARCHAR(65535),
  "grosse" VARCHAR(65535),
  "_" VARCHAR(65535),
  "_2" VARCHAR(65535),
  "ddb_rescued_2" VARCHAR(65535),
  "long" VARCHAR(65535),
  "nested" SUPER,
  "ddb_rescued" SUPER,
  "ddb_nulls" SUPER
);

COPY "2024_orders"
FROM 's3://acme-lake/it''s here/snapshot=1/part-'
IAM_ROLE DEFAULT
FORMAT AS PARQUET SERIALIZETOJSON;
