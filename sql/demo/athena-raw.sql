-- Athena table lake.orders_raw on an untouched DynamoDB export, made by dynamodb-lake.
-- Every value stands below its descriptor: s, n (digits as text), b (base64), bool, l, m and so on.
-- Keys are compared with case, because some differ in nothing else or are data themselves.
--
-- SELECT item."pk"."s", item."sk"."s", item."createdat"."s" FROM "lake"."orders_raw" LIMIT 10;

CREATE DATABASE IF NOT EXISTS `lake`;

DROP TABLE IF EXISTS `lake`.`orders_raw`;

CREATE EXTERNAL TABLE `lake`.`orders_raw` (
  `item` struct<id_2:struct<s:string>,address:struct<m:struct<city:struct<s:string>,country:struct<s:string>,street:struct<s:string>,zip:struct<s:string>>>,categories:struct<ss:array<string>>,coupon:struct<s:string,`null`:boolean>,createdat:struct<s:string>,dimensions:struct<m:struct<heightmm:struct<n:string>,weightkg:struct<n:string>,widthmm:struct<n:string>>>,discontinued:struct<bool:boolean,`null`:boolean>,email:struct<s:string>,entity:struct<s:string>,events:struct<l:array<struct<s:string,n:string,m:struct<at:struct<n:string>,status:struct<s:string>>>>>,expiresat:struct<n:string>,gift:struct<bool:boolean>,id:struct<s:string>,interests:struct<ss:array<string>>,lines:struct<l:array<struct<m:struct<engraving:struct<s:string>,price:struct<n:string>,qty:struct<n:string>,sku:struct<s:string>>>>>,loyaltypoints:struct<n:string>,marketing_optin:struct<bool:boolean>,name:struct<s:string>,note:struct<s:string>,phone:struct<s:string,`null`:boolean>,pk:struct<s:string>,price:struct<n:string>,qty:struct<s:string,n:string>,ratings:struct<m:map<string,struct<n:string>>>,serialnumber:struct<n:string>,shipto:struct<m:struct<city:struct<s:string>,country:struct<s:string>,street:struct<s:string>,zip:struct<s:string>>>,sizes:struct<ns:array<string>>,sk:struct<s:string>,sku:struct<s:string>,status:struct<s:string>,swatches:struct<bs:array<string>>,thumbnail:struct<b:string>,title:struct<s:string>,total:struct<n:string>,updatedat:struct<n:string>>
)
COMMENT 'DynamoDB export as it is'
ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
WITH SERDEPROPERTIES (
  'case.insensitive' = 'FALSE',
  'ignore.malformed.json' = 'FALSE',
  'mapping.b' = 'B',
  'mapping.bool' = 'BOOL',
  'mapping.bs' = 'BS',
  'mapping.createdat' = 'createdAt',
  'mapping.expiresat' = 'expiresAt',
  'mapping.heightmm' = 'heightMm',
  'mapping.id_2' = 'Id',
  'mapping.item' = 'Item',
  'mapping.l' = 'L',
  'mapping.loyaltypoints' = 'loyaltyPoints',
  'mapping.m' = 'M',
  'mapping.marketing_optin' = 'marketing.optIn',
  'mapping.n' = 'N',
  'mapping.ns' = 'NS',
  'mapping.null' = 'NULL',
  'mapping.s' = 'S',
  'mapping.serialnumber' = 'serialNumber',
  'mapping.shipto' = 'shipTo',
  'mapping.ss' = 'SS',
  'mapping.updatedat' = 'updatedAt',
  'mapping.weightkg' = 'weightKg',
  'mapping.widthmm' = 'widthMm'
)
STORED AS TEXTFILE
LOCATION 's3://acme-exports/nightly/orders/AWSDynamoDB/01731900000000-0a1b2c3d/data/'
TBLPROPERTIES ('classification' = 'json');
