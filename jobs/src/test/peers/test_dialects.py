"""What `ddl --dialect` prints, run by the engine that it is for; Redshift's by a parser, which is all there is of it."""

import decimal

import duckdb
import polars
import pytest
import sqlglot

import peers

EXPORT = peers.DEMO_EXPORT


@pytest.fixture(scope="module")
def partitioned(workspace, command):
    """Every item in a partition of a text, which is null for some, and of a number."""
    table = workspace / "dialects"
    command(
        *("flatten", EXPORT, "--to", table, "--table", "orders", "--key", "pk:S,sk:S"),
        *("--partition-by", "status,bucket(2,pk)"),
    ).succeeded()
    return table


@pytest.fixture(scope="module", params=["demo_table", "partitioned"])
def table(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def script(spark, table):
    """The text for an engine, as the command prints it."""
    java = spark._jvm.io.dynamodblake
    definition = java.lake.LakeTable.open(spark._jsparkSession, str(table)).definitionByName("lake")
    return lambda dialect: java.ddl.Dialect.of(dialect).script(definition)


def of_export():
    return sorted(
        (
            item["pk"]["S"],
            item["sk"]["S"],
            item.get("status", {}).get("S"),
            decimal.Decimal(item["total"]["N"]) if "total" in item else None,
            len(item["lines"]["L"]) if "lines" in item else None,
        )
        for item in peers.items(EXPORT)
    )


QUERY = "SELECT pk, sk, status, total, {count} FROM {table} ORDER BY pk, sk"


def test_duckdb_sees_every_item(script):
    with duckdb.connect() as connection:
        connection.execute(script("duckdb"))
        rows = connection.execute(QUERY.format(table="lake.orders", count="len(lines)"))
        assert rows.fetchall() == of_export()


def test_spark_sees_every_item(spark, script):
    statements = "".join(line for line in script("spark").splitlines(True) if line[:2] != "--")
    for statement in filter(str.strip, statements.split(";\n")):
        spark.sql(statement)
    try:
        count = "CASE WHEN lines IS NOT NULL THEN size(lines) END"
        rows = spark.sql(QUERY.format(table="lake.orders", count=count)).collect()
        assert list(map(tuple, rows)) == of_export()
    finally:
        spark.sql("DROP DATABASE lake CASCADE")


def test_polars_sees_every_item(script):
    assert polars_rows(script("polars")) == of_export()


def polars_rows(snippet):
    names = {}
    exec(snippet, names)  # as somebody would paste it
    frame = names["frame"].select("pk", "sk", "status", "total", polars.col("lines").list.len())
    return sorted(frame.collect().rows())


def test_redshift_has_a_column_for_each_of_spark(spark, script, table):
    parsed = sqlglot.parse(script("redshift"), read="redshift")
    tables = [one for one in parsed if isinstance(one, sqlglot.exp.Create)]
    for one in tables:
        columns = [column.name for column in one.this.expressions]
        assert columns == spark.read.parquet(*map(str, peers.parquet_files(table))).columns
    # a partition by what stands in folders only cannot be copied
    assert len(tables) == (2 if table.name == "demo-table" else 1)


@pytest.mark.parametrize("dialect", ["duckdb", "polars"])
def test_an_untouched_export_is_read_by_types(command, dialect):
    printed = command("ddl", "--raw", EXPORT, "--database", "lake", "--dialect", dialect)
    text = printed.succeeded().out
    if dialect == "polars":
        assert polars_rows(text) == of_export()
        return
    with duckdb.connect() as connection:
        connection.execute(text)
        rows = connection.execute(QUERY.format(table="lake.orders_raw", count="len(lines)"))
        assert rows.fetchall() == of_export()
