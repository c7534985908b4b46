"""Trino, the engine under Athena, on the tables that flatten and register made in Glue: no account comes nearer.

Glue and S3 are moto's. Trino is the open source release: what Athena has added to it is not tried here. Skipped
where there is no JDK that Trino runs on, or where it cannot be fetched.
"""

import datetime
import decimal
import gzip
import json

import pytest

import items
import peers
import trino_server

BUCKET = "trino"
SQL = peers.ROOT / "sql"


@pytest.fixture(scope="module")
def trino(trino_address):
    return trino_server.Trino(trino_address)


@pytest.fixture(scope="module")
def bucket(trino, client):
    """Asks for Trino first: without it nothing has to be flattened."""
    where = {"LocationConstraint": peers.REGION}
    client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
    return BUCKET


def flatten(lake, export, table, *options, database="shop"):
    where = f"s3a://{BUCKET}/{database}/{table}"
    return lake(
        *("flatten", export, "--to", where, "--table", table, "--database", database),
        *("--register", "glue", *options),
    ).succeeded()


def assert_every_item_can_be_made_again(trino, client, table, expected):
    """From the rows that Trino reads and the schema that lies beside them."""
    stored = client("s3").get_object(Bucket=BUCKET, Key=f"shop/{table}/_dynamodb/schema.json")
    schema = json.loads(stored["Body"].read())
    rows = trino.rows(f"SELECT * FROM {table}", "shop")
    made = sorted(items.text(items.item_of(row, schema)) for row in rows)
    assert made == sorted(map(items.text, expected))


def test_a_table_without_partitions_has_every_item(trino, bucket, client, lake):
    flatten(lake, peers.DEMO_EXPORT, "observed", "--key", "pk:S,sk:S")
    assert_every_item_can_be_made_again(
        trino, client, "observed", peers.items(peers.DEMO_EXPORT)
    )
    described = {row["Column"]: row for row in trino.rows("DESCRIBE observed", "shop")}
    assert described["pk"]["Comment"] == "partition key"
    assert described["loyaltypoints"]["Comment"] == "attribute loyaltyPoints"
    assert described["serialnumber"]["Type"] == "decimal(38,0)"
    assert described["thumbnail"]["Type"] == "varbinary"
    assert described["ratings"]["Type"] == "map(varchar, bigint)"


# ---- the queries of sql/


@pytest.fixture(scope="module")
def demo_orders(bucket, lake):
    """The table that sql/README.md tells how to make, its months projected."""
    flatten(
        *(lake, peers.DEMO_EXPORT, "orders", "--key", "pk:S,sk:S"),
        *("--schema", peers.ROOT / "sql/demo/schema.json", "--sort-by", "pk,sk"),
        *("--partition-by", "month(createdAt)"),
        database="lake",
    )


def shown(value):
    """As the stored results have it."""
    if value is None:
        return "null"
    if isinstance(value, datetime.datetime):
        return value.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return str(value)


def queries(folder):
    stems = [file.stem for file in (SQL / folder / "queries").glob("*.sql")]
    return sorted(stem for stem in stems if not stem.endswith(".spark"))


def assert_gives_what_is_stored(trino, folder, name):
    query = (SQL / folder / "queries" / f"{name}.sql").read_text().strip().removesuffix(";")
    columns, rows = trino.query(query, "lake")
    lines = [" | ".join(column for column, _ in columns)]
    lines += [" | ".join(map(shown, row)) for row in rows]
    assert lines == (SQL / folder / "results" / f"{name}.txt").read_text().splitlines()


@pytest.mark.parametrize("name", queries("demo"))
def test_queries_give_what_is_stored(trino, demo_orders, name):
    assert_gives_what_is_stored(trino, "demo", name)


@pytest.fixture(scope="module")
def demo_entities(bucket, lake):
    """The tables that sql/README.md tells how to make, one of each kind of items."""
    flatten(
        *(lake, peers.DEMO_EXPORT, "shop", "--key", "pk:S,sk:S"),
        *("--entities", SQL / "entities/entities.json"),
        database="lake",
    )


@pytest.mark.parametrize("name", queries("entities"))
def test_queries_on_kinds_of_items_give_what_is_stored(trino, demo_entities, name):
    assert_gives_what_is_stored(trino, "entities", name)


def test_a_month_that_is_asked_for_is_all_that_is_read(trino, demo_orders):
    where = "WHERE created_at_month >= '2024-10'"
    plan = trino.value(f"EXPLAIN (TYPE IO, FORMAT JSON) SELECT * FROM orders {where}", "lake")
    ((table,),) = (list(json.loads(plan)["inputTableColumnInfos"]),)
    (constraint,) = table["constraint"]["columnConstraints"]
    ranges = constraint["domain"]["ranges"]
    assert [one["low"]["value"] for one in ranges] == ["2024-10", "2024-11"]


# ---- projected hours and buckets, registered partitions

HOURS = 8


def item(number):
    """An item of every type, an hour after the one before it."""
    hour = datetime.datetime(2024, 11, 18, 20) + datetime.timedelta(hours=number % HOURS)
    seconds = ("00", "00.000", "07.125")[number % 3]
    return {
        "pk": {"S": f"customer#{number}"},
        "sk": {"N": str(number)},
        "at": {"S": hour.strftime(f"%Y-%m-%dT%H:17:{seconds}Z")},
        "exact": {"N": f"{number + 1}234567890123456789.1234567890123456"},
        "wide": {"N": f"{number}E+{100 - number}"},
        "blob": {"B": "AAH/"},
        "gone": {"NULL": True},
        "gift": {"BOOL": number % 2 == 0},
        "tags": {"SS": ["a", f"t{number}"]},
        "sizes": {"NS": ["1", f"{number}.5"]},
        "blobs": {"BS": ["eA==", "AAE="]},
        "lines": {"L": [{"M": {"sku": {"S": f"s{number}"}, "price": {"N": "0.05"}}}]},
        "odd": {"L": [{"S": "x"}, {"N": "1"}, {"NULL": True}]},
        "empty": {"L": []},
        "ship to": {"M": {"city": {"S": "Zürich"}, "zip": {"N": "8001"}}},
        "mixed": {"S": "text"} if number % 3 else {"N": "3"},
    }


def data_files(folder, some):
    """A folder of data files without a manifest."""
    folder.mkdir()
    lines = "".join(json.dumps({"Item": one}) + "\n" for one in some)
    (folder / "data.json.gz").write_bytes(gzip.compress(lines.encode()))
    return folder


@pytest.fixture(scope="module")
def all_types():
    return [item(number) for number in range(64)]


def test_hours_and_buckets_are_projected(trino, bucket, client, lake, workspace, all_types):
    flatten(
        *(lake, data_files(workspace / "hours", all_types), "hours", "--key", "pk:S,sk:N"),
        *("--partition-by", "hour(at),bucket(2,pk)"),
    )
    table = client("glue").get_table(DatabaseName="shop", Name="hours")["Table"]
    assert table["Parameters"]["projection.at_hour.interval.unit"] == "HOURS"
    assert table["Parameters"]["projection.pk_bucket.range"] == "0,1"
    assert not client("glue").get_partitions(DatabaseName="shop", TableName="hours")["Partitions"]

    assert_every_item_can_be_made_again(trino, client, "hours", all_types)
    by_hour = "SELECT at_hour, count(*) AS n FROM hours GROUP BY at_hour ORDER BY at_hour"
    assert [tuple(row.values()) for row in trino.rows(by_hour, "shop")] == [
        (f"2024-11-{18 + (20 + hour) // 24}-{(20 + hour) % 24:02d}", 64 // HOURS)
        for hour in range(HOURS)
    ]
    # as docs/lake-table.md tells to find the bucket of a key
    one = "pk = 'customer#17' AND pk_bucket = crc32(to_utf8('customer#17')) % 2"
    assert trino.value(f"SELECT sk FROM hours WHERE {one}", "shop") == 17
    with decimal.localcontext(items.EXACT):
        expected = sum(decimal.Decimal(one["exact"]["N"]) for one in all_types)
    assert trino.value("SELECT sum(exact) FROM hours", "shop") == expected


def test_registered_partitions_follow_the_table(trino, bucket, client, lake, workspace):
    export = peers.items(peers.DEMO_EXPORT)
    options = ("--key", "pk:S,sk:S", "--partition-by", "entity", "--replace")
    flatten(lake, data_files(workspace / "earlier", export), "entities", *options)
    partitions = 'SELECT entity FROM "entities$partitions" ORDER BY entity'
    kinds = [row["entity"] for row in trino.rows(partitions, "shop")]
    assert kinds == ["customer", "order", "product"]
    assert_every_item_can_be_made_again(trino, client, "entities", export)
    count = "SELECT count(*) FROM entities WHERE entity = 'order'"
    assert trino.value(count, "shop") == 750

    # another snapshot, which has a kind more and a kind less
    later = [one for one in export if one["entity"]["S"] != "product"]
    later.append({"pk": {"S": "it's"}, "sk": {"S": "new/1"}, "entity": {"S": "it's a/b"}})
    said = flatten(lake, data_files(workspace / "later", later), "entities", *options)
    assert "1 added, 2 moved, 1 removed" in said.out
    kinds = [row["entity"] for row in trino.rows(partitions, "shop")]
    assert kinds == ["customer", "it's a/b", "order"]
    assert_every_item_can_be_made_again(trino, client, "entities", later)


def test_it_takes_the_statements_of_its_own_dialect(trino, bucket, lake, demo_orders):
    """Taken, not run: it also stores statistics of tables that it makes, which moto's Glue does not keep."""
    printed = lake("ddl", f"s3a://{BUCKET}/lake/orders", "--dialect", "trino", "--database", "lake")
    text = "".join(line for line in printed.succeeded().out.splitlines(True) if line[:2] != "--")
    statements = list(filter(str.strip, text.split(";\n")))
    assert len(statements) == 4
    for statement in statements:
        assert trino.value(f"EXPLAIN (TYPE VALIDATE) {statement}", "lake")
