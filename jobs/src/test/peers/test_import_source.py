"""The data source dynamodb-import from PySpark: what it writes, read with nothing but Python."""

import datetime
import decimal
import json

import pytest
from pyspark.sql import types as T

import peers


def test_a_dataframe_of_python_becomes_items(spark, tmp_path):
    schema = T.StructType(
        [
            T.StructField("pk", T.StringType()),
            T.StructField("Total", T.DecimalType(38, 2)),
            T.StructField("at", T.TimestampType()),
            T.StructField("photo", T.BinaryType()),
            T.StructField("tags", T.ArrayType(T.StringType())),
            T.StructField("home", T.StructType([T.StructField("zip code", T.ShortType())])),
            T.StructField("gift", T.BooleanType()),
        ]
    )
    at = datetime.datetime(2026, 11, 18, 3, 20, tzinfo=datetime.timezone.utc)
    rows = [
        ("a", decimal.Decimal("99.90"), at, b"\x00\x01", ["x", "y"], (7,), True),
        ("b", None, None, None, [], None, None),
    ]
    target = tmp_path / "import"

    (
        spark.createDataFrame(rows, schema)
        .write.format("dynamodb-import")
        .option("key", "pk:S")
        .option("table", "orders")
        .option("importBucket", "acme-import")
        .save(str(target))
    )

    assert sorted(peers.written(target), key=lambda item: item["pk"]["S"]) == [
        {
            "pk": {"S": "a"},
            "Total": {"N": "99.9"},
            "at": {"S": "2026-11-18T03:20:00Z"},
            "photo": {"B": "AAE="},
            "tags": {"L": [{"S": "x"}, {"S": "y"}]},
            "home": {"M": {"zip code": {"N": "7"}}},
            "gift": {"BOOL": True},
        },
        {"pk": {"S": "b"}, "tags": {"L": []}},
    ]
    request = json.loads((target / "import-table.json").read_text())
    assert request["TableCreationParameters"]["TableName"] == "orders"
    assert request["S3BucketSource"] == {"S3Bucket": "acme-import", "S3KeyPrefix": "orders/data/part-"}


def test_an_export_comes_back_equal(spark, tmp_path):
    orders = spark.read.format("dynamodb-export").load(str(peers.DEMO_EXPORT))
    target = tmp_path / "import"
    orders.write.format("dynamodb-import").option("key", "pk:S,sk:S").save(str(target))
    assert peers.by_key(peers.written(target)) == peers.by_key(peers.items(peers.DEMO_EXPORT))


def test_parquet_of_the_lake_comes_back_equal(spark, demo_table, tmp_path):
    orders = spark.read.parquet(str(peers.snapshot(demo_table)))
    target = tmp_path / "import"
    orders.write.format("dynamodb-import").option("key", "pk:S,sk:S").save(str(target))
    assert peers.by_key(peers.written(target)) == peers.by_key(peers.items(peers.DEMO_EXPORT))


def test_sql_writes_by_create_table_as_select(spark, tmp_path):
    target = tmp_path / "import"
    spark.sql(
        "CREATE TABLE import_orders USING `dynamodb-import` OPTIONS (key 'pk:S') "
        f"LOCATION '{target}' AS SELECT 'a' AS pk, 1 AS n"
    )
    spark.sql("DROP TABLE import_orders")
    assert peers.written(target) == [{"pk": {"S": "a"}, "n": {"N": "1"}}]


def test_a_key_that_stands_twice_is_refused(spark, tmp_path):
    with pytest.raises(Exception, match="several items have the same key, 1 times"):
        (
            spark.sql("SELECT 'a' AS pk UNION ALL SELECT 'a'")
            .write.format("dynamodb-import")
            .option("key", "pk:S")
            .save(str(tmp_path / "import"))
        )
    assert [path.name for path in (tmp_path / "import").iterdir()] == ["import-report.json"]
