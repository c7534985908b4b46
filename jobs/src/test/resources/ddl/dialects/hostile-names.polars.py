# Polars frame 2024_orders, made by dynamodb-lake.
# It shows one snapshot: print and run this again after a flatten or an apply.
import polars as pl

frame = pl.scan_parquet(
    "s3://acme-lake/it's here/snapshot=1/**/*.parquet",
    hive_partitioning=False,
).select(
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
    "ddb_nulls",
)
