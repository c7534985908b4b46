-- DuckDB view lake.raw_orders on an untouched DynamoDB export, made by dynamodb-lake.
-- Nested values stand below their descriptors; the whole item is the column ddb_item.
-- Values of several types, of which the column shows the most frequent: total
-- Left out: id (another name differs from it in case only)
-- Left out: two<000a>lines (a name with control characters)

CREATE SCHEMA IF NOT EXISTS "lake";

CREATE OR REPLACE VIEW "lake"."raw_orders" AS
SELECT
  "Item"."addr"."M" AS "addr",
  from_base64("Item"."data"."B") AS "data",
  "Item"."empty"."M" AS "empty",
  "Item"."exact"."N" AS "exact",
  "Item"."Id"."S" AS "id_2",
  "Item"."lines"."L" AS "lines",
  CAST(NULL AS VARCHAR) AS "none",
  "Item"."nothing"."L" AS "nothing",
  "Item"."ok"."BOOL" AS "ok",
  "Item"."open"."M" AS "open",
  "Item"."pk"."S" AS "pk",
  "Item"."Total"."S" AS "total",
  "Item" AS "ddb_item"
FROM read_ndjson(
  's3://acme-exports/nightly/AWSDynamoDB/01731900000000-0a1b2c3d/data/*.gz',
  columns = {'Item': 'STRUCT("Id" STRUCT("S" VARCHAR), "Total" STRUCT("S" VARCHAR, "N" VARCHAR), "addr" STRUCT("M" STRUCT("date" STRUCT("NULL" BOOLEAN), "zip ""code""" STRUCT("S" VARCHAR))), "data" STRUCT("B" VARCHAR), "empty" STRUCT("M" VARCHAR), "exact" STRUCT("N" VARCHAR), "lines" STRUCT("L" STRUCT("S" VARCHAR, "M" STRUCT("a.b" STRUCT("N" VARCHAR), "sku" STRUCT("S" VARCHAR)))[]), "none" STRUCT("NULL" BOOLEAN), "nothing" STRUCT("L" VARCHAR[]), "ok" STRUCT("BOOL" BOOLEAN), "open" STRUCT("M" MAP(VARCHAR, STRUCT("N" VARCHAR))), "pk" STRUCT("S" VARCHAR))'}
);
