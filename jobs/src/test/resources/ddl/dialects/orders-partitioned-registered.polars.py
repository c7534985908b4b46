# Polars frame orders, made by dynamodb-lake.
# It shows one snapshot: print and run this again after a flatten or an apply.
import polars as pl

frame = pl.scan_parquet(
    "s3://acme-lake/orders/snapshot=01731900000000-0a1b2c3d/**/*.parquet",
    hive_partitioning=True,
    hive_schema={"snapshot": pl.String, "status": pl.String, "sk": pl.Int64},
).select(
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
    "status",
    "sk",
)
