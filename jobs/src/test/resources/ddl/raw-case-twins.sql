-- Athena table lake.raw_orders on an untouched DynamoDB export, made by dynamodb-lake.
-- Every value stands below its descriptor: s, n (digits as text), b (base64), bool, l, m and so on.
-- Keys are compared with case, because some differ in nothing else or are data themselves.
--
-- SELECT item."id_2"."s", item."id"."n", item."s_2"."s" FROM "lake"."raw_orders" LIMIT 10;

CREATE DATABASE IF NOT EXISTS `lake`;

DROP TABLE IF EXISTS `lake`.`raw_orders`;

CREATE EXTERNAL TABLE `lake`.`raw_orders` (
  `item` struct<id_2:struct<s:string>,id:struct<n:string>,item_2:struct<m:struct<n:struct<n:string>>>,s_2:struct<s:string>>
)
COMMENT 'DynamoDB export as it is'
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES (
  'case.insensitive' = 'FALSE',
  'ignore.malformed.json' = 'FALSE',
  'mapping.id_2' = 'Id',
  'mapping.item' = 'Item',
  'mapping.item_2' = 'item',
  'mapping.m' = 'M',
  'mapping.n' = 'N',
  'mapping.s' = 'S',
  'mapping.s_2' = 's'
)
STORED AS TEXTFILE
LOCATION 's3://acme-exports/nightly/AWSDynamoDB/01731900000000-0a1b2c3d/data/'
TBLPROPERTIES ('classification' = 'json');
