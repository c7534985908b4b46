"""Trino's Iceberg connector on tables of Iceberg that flatten and apply made on S3, and Glue knows.

Folder tables are made known by register; one is in the Glue Data Catalog from the begin, through Iceberg's own
GlueCatalog. Glue and S3 are moto's. Skipped where Trino is, and where its plugin for Iceberg has not been fetched.
"""

import json
import os

import pytest

import iceberg_tables
import items
import peers
import trino_server

BUCKET = "iceberg"
# name of the table: options of flatten, and how apply merges
LAYOUTS = {
    "ice_plain": ((), "cow"),
    "ice_parted": (("--partition-by", "bucket(2,pk),day(placedAt)"), "mor"),
    "ice_glue": (("--catalog", "glue", "--database", "shop"), "mor"),
}
STATES = ["full", "changed"]
# clients of AWS that Iceberg's GlueCatalog wants to be there, beside those that S3A brings
CLIENTS = [f"software/amazon/awssdk/{name}/*/{name}-*.jar" for name in ("glue", "kms", "dynamodb")]


def settings(moto):
    catalog = "spark.sql.catalog.glue"
    return {
        "spark.hadoop.fs.s3.impl": "org.apache.hadoop.fs.s3a.S3AFileSystem",
        "spark.hadoop.fs.s3a.endpoint": moto,
        "spark.hadoop.fs.s3a.endpoint.region": peers.REGION,
        "spark.hadoop.fs.s3a.path.style.access": "true",
        "spark.hadoop.fs.s3a.access.key": "test",
        "spark.hadoop.fs.s3a.secret.key": "test",
        catalog: "org.apache.iceberg.spark.SparkCatalog",
        f"{catalog}.type": "glue",
        f"{catalog}.io-impl": "org.apache.iceberg.aws.s3.S3FileIO",
        f"{catalog}.warehouse": f"s3://{BUCKET}/warehouse",
        f"{catalog}.glue.endpoint": moto,
        f"{catalog}.s3.endpoint": moto,
        f"{catalog}.s3.path-style-access": "true",
        f"{catalog}.client.region": peers.REGION,
    }


class Tables:
    """Each layout after flatten and after apply, and what was in it then."""

    def __init__(self, root, moto, s3):
        self.s3 = s3
        self.exports = iceberg_tables.Exports(root / "bucket")
        self.snapshots, self.schemas = {}, {}
        with iceberg_tables.java_process(root, settings(moto), CLIENTS) as command:
            for name, (options, mode) in LAYOUTS.items():
                where = f"s3a://{BUCKET}/{name}"
                flatten = ("--to", where, "--table", name, "--key", "pk:S,sk:S", "--format", "iceberg")
                command("flatten", self.exports.full, *flatten, "--tag", "30d", "--history", *options)
                self.remember(name, "full")
                command("apply", self.exports.changes, "--to", where, "--merge-mode", mode)
                self.remember(name, "changed")
                command("register", where, "--database", "shop")
                if name == "ice_parted":
                    # in other files, and Glue is told
                    command("maintain", where, "--keep", "2", "--register", "glue", "--database", "shop")

    def document(self, name, path):
        stored = self.s3.get_object(Bucket=BUCKET, Key=f"{name}/_dynamodb/{path}")
        return json.loads(stored["Body"].read())

    def remember(self, name, state):
        self.snapshots[name, state] = self.document(name, "current.json")["iceberg"]["snapshotId"]
        self.schemas[name, state] = self.document(name, "schema.json")


@pytest.fixture(scope="module")
def trino(trino_address):
    asked = trino_server.Trino(trino_address, catalog="ice")
    try:
        asked.query("SHOW SCHEMAS", "shop")
    except trino_server.Failed as failed:
        pytest.skip(f"Trino has no plugin for Iceberg ({failed}); set TRINO_ICEBERG=1 to fetch it")
    return asked


@pytest.fixture(scope="module")
def tables(trino, moto, client, workspace):
    """Asks for Trino first: without it nothing has to be made."""
    s3 = client("s3")
    where = {"LocationConstraint": peers.REGION}
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
    root = workspace / "trino-iceberg"
    root.mkdir()
    own = {
        "AWS_ENDPOINT_URL": moto,
        "AWS_REGION": peers.REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
    }
    before = {name: os.environ.get(name) for name in own}
    os.environ.update(own)
    try:
        return Tables(root, moto, s3)
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def texts(found):
    return sorted(map(items.text, found))


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("state", STATES)
def test_every_item_of_every_state_is_read(trino, tables, name, state):
    version = tables.snapshots[name, state]
    rows = trino.rows(f"SELECT * FROM {name} FOR VERSION AS OF {version}", "shop")
    schema = tables.schemas[name, state]
    made = [items.item_of(row, schema) for row in rows]
    assert texts(made) == texts(tables.exports.items[state])


@pytest.mark.parametrize("name", LAYOUTS)
def test_what_readers_see_is_the_last_state_and_a_tag_leads_back(trino, tables, name):
    assert trino.value(f"SELECT count(*) FROM {name}", "shop") == len(tables.exports.items["changed"])
    tag = f"SELECT count(*) FROM {name} FOR VERSION AS OF '{iceberg_tables.TAG}'"
    assert trino.value(tag, "shop") == len(tables.exports.items["full"])


@pytest.mark.parametrize("name", LAYOUTS)
def test_the_history_is_a_table_too(trino, tables, name):
    full = len(tables.exports.items["full"])
    counted = trino.rows(f"SELECT ddb_op, count(*) AS n FROM {name}_history GROUP BY ddb_op", "shop")
    found = {row["ddb_op"]: row["n"] for row in counted}
    changes = [line for some in iceberg_tables.lines(tables.exports.changes) for line in some]
    assert found["snapshot"] == full
    assert sum(found.values()) == full + len(changes)


def test_types_are_those_that_athena_knows(trino, tables):
    described = {row["Column"]: row["Type"] for row in trino.rows("DESCRIBE ice_plain", "shop")}
    assert described["pk"] == "varchar"
    assert described["serialnumber"] == "decimal(38,0)"
    assert described["thumbnail"] == "varbinary"
    assert described["ratings"] == "map(varchar, bigint)"
    assert described["ddb_rescued"] == "map(varchar, varchar)"


def test_glue_has_each_table_as_one_of_iceberg(tables, client):
    glue = client("glue")
    for name in (*LAYOUTS, *(f"{name}_history" for name in LAYOUTS)):
        table = glue.get_table(DatabaseName="shop", Name=name)["Table"]
        assert table["Parameters"]["table_type"] == "ICEBERG"
        assert table["Parameters"]["metadata_location"].startswith(f"s3://{BUCKET}/")
