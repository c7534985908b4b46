# Polars frame raw_orders on an untouched DynamoDB export, made by dynamodb-lake.
# Nested values stand below their descriptors; the whole item is the column ddb_item.
# Values of several types, of which the column shows the most frequent: total
# Left out: open (a map of any keys)
# Left out: two<000a>lines (a name with control characters)
import polars as pl

frame = pl.scan_ndjson(
    "s3://acme-exports/nightly/AWSDynamoDB/01731900000000-0a1b2c3d/data/*.gz",
    schema={"Item": pl.Struct({"Id": pl.Struct({"S": pl.String}), "Total": pl.Struct({"S": pl.String, "N": pl.String}), "addr": pl.Struct({"M": pl.Struct({"date": pl.Struct({"NULL": pl.Boolean}), "zip \"code\"": pl.Struct({"S": pl.String})})}), "data": pl.Struct({"B": pl.String}), "empty": pl.Struct({"M": pl.String}), "exact": pl.Struct({"N": pl.String}), "id": pl.Struct({"N": pl.String}), "lines": pl.Struct({"L": pl.List(pl.Struct({"S": pl.String, "M": pl.Struct({"a.b": pl.Struct({"N": pl.String}), "sku": pl.Struct({"S": pl.String})})}))}), "none": pl.Struct({"NULL": pl.Boolean}), "nothing": pl.Struct({"L": pl.List(pl.String)}), "ok": pl.Struct({"BOOL": pl.Boolean}), "pk": pl.Struct({"S": pl.String})})},
).select(
    pl.col("Item").struct.field("addr").struct.field("M").alias("addr"),
    pl.col("Item").struct.field("data").struct.field("B").str.decode("base64").alias("data"),
    pl.col("Item").struct.field("empty").struct.field("M").alias("empty"),
    pl.col("Item").struct.field("exact").struct.field("N").alias("exact"),
    pl.col("Item").struct.field("id").struct.field("N").cast(pl.Int64).alias("id"),
    pl.col("Item").struct.field("Id").struct.field("S").alias("id_2"),
    pl.col("Item").struct.field("lines").struct.field("L").alias("lines"),
    pl.lit(None, dtype=pl.String).alias("none"),
    pl.col("Item").struct.field("nothing").struct.field("L").alias("nothing"),
    pl.col("Item").struct.field("ok").struct.field("BOOL").alias("ok"),
    pl.col("Item").struct.field("pk").struct.field("S").alias("pk"),
    pl.col("Item").struct.field("Total").struct.field("S").alias("total"),
    pl.col("Item").alias("ddb_item"),
)
