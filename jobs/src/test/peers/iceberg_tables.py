"""Tables of Iceberg as flatten and apply leave them: three layouts in three states, made by one Java process.

What is to be in them is computed here, from the exports alone.
"""

import base64
import contextlib
import gzip
import hashlib
import json
from pathlib import Path

import peers

FULL = peers.DEMO_EXPORT
CHANGES = FULL.parent / "01731987300000-9f8e7d6c"
LATER_ID = "01732073400000-5c4d3e2f"
LATER_TIME = "2024-11-20T03:20:00.000Z"
TAG = f"export_{FULL.name}"
DAYS = 3

# Conversions that a user writes into schema.json: from ISO text, from epoch seconds, to a decimal.
EDITS = {
    "createdAt": {"type": "timestamp", "from": "iso-8601-millis"},
    "updatedAt": {"type": "timestamp", "from": "epoch-seconds"},
    "expiresAt": {"type": "timestamp", "from": "epoch-seconds"},
    "placedAt": {"type": "timestamp", "from": "iso-8601-millis"},
    "total": {"type": "decimal(38,4)"},
    "loyaltyPoints": {"type": "int"},
}

# name of the table: options of flatten, and how apply merges
LAYOUTS = {
    "plain": (["--format", "iceberg"], "cow"),
    "parted": (["--format", "iceberg", "--partition-by", "bucket(2,pk),day(placedAt)"], "mor"),
    "sorted": (
        *(["--format", "iceberg", "--sort-by", "pk,sk", "--catalog", "local", "--database", "shop"],),
        "mor",
    ),
}
STATES = ["full", "changed", "evolved"]


# ---- exports


def added(item):
    """An item of the demo with what the demo lacks: a day, a number that rises with it, and structs by open names."""
    number = int(hashlib.md5(json.dumps([item["pk"], item["sk"]]).encode()).hexdigest()[:6], 16)
    day = number % DAYS
    item = dict(item)
    item["placedAt"] = {"S": f"2024-11-{15 + day}T{number % 24:02d}:30:00.{number % 1000:03d}Z"}
    item["rank"] = {"N": str(day * 10**8 + number)}
    names = (f"hall {number % 997}", f"hall {(number + 1) % 997}")
    item["stock"] = {"M": {name: {"M": {"pieces": {"N": str(number % 11)}}} for name in names}}
    item["grid"] = {"L": [{"L": [{"N": str(number % 5)}, {"N": "0.5"}]}, {"L": []}]}
    if number % 50 == 0:
        item["rank"] = {"S": "none"}  # does not fit its column
    return item


def evolved(item):
    """With new attributes, at the top and in every kind of container."""
    item = dict(item)
    item["channel"] = {"S": "web"}
    item["stock"] = {
        "M": {
            name: {"M": {**one["M"], "shelf": {"S": "A" + one["M"]["pieces"]["N"]}}}
            for name, one in item["stock"]["M"].items()
        }
    }
    if "shipTo" in item:
        item["shipTo"] = {"M": {**item["shipTo"]["M"], "floor": {"N": "4"}}}
    if "lines" in item:
        item["lines"] = {"L": [{"M": {**one["M"], "weight": {"N": "1.25"}}} for one in item["lines"]["L"]]}
    return item


def lines(export):
    """The lines of an export, file by file."""
    root = next(one for one in export.parents if one.name == "AWSDynamoDB")
    for text in (export / "manifest-files.json").read_text().splitlines():
        key = json.loads(text)["dataFileS3Key"].split("AWSDynamoDB/")[1]
        with gzip.open(root / key, "rt", encoding="utf-8") as data_file:
            yield [json.loads(line) for line in data_file if line.strip()]


def write_export(root, like, files, **summary):
    """An export whose manifests are those of another one, but for what lies in it."""
    name = summary.get("exportArn", like.name).split("/")[-1]
    folder = root / "AWSDynamoDB" / name
    data = folder / "data"
    data.mkdir(parents=True)
    manifest = []
    for number, some in enumerate(files):
        text = "".join(json.dumps(line) + "\n" for line in some)
        stored = gzip.compress(text.encode())
        file = data / f"{name[-8:]}{number}.json.gz"
        file.write_bytes(stored)
        manifest.append(
            {
                "itemCount": len(some),
                "md5Checksum": base64.b64encode(hashlib.md5(stored).digest()).decode(),
                "etag": "5e5c1a2b7e00a02acb25a97522aff90d-1",
                "dataFileS3Key": f"nightly/orders/AWSDynamoDB/{name}/data/{file.name}",
            }
        )
    stored = json.loads((like / "manifest-summary.json").read_text())
    stored["itemCount"] = sum(map(len, files))
    stored["manifestFilesS3Key"] = f"nightly/orders/AWSDynamoDB/{name}/manifest-files.json"
    stored.update(summary)
    for stem, text in (
        ("manifest-files", "".join(json.dumps(one) + "\n" for one in manifest)),
        ("manifest-summary", json.dumps(stored)),
    ):
        (folder / f"{stem}.json").write_text(text)
        md5 = base64.b64encode(hashlib.md5(text.encode()).digest()).decode()
        (folder / f"{stem}.md5").write_text(md5)
    return folder


class Exports:
    """A full export, one of the changes after it, and a full one with more in its items; and what each makes true."""

    def __init__(self, root):
        full = [[added(line["Item"]) for line in some] for some in lines(FULL)]
        changes = [
            [
                {key: added(value) if key.endswith("Image") else value for key, value in line.items()}
                for line in some
            ]
            for some in lines(CHANGES)
        ]
        items = {self.key(item): item for some in full for item in some}
        self.items = {"full": list(items.values())}
        for line in sorted(
            (line for some in changes for line in some),
            key=lambda line: int(line["Metadata"]["WriteTimestampMicros"]["N"]),
        ):
            items.pop(self.key(line["Keys"]), None)
            if "NewImage" in line:
                items[self.key(line["Keys"])] = line["NewImage"]
        self.items["changed"] = list(items.values())
        later = [evolved(item) for item in items.values()]
        self.items["evolved"] = later
        self.full = write_export(root, FULL, self.as_lines(full))
        self.changes = write_export(root, CHANGES, changes)
        arn = json.loads((FULL / "manifest-summary.json").read_text())["exportArn"]
        self.later = write_export(
            *(root, FULL, self.as_lines([later[::2], later[1::2]])),
            exportArn=arn.replace(FULL.name, LATER_ID),
            exportTime=LATER_TIME,
            startTime=LATER_TIME,
            endTime=LATER_TIME.replace("03:20", "03:30"),
        )

    @staticmethod
    def key(item):
        return item["pk"]["S"], item["sk"]["S"]

    @staticmethod
    def as_lines(files):
        return [[{"Item": item} for item in some] for some in files]


# ---- commands


@contextlib.contextmanager
def java_process(root, settings=None, jars=()):
    """Runs commands one behind the other in one Java process, with Iceberg's catalog in a file of SQLite.

    More settings of Spark, and jars of the local Maven repository by the pattern of their paths, may be given.
    """
    own = {
        "spark.sql.session.timeZone": "UTC",
        "spark.sql.shuffle.partitions": "2",
        "spark.sql.warehouse.dir": root / "spark-warehouse",
        "spark.sql.catalog.local": "org.apache.iceberg.spark.SparkCatalog",
        "spark.sql.catalog.local.type": "jdbc",
        "spark.sql.catalog.local.uri": f"jdbc:sqlite:{root / 'catalog.db'}?journal_mode=WAL&busy_timeout=20000",
        "spark.sql.catalog.local.jdbc.schema-version": "V1",
        "spark.sql.catalog.local.warehouse": f"file:{root / 'warehouse'}",
    }
    sqlite = "org/xerial/sqlite-jdbc/*/sqlite-jdbc-*.jar"
    with peers.java_process(root, {**own, **(settings or {})}, (sqlite, *jars)) as command:
        yield lambda *words: command(*words).succeeded()


# ---- what they leave


class Table:
    """A table of Iceberg in one of its states; a copy of the pointer is kept, as others overtake it."""

    def __init__(self, folder):
        self.folder = folder
        self.current = json.loads((folder / "_dynamodb" / "current.json").read_text())
        self.snapshot_id = self.current["iceberg"]["snapshotId"]
        self.schema = json.loads((folder / "_dynamodb" / "schema.json").read_text())


class Tables:
    """All layouts in all states, and the lake table of Parquet that the first state is compared with."""

    def __init__(self, root):
        self.root = root
        self.exports = Exports(root / "bucket")
        self.states = {}
        schema = root / "schema.json"
        with java_process(root) as command:
            command("inspect", self.exports.full, "--schema-out", schema)
            proposed = json.loads(schema.read_text())
            for column in proposed["columns"]:
                column.update(EDITS.get(column["attribute"], {}))
            schema.write_text(json.dumps(proposed))
            self.parquet = root / "parquet"
            flatten = ("--to", self.parquet, "--table", "parquet", "--key", "pk:S,sk:S")
            command("flatten", self.exports.full, *flatten, "--schema", schema)
            for name, (options, mode) in LAYOUTS.items():
                folder = root / name
                flatten = ("--to", folder, "--table", name, "--key", "pk:S,sk:S", *options)
                command("flatten", self.exports.full, *flatten, "--schema", schema, "--tag", "30d")
                self.states[name, "full"] = Table(folder)
                command("apply", self.exports.changes, "--to", folder, "--merge-mode", mode)
                self.states[name, "changed"] = Table(folder)
                command("flatten", self.exports.later, *flatten)
                self.states[name, "evolved"] = Table(folder)

    def metadata(self, name):
        """Iceberg's newest description of a table, found as other programs find it."""
        if name == "sorted":
            return self.in_catalog(name).metadata_location
        hint = (self.root / name / "metadata" / "version-hint.text").read_text().strip()
        return f"file:{self.root / name / 'metadata'}/v{hint}.metadata.json"

    def in_catalog(self, name):
        from pyiceberg.catalog.sql import SqlCatalog

        catalog = SqlCatalog(
            *("local",),
            uri=f"sqlite:///{self.root / 'catalog.db'}",
            warehouse=f"file:{self.root / 'warehouse'}",
        )
        return catalog.load_table(("shop", name))
