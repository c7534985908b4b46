"""DuckDB and PyIceberg see in our tables of Iceberg what the exports said: after flatten, apply and a flatten with more."""

import datetime
from pathlib import Path

import pytest

import iceberg_tables
import items

pytest.importorskip("pyiceberg")
duckdb_avro = pytest.importorskip("duckdb_extension_avro")
duckdb_iceberg = pytest.importorskip("duckdb_extension_iceberg")

import duckdb  # noqa: E402
from pyiceberg.table import StaticTable  # noqa: E402

ALL = [(name, state) for name in iceberg_tables.LAYOUTS for state in iceberg_tables.STATES]


@pytest.fixture(scope="module")
def tables(workspace):
    return iceberg_tables.Tables(workspace / "iceberg")


@pytest.fixture(scope="module")
def duck():
    """DuckDB with the extension that comes as a wheel: it would fetch it otherwise."""
    with duckdb.connect(config={"allow_unsigned_extensions": "true"}) as connection:
        connection.execute("SET TimeZone='UTC'")
        for module in (duckdb_avro, duckdb_iceberg):
            (library,) = Path(module.__file__).parent.rglob("*.duckdb_extension")
            connection.execute(f"LOAD '{library}'")
        yield connection


def scan(duck, tables, name, state):
    snapshot = tables.states[name, state].snapshot_id
    return duck.sql(f"SELECT * FROM iceberg_scan('{tables.metadata(name)}', snapshot_from_id={snapshot}::UBIGINT)")


def texts(found):
    return sorted(map(items.text, found))


@pytest.mark.parametrize("name, state", ALL)
def test_duckdb_reads_every_item_of_every_state(tables, duck, name, state):
    relation = scan(duck, tables, name, state)
    schema = tables.states[name, state].schema
    rows = [dict(zip(relation.columns, row)) for row in relation.fetchall()]
    assert texts(items.item_of(row, schema) for row in rows) == texts(tables.exports.items[state])


def without_empty_lists(value):
    """PyIceberg 0.12 reads a NULL list of structs as an empty one (PyArrow reads NULL in the same file)."""
    if isinstance(value, dict):
        return {key: without_empty_lists(one) for key, one in value.items() if one != {"L": []}}
    return [without_empty_lists(one) for one in value] if isinstance(value, list) else value


@pytest.mark.parametrize("name, state", ALL)
def test_pyiceberg_reads_every_item_of_every_state(tables, name, state):
    table = StaticTable.from_metadata(tables.metadata(name))
    schema = tables.states[name, state].schema
    rows = table.scan(snapshot_id=tables.states[name, state].snapshot_id).to_arrow().to_pylist()
    found = (without_empty_lists(items.item_of(row, schema)) for row in rows)
    assert texts(found) == texts(map(without_empty_lists, tables.exports.items[state]))


@pytest.mark.parametrize("name", iceberg_tables.LAYOUTS)
def test_a_tag_leads_back_to_the_full_export(tables, name):
    refs = StaticTable.from_metadata(tables.metadata(name)).refs()
    assert refs[iceberg_tables.TAG].snapshot_id == tables.states[name, "full"].snapshot_id
    assert refs["main"].snapshot_id == tables.states[name, "evolved"].snapshot_id


def test_keys_identify_rows_and_times_have_a_zone(tables, duck):
    table = StaticTable.from_metadata(tables.metadata("plain"))
    assert table.schema().identifier_field_names() == {"pk", "sk"}
    assert str(table.schema().find_field("createdat").field_type) == "timestamptz"
    (moment,) = scan(duck, tables, "plain", "full").aggregate("max(createdat)").fetchone()
    assert moment.tzinfo is not None and moment < datetime.datetime.now(datetime.timezone.utc)


def test_the_catalog_that_java_wrote_is_read_by_python(tables):
    table = tables.in_catalog("sorted")
    assert table.current_snapshot().snapshot_id == tables.states["sorted", "evolved"].snapshot_id


def test_bounds_of_our_own_files_let_readers_skip_them(tables):
    table = StaticTable.from_metadata(tables.metadata("plain"))
    assert list(table.scan(row_filter="pk >= '!'").plan_files())
    assert not list(table.scan(row_filter="pk > 'zzzz'").plan_files())
    assert not list(table.scan(row_filter="pk < '!'").plan_files())
