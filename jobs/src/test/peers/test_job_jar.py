"""The job jar under spark-submit: exit codes, and tables of Hive."""

import json
import subprocess
import sys

import peers


def test_a_damaged_export_exits_with_3_and_publishes_nothing(demo_copy, tmp_path):
    data_file = max((demo_copy / "data").iterdir(), key=lambda file: file.stat().st_size)
    stored = bytearray(data_file.read_bytes())
    stored[len(stored) // 2] ^= 0xFF
    data_file.write_bytes(stored)
    table = tmp_path / "table"
    finished = peers.submit("flatten", demo_copy, "--to", table, "--table", "orders")
    assert finished.code == 3, finished.err
    assert data_file.name in finished.err
    assert not (table / "_dynamodb" / "current.json").exists()


def test_wrong_usage_exits_with_2():
    finished = peers.submit("flatten", peers.DEMO_EXPORT, "--table", "orders")
    assert finished.code == 2, finished.err
    assert "--to" in finished.err


def test_data_that_a_strict_run_refuses_exits_with_4(tmp_path):
    command = ["flatten", peers.DEMO_EXPORT, "--to", tmp_path / "table", "--table", "orders"]
    finished = peers.submit(*command, "--strict")
    assert finished.code == 4, finished.err


HIVE_TABLES = """
import sys
from pyspark.sql import SparkSession

builder = SparkSession.builder.master("local[1]").enableHiveSupport()
for setting in sys.argv[1:]:
    builder = builder.config(*setting.split("=", 1))
spark = builder.getOrCreate()
spark.sql("CREATE DATABASE sales")
spark.sql("CREATE TABLE sales.orders STORED AS PARQUET AS SELECT 'a' AS id, array('x') AS tags")
spark.sql("CREATE TABLE sales.lines (id STRING, n INT) PARTITIONED BY (day STRING) STORED AS TEXTFILE")
spark.sql("INSERT INTO sales.lines PARTITION (day = '007') VALUES ('a', 1), ('', 2)")
"""


def test_tables_of_hive_are_restored_and_no_metastore_is_made(tmp_path):
    here = tmp_path / "here"
    here.mkdir()
    metastore = tmp_path / "metastore"
    settings = {
        **peers.LOCAL_CONF,
        "spark.hadoop.javax.jdo.option.ConnectionURL": f"jdbc:derby:;databaseName={metastore};create=true",
        "spark.driver.extraJavaOptions": f"-Dderby.stream.error.file={tmp_path}/derby.log",
        "spark.sql.warehouse.dir": str(tmp_path / "warehouse"),
    }
    words = [f"{key}={value}" for key, value in settings.items()]
    subprocess.run([sys.executable, "-c", HIVE_TABLES, *words], check=True, cwd=here, timeout=300)
    schema = tmp_path / "schema.json"
    tags = {"name": "tags", "attribute": "Tags", "descriptor": "SS", "type": "array"}
    tags["element"] = {"descriptor": "S", "type": "string"}
    key = {"name": "id", "attribute": "pk", "descriptor": "S", "type": "string"}
    document = {"format": "dynamodb-lake-schema", "version": 1, "table": "t", "keys": []}

    def restore(table, columns, conf):
        schema.write_text(json.dumps({**document, "columns": columns}))
        words = ["restore", "--from-table", table, "--schema", schema, "--key", "pk:S"]
        words += ["--to", tmp_path / table, "--table", "Orders", "--import-bucket", "acme-import"]
        words += ["--compression", "none", "--on-invalid", "quarantine"]
        return peers.submit(*words, conf=conf, folder=here)

    def written(table, folder):
        texts = [file.read_text() for file in (tmp_path / table / folder).iterdir()]
        return [json.loads(line) for text in texts for line in text.splitlines()]

    restore("sales.orders", [key, tags], settings).succeeded()
    assert written("sales.orders", "data") == [{"Item": {"pk": {"S": "a"}, "Tags": {"SS": ["x"]}}}]
    restore("sales.lines", [key], settings).succeeded()
    item = {"pk": {"S": "a"}, "n": {"N": "1"}, "day": {"S": "007"}}
    assert written("sales.lines", "data") == [{"Item": item}]
    (refused,) = written("sales.lines", "quarantine")
    assert refused["file"].startswith("day=007/part-")

    finished = restore("sales.orders", [key], {})
    assert finished.code == 2, finished.err
    assert "there is no table or view sales.orders" in finished.err
    nowhere = {"spark.hadoop.hive.metastore.uris": "thrift://127.0.0.1:9"}
    nowhere["spark.hadoop.hive.metastore.connect.retries"] = "1"
    nowhere["spark.hadoop.hive.metastore.failure.retries"] = "1"
    finished = restore("sales.orders", [key], nowhere)
    assert finished.code == 5, finished.err
    assert "Cannot look up table sales.orders in the catalog: MetaException" in finished.err
    assert list(here.iterdir()) == []


def test_help_needs_no_spark_session():
    finished = peers.submit("--help").succeeded()
    assert "flatten" in finished.out
