"""The data source dynamodb-export from PySpark."""

import gzip
import shutil

import pytest
from pyspark.sql import functions as F

import peers


@pytest.fixture(scope="module")
def orders(spark):
    return spark.read.format("dynamodb-export").load(str(peers.DEMO_EXPORT))


def test_reads_every_item_with_typed_columns(orders):
    assert orders.count() == len(peers.items(peers.DEMO_EXPORT))
    types = dict(orders.dtypes)
    assert types["pk"] == "string"
    assert types["gift"] == "boolean"
    assert types["thumbnail"] == "binary"
    assert types["categories"] == "array<string>"
    assert types["ddb_rescued"] == "map<string,string>"
    assert orders.columns[-2:] == ["ddb_rescued", "ddb_nulls"]


def test_values_are_those_of_the_export(orders):
    expected = {
        item["pk"]["S"] + item["sk"]["S"]: item["shipTo"]["M"]["city"]["S"]
        for item in peers.items(peers.DEMO_EXPORT)
        if "shipTo" in item
    }
    rows = orders.where("shipto is not null").select("pk", "sk", "shipto.city").collect()
    assert {row.pk + row.sk: row.city for row in rows} == expected


def test_sql_reads_it_through_a_temporary_view(spark):
    spark.sql(
        "CREATE OR REPLACE TEMPORARY VIEW shop USING `dynamodb-export` "
        f"OPTIONS (path '{peers.DEMO_EXPORT}')"
    )
    counts = spark.sql("SELECT entity, count(*) AS n FROM shop GROUP BY entity").collect()
    assert {row.entity: row.n for row in counts} == {
        "customer": 120,
        "product": 130,
        "order": 750,
    }


def test_only_the_columns_asked_for_are_read(orders):
    plan = orders.select("status")._jdf.queryExecution().executedPlan().toString()
    assert "status" in plan
    assert "thumbnail" not in plan


def test_count_reads_data_files_and_believes_no_manifest(spark, tmp_path):
    export = tmp_path / peers.DEMO_EXPORT.name
    shutil.copytree(peers.DEMO_EXPORT, export)
    damaged = max((export / "data").glob("*.json.gz"), key=lambda file: file.stat().st_size)
    lines = gzip.decompress(damaged.read_bytes()).splitlines(keepends=True)
    damaged.write_bytes(gzip.compress(b"".join(lines[:-1])))
    with pytest.raises(Exception, match="MD5"):
        spark.read.format("dynamodb-export").load(str(export)).count()


def test_pandas_takes_the_result(orders):
    frame = (
        orders.where("entity = 'order'")
        .groupBy("status")
        .agg(F.sum("total").alias("revenue"))
        .toPandas()
    )
    assert set(frame.columns) == {"status", "revenue"}
    assert set(frame["status"]) == {"PLACED", "PAID", "SHIPPED", "DELIVERED", "CANCELLED"}


# ---- a line that is not an item


@pytest.fixture
def one_bad_line(tmp_path):
    """A folder of data files without a manifest, so that nothing else is wrong with it."""
    with gzip.open(tmp_path / "a.json.gz", "wt", encoding="utf-8") as lines:
        lines.write('{"Item":{"id":{"S":"a"},"n":{"N":"1"}}}\n')
        lines.write('{"Item":{"id":{"S":"b"},"n":{"N":1}}}\n')
        lines.write('{"Item":{"id":{"S":"c"},"n":{"N":"3"}}}\n')
    return str(tmp_path)


def test_failfast_is_the_default_and_names_the_line(spark, one_bad_line):
    with pytest.raises(Exception, match="a.json.gz") as failure:
        spark.read.format("dynamodb-export").load(one_bad_line).collect()
    assert "line 2" in str(failure.value)


def test_dropmalformed_leaves_the_line_out(spark, one_bad_line):
    reader = spark.read.format("dynamodb-export").option("mode", "DROPMALFORMED")
    rows = reader.load(one_bad_line).orderBy("id").collect()
    assert [(row.id, row.n) for row in rows] == [("a", 1), ("c", 3)]


def test_permissive_keeps_the_line_in_the_corrupt_record_column(spark, one_bad_line):
    reader = (
        spark.read.format("dynamodb-export")
        .option("mode", "PERMISSIVE")
        .option("columnNameOfCorruptRecord", "_corrupt_record")
    )
    rows = reader.load(one_bad_line).collect()
    assert len(rows) == 3
    (bad,) = [row for row in rows if row["_corrupt_record"] is not None]
    assert bad["_corrupt_record"] == '{"Item":{"id":{"S":"b"},"n":{"N":1}}}'
