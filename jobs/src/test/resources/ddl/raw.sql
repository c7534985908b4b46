-- Athena table lake.raw_orders on an untouched DynamoDB export, made by dynamodb-lake.
-- Every value stands below its descriptor: s, n (digits as text), b (base64), bool, l, m and so on.
--
-- SELECT item."pk"."s", item."total"."s", item."data"."b" FROM "lake"."raw_orders" LIMIT 10;
--
-- Left out:
--   two<000a>lines (a key that cannot be mapped)

CREATE DATABASE IF NOT EXISTS `lake`;

DROP TABLE IF EXISTS `lake`.`raw_orders`;

CREATE EXTERNAL TABLE `lake`.`raw_orders` (
  `item` struct<total:struct<s:string,n:string>,addr:struct<m:struct<city:struct<s:string>,`date`:struct<`null`:boolean>,zip_code:struct<s:string>>>,data:struct<b:string>,empty:struct<m:map<string,string>>,lines:struct<l:array<struct<s:string,m:struct<a_b:struct<n:string>,sku:struct<s:string>>>>>,nothing:struct<l:array<string>>,ok:struct<bool:boolean>,pk:struct<s:string>,tags:struct<ss:array<string>>>
)
COMMENT 'DynamoDB export as it is'
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES (
  'case.insensitive' = 'TRUE',
  'ignore.malformed.json' = 'FALSE',
  'mapping.a_b' = 'a.b',
  'mapping.zip_code' = 'zip code'
)
STORED AS TEXTFILE
LOCATION 's3://acme-exports/nightly/AWSDynamoDB/01731900000000-0a1b2c3d/data/'
TBLPROPERTIES ('classification' = 'json');
