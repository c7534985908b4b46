"""The data source dynamodb-lake from PySpark, and the snippets of docs/lake-table.md for programs that know nothing of it."""

import re

import duckdb
import pytest

import peers

PAGE = peers.ROOT / "docs" / "lake-table.md"


@pytest.fixture(scope="module")
def lake(command, workspace):
    """The demo export published twice, so that the folder holds every row twice."""
    table = workspace / "lake-source" / "orders"
    flatten = ["flatten", peers.DEMO_EXPORT, "--to", table, "--table", "orders"]
    command(*flatten).succeeded()
    command(*flatten, "--partition-by", "entity", "--replace").succeeded()
    return table


def snippet(language, word):
    """The one block of a language on the page that has a word in it."""
    section = PAGE.read_text().split("\n## Reading it with other programs\n")[1].split("\n## ")[0]
    blocks = re.findall(rf"```{language}\n(.*?)```", section, re.DOTALL)
    (block,) = [block for block in blocks if word in block]
    return block


def keys(rows):
    return sorted(pk + "/" + sk for pk, sk in rows)


@pytest.fixture(scope="module")
def expected():
    return sorted(peers.by_key(peers.items(peers.DEMO_EXPORT)))


def test_the_current_snapshot_alone_is_read(spark, lake, expected):
    orders = spark.read.format("dynamodb-lake").load(str(lake))
    assert keys(orders.select("pk", "sk").collect()) == expected
    # the two snapshots have other folders, so that Spark would not take them for one table
    root = spark.read.option("recursiveFileLookup", True).parquet(str(lake))
    assert root.count() == 2 * len(expected)


def test_partitions_are_pruned_and_filters_pushed_down(spark, lake):
    orders = spark.read.format("dynamodb-lake").load(str(lake))
    customers = orders.where("entity = 'customer' and pk > 'A'").select("pk")
    plan = customers._jdf.queryExecution().executedPlan().toString()
    assert customers.count() == 120
    assert "(entity#" in plan.split("PartitionFilters: ")[1].split("]")[0]
    assert "GreaterThan(pk,A)" in plan.split("PushedFilters: ")[1]
    assert plan.rstrip().endswith("ReadSchema: struct<pk:string>")


def test_an_earlier_snapshot_is_read_by_its_id_in_sql(spark, lake):
    (first,) = [
        folder.name.split("=")[1] for folder in lake.glob("snapshot=*") if not list(folder.glob("entity=*"))
    ]
    spark.sql(
        "CREATE OR REPLACE TEMPORARY VIEW orders USING `dynamodb-lake` "
        f"OPTIONS (path '{lake}', snapshot '{first}')"
    )
    assert spark.sql("SELECT count(*) FROM orders").first()[0] == 1000


def test_an_option_that_nobody_knows_is_an_error(spark, lake):
    with pytest.raises(Exception, match="did you mean 'snapshot'"):
        spark.read.format("dynamodb-lake").option("snapshots", "x").load(str(lake))


def test_the_snippet_for_duckdb_reads_each_row_once(lake, expected, monkeypatch):
    monkeypatch.chdir(lake.parent)
    with duckdb.connect() as connection:
        choose, read = filter(str.strip, snippet("sql", "read_parquet").split(";"))
        connection.execute(choose)
        rows = connection.execute(f"SELECT pk, sk FROM ({read})").fetchall()
    assert keys(rows) == expected


def test_the_snippet_for_pandas_reads_each_row_once(lake, expected, monkeypatch):
    monkeypatch.chdir(lake.parent)
    names = {}
    exec(snippet("python", "pandas"), names)  # pylint: disable=exec-used
    assert keys(names["orders"][["pk", "sk"]].itertuples(index=False)) == expected
