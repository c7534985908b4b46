-- Athena table _lake.2024_orders, made by dynamodb-lake.
-- Athena takes one statement a query: run them in this order. The next flatten writes this file
-- anew; running it then moves every reader of the table to the new snapshot.

CREATE DATABASE IF NOT EXISTS `_lake`;

-- The table is external: dropping it leaves its files alone.
DROP TABLE IF EXISTS `_lake`.`2024_orders`;

CREATE EXTERNAL TABLE `_lake`.`2024_orders` (
  `select` string,
  `_1st` string COMMENT 'attribute 1st',
  `size` string,
  `size_2` string COMMENT 'attribute Size',
  `a_b` string COMMENT 'attribute a.b',
  `it_s` string COMMENT 'attribute it\'s \\ `quoted` "twice"; -- no comment',
  `two_lines` string COMMENT 'attribute two<000a>lines<2028>three<0000>',
  `grosse` string COMMENT 'attribute Größe',
  `_` string COMMENT 'attribute 😀',
  `_2` string COMMENT 'attribute <d83d>',
  `ddb_rescued_2` string COMMENT 'attribute ddb_rescued',
  `long` string COMMENT 'attribute xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx...',
  `nested` struct<`order`:string,`_`:string,`_1`:map<string,string>,`timestamp`:struct<`from`:bigint>>,
  `ddb_rescued` map<string,string> COMMENT 'values that do not fit their column: path to DynamoDB JSON',
  `ddb_nulls` array<string> COMMENT 'paths of values that are NULL, not absent'
)
COMMENT 'DynamoDB export, flattened by dynamodb-lake'
STORED AS PARQUET
LOCATION 's3://acme-lake/it\'s here/snapshot=1/'
TBLPROPERTIES (
  'classification' = 'parquet',
  'parquet.compression' = 'ZSTD'
);
