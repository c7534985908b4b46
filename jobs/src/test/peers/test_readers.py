"""DuckDB and PyArrow see in our Parquet what Spark sees, and what the export said."""

import csv
import json

import duckdb
import pandas
import pyarrow.parquet as parquet
import pytest

import items
import peers

# Conversions that a user writes into schema.json: from ISO text, from epoch seconds, to a decimal, to a double.
EDITS = {
    "createdAt": {"type": "timestamp", "from": "iso-8601-millis"},
    "updatedAt": {"type": "timestamp", "from": "epoch-seconds"},
    "expiresAt": {"type": "timestamp", "from": "epoch-seconds"},
    "total": {"type": "decimal(38,4)"},
    "price": {"type": "double"},
    "loyaltyPoints": {"type": "int"},
}


def edited_schema(proposed):
    schema = json.loads(proposed.read_text())
    for column in schema["columns"]:
        column.update(EDITS.get(column["attribute"], {}))
    return schema


@pytest.fixture(scope="module")
def edited_table(command, workspace, demo_table):
    """The demo export by a schema that a user has edited, partitioned by a derived column."""
    schema = workspace / "edited-schema.json"
    schema.write_text(json.dumps(edited_schema(demo_table / "_dynamodb" / "schema.json")))
    table = workspace / "edited-table"
    flatten = ["flatten", peers.DEMO_EXPORT, "--to", table, "--table", "orders"]
    command(*flatten, "--schema", schema, "--partition-by", "month(createdAt)").succeeded()
    return table


@pytest.fixture(params=["demo_table", "edited_table"])
def table(request):
    return request.getfixturevalue(request.param)


def file_schema(spark, table):
    """Columns of the files themselves, without those that stand in paths."""
    return spark.read.parquet(*map(str, peers.parquet_files(table))).schema


def spark_types(schema):
    return {field.name: field.dataType.simpleString() for field in schema}


def test_all_readers_see_the_types_that_spark_sees(spark, table):
    expected = spark_types(file_schema(spark, table))
    for file in peers.parquet_files(table):
        arrow = parquet.read_schema(file)
        assert {field.name: peers.arrow_type(field.type) for field in arrow} == expected
    with duckdb.connect() as connection:
        relation = peers.duckdb_relation(connection, table)
        duck = dict(zip(relation.columns, map(peers.duckdb_type, relation.types)))
    assert duck == expected


def test_all_readers_see_the_rows_that_spark_sees(spark, table):
    files = [str(file) for file in peers.parquet_files(table)]
    frame = spark.read.parquet(*files)
    expected = peers.comparable(frame.collect(), frame.schema)
    assert len(expected) == 1000
    assert peers.arrow_rows(table, frame.schema) == expected
    assert peers.duckdb_rows(table, frame.schema) == expected


def test_every_item_can_be_made_again_from_its_row(demo_table):
    assert_lossless(demo_table, peers.DEMO_EXPORT)


def test_every_item_can_be_made_again_after_conversions(edited_table):
    # a double does not hold every digit; that was asked for, so it is left out
    assert_lossless(edited_table, peers.DEMO_EXPORT, without=("price",))


def assert_lossless(table, export, without=()):
    schema = json.loads((table / "_dynamodb" / "schema.json").read_text())
    schema["columns"] = [one for one in schema["columns"] if one["attribute"] not in without]
    made = []
    for file in peers.parquet_files(table):
        rows = parquet.ParquetFile(file).read().to_pylist()
        made += [items.text(drop(items.item_of(row, schema), without)) for row in rows]
    expected = [items.text(drop(item, without)) for item in peers.items(export)]
    assert sorted(made) == sorted(expected)


def drop(item, names):
    return {name: value for name, value in item.items() if name not in names}


def test_parquet_is_zstd_with_plain_names_and_exact_logical_types(edited_table):
    for file in peers.parquet_files(edited_table):
        written = parquet.ParquetFile(file)
        for name in written.schema_arrow.names:
            assert name == name.lower()
            assert name.replace("_", "a").isalnum() and name.isascii()
        group = written.metadata.row_group(0)
        for index in range(group.num_columns):
            assert group.column(index).compression == "ZSTD"
        logical = {
            column.path: json.loads(column.logical_type.to_json())
            for column in map(written.schema.column, range(len(written.schema)))
        }
        for name in ("createdat", "updatedat", "expiresat"):
            assert logical[name]["Type"] == "Timestamp"
            assert logical[name]["timeUnit"] == "milliseconds"
            assert logical[name]["isAdjustedToUTC"] is True
        assert logical["total"] == {"Type": "Decimal", "precision": 38, "scale": 4}
        assert logical["pk"] == {"Type": "String"}


def test_counts_by_month_agree_between_duckdb_and_the_export(edited_table):
    """Hive partitions, as Athena and DuckDB see them."""
    months = {}
    for item in peers.items(peers.DEMO_EXPORT):
        month = item["createdAt"]["S"][:7]
        months[month] = months.get(month, 0) + 1
    with duckdb.connect() as connection:
        rows = connection.sql(
            "SELECT createdat_month, count(*) FROM "
            f"read_parquet('{peers.snapshot(edited_table)}/**/*.parquet', "
            "hive_partitioning = true, hive_types_autocast = false) GROUP BY 1"
        ).fetchall()
    assert dict(rows) == months


@pytest.mark.skipif(not peers.SAMPLES.exists(), reason="no real exports here")
@pytest.mark.parametrize("sample", ["ten-types", "flat-98"])
def test_real_exports_are_the_same_to_every_reader(spark, command, workspace, sample):
    (summary,) = peers.SAMPLES.glob(f"{sample}/**/manifest-summary.json")
    export = summary.parent
    table = workspace / f"sample-{sample}"
    name = sample.replace("-", "_")
    command("flatten", export, "--to", table, "--table", name).succeeded()
    schema, expected = peers.spark_rows(spark, table)
    assert len(expected) == json.loads(summary.read_text())["itemCount"]
    assert peers.arrow_rows(table, schema) == expected
    assert peers.duckdb_rows(table, schema) == expected
    assert_lossless(table, export)


def test_csv_for_people_is_the_same_to_every_reader(command, tmp_path):
    """One file with tabs, a mark and no formulas: what Python, pandas and DuckDB read is what Parquet has."""
    export = tmp_path / "texts"
    export.mkdir()
    texts = ["=1+1", "-5", "two\r\nlines", 'say "hi"', "\t", "", " x ", "\r", "'=x", "a;b,c", "\u00e9\U0001f600", "@x"]
    lines = [
        json.dumps({"Item": {"pk": {"S": f"p{n:02}"}, "text": {"S": text}, "n": {"N": str(-n)}}})
        for n, text in enumerate(texts)
    ]
    (export / "items.json").write_text("\n".join(lines) + "\n")
    table = tmp_path / "table"
    options = ["--coalesce", "1", "--compression", "none", "--csv-delimiter", "tab", "--sort-by", "pk"]
    report = command(
        *["flatten", export, "--to", table, "--table", "texts", "--format", "csv", "--json"],
        *["--csv-bom", "--csv-escape-formulas", *options],
    ).succeeded()
    (file,) = table.glob("snapshot=*/part-*.csv")
    assert file.read_bytes().startswith(b"\xef\xbb\xbfn\tpk\ttext\t")
    expected = [("'" + text if text[:1] in tuple("=-\t\r'@") else text) for text in texts]

    with open(file, newline="", encoding="utf-8-sig") as rows:
        read = list(csv.DictReader(rows, delimiter="\t"))
    assert [row["text"] for row in read] == expected
    assert [row["n"] for row in read] == [str(-n) for n in range(len(texts))]

    frame = pandas.read_csv(file, sep="\t", dtype={"text": str}, keep_default_na=False)
    assert frame["text"].tolist() == expected
    assert frame["n"].tolist() == [-n for n in range(len(texts))]

    with duckdb.connect() as connection:
        relation = f"read_csv('{file}', delim = '\t', header = true, quote = '\"', escape = '\"', all_varchar = true)"
        found = connection.sql(f"SELECT coalesce(text, '') FROM {relation} ORDER BY pk").fetchall()
    assert [row[0] for row in found] == expected
    changed = sum(text != was for text, was in zip(expected, texts))
    assert f"their items have not: {changed}, in text {changed}" in report.out
