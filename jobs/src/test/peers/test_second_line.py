"""The jar of the second line of Spark under the PySpark of that line: an export to a lake table and back, and exit codes."""

import json
import os

import pytest

import peers

KEYS = ("--key", "pk:S,sk:S")
AS_ORDERS = ("--table", "Orders", "--import-bucket", "acme-import", *KEYS)


@pytest.fixture(scope="module")
def restored(command, demo_table, workspace):
    """What restore writes of the demo table."""
    target = workspace / "restored"
    command("restore", demo_table, "--to", target, *AS_ORDERS).succeeded()
    return target


def test_it_is_the_second_line_in_ansi_mode(spark):
    assert spark.version.startswith(os.environ["SPARK_LINE"] + ".")
    assert spark.conf.get("spark.sql.ansi.enabled") == "true"


def test_flatten_writes_every_item(spark, demo_table):
    table = spark.read.parquet(str(peers.snapshot(demo_table)))
    keys = {row.pk + "/" + row.sk for row in table.select("pk", "sk").collect()}
    assert keys == set(peers.by_key(peers.items(peers.DEMO_EXPORT)))
    assert table.count() == len(keys)
    assert dict(table.dtypes)["categories"] == "array<string>"


def test_the_data_source_reads_what_the_export_holds(spark):
    orders = spark.read.format("dynamodb-export").load(str(peers.DEMO_EXPORT))
    items = peers.items(peers.DEMO_EXPORT)
    assert orders.count() == len(items)
    cities = orders.where("shipto is not null").select("pk", "sk", "shipto.city").collect()
    assert {row.pk + "/" + row.sk: row.city for row in cities} == {
        item["pk"]["S"] + "/" + item["sk"]["S"]: item["shipTo"]["M"]["city"]["S"]
        for item in items
        if "shipTo" in item
    }


def test_the_data_source_writes_what_dynamodb_imports(spark, tmp_path):
    target = tmp_path / "import"
    rows = spark.sql("SELECT 'a' AS pk, 1.50BD AS total, array('x', 'y') AS tags")
    (
        rows.write.format("dynamodb-import")
        .option("key", "pk:S")
        .option("table", "Orders")
        .option("importBucket", "acme-import")
        .save(str(target))
    )
    (item,) = peers.written(target)
    assert item == {"pk": {"S": "a"}, "total": {"N": "1.5"}, "tags": {"L": [{"S": "x"}, {"S": "y"}]}}


def test_what_is_restored_is_what_the_export_held(restored):
    items = peers.by_key(peers.written(restored))
    assert items == peers.by_key(peers.items(peers.DEMO_EXPORT))


def test_export_table_and_restored_items_are_equal_to_compare(command, demo_table, restored):
    for other in (demo_table, restored):
        finished = command("compare", peers.DEMO_EXPORT, other, *KEYS, "--json")
        assert json.loads(finished.succeeded().out)["equal"] is True


def test_compare_exits_with_6_where_an_item_is_missing(command, demo_table, restored, tmp_path):
    fewer = tmp_path / "fewer"
    words = ["restore", demo_table, "--to", fewer, *AS_ORDERS, "--where", "entity <> 'customer'"]
    command(*words).succeeded()
    finished = peers.submit("compare", restored, fewer, *KEYS)
    assert finished.code == 6, finished.err
    assert "120" in finished.out


def test_wrong_usage_exits_with_2():
    finished = peers.submit("flatten", peers.DEMO_EXPORT, "--table", "orders")
    assert finished.code == 2, finished.err
    assert "--to" in finished.err


def test_a_damaged_export_exits_with_3_and_publishes_nothing(demo_copy, tmp_path):
    data_file = max((demo_copy / "data").iterdir(), key=lambda file: file.stat().st_size)
    stored = bytearray(data_file.read_bytes())
    stored[len(stored) // 2] ^= 0xFF
    data_file.write_bytes(stored)
    finished = peers.submit("flatten", demo_copy, "--to", tmp_path / "table", "--table", "orders")
    assert finished.code == 3, finished.err
    assert data_file.name in finished.err
    assert not (tmp_path / "table" / "_dynamodb" / "current.json").exists()
