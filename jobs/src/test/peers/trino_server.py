"""Trino, the engine under Athena, with its Hive connector, and its Iceberg connector, on a Glue catalog and S3 of moto's."""

import base64
import contextlib
import datetime
import decimal
import glob
import json
import os
import re
import shutil
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

import peers

NEEDED_JAVA = 24
SERVER = peers.TARGET / "trino"
# what its launcher would give it
JVM_OPTIONS = [
    *os.environ.get("PEERS_JVM_OPTIONS", "").split(),
    "-Xmx1g",
    "-Duser.timezone=UTC",
    "-Djdk.attach.allowAttachSelf=true",
    "-XX:+EnableDynamicAgentLoading",
    "--add-modules=jdk.incubator.vector",
    "--enable-native-access=ALL-UNNAMED",
    "--sun-misc-unsafe-memory-access=allow",
]


# ---- finding it


def java():
    """A Java that is new enough, or a skipped test."""
    homes = [os.environ.get("TRINO_JAVA_HOME"), os.environ.get("JAVA_HOME")]
    homes += [value for name, value in sorted(os.environ.items()) if re.match("JAVA_HOME_", name)]
    for pattern in (
        "/usr/lib/jvm/*",
        "/opt/java/*",
        "/opt/jdk*",
        "/Library/Java/JavaVirtualMachines/*/Contents/Home",
        "~/.sdkman/candidates/java/*",
        "~/.jdks/*",
    ):
        homes += sorted(glob.glob(os.path.expanduser(pattern)), reverse=True)
    for home in filter(None, homes):
        release = Path(home) / "release"
        found = release.is_file() and re.search(r'JAVA_VERSION="(\d+)', release.read_text())
        if found and int(found.group(1)) >= NEEDED_JAVA and (Path(home) / "bin/java").exists():
            return Path(home) / "bin/java"
    pytest.skip(f"Trino needs JDK {NEEDED_JAVA} or newer and none was found; set TRINO_JAVA_HOME")


def unpack(execution, *, downloads):
    """Unpacks what an execution in the POM names; gives what went wrong."""
    home = os.environ.get("MAVEN_HOME", "")
    maven = os.path.join(home, "bin/mvn") if home else shutil.which("mvn")
    command = [maven, "-B", "-ntp", "-q", "-Ppeers", "-pl", "jobs", f"dependency:unpack@{execution}"]
    for offline in (["-o"], []) if downloads else (["-o"],):
        finished = subprocess.run(
            [*command, *offline],
            capture_output=True,
            text=True,
            timeout=300,
            cwd=peers.ROOT,
        )
        if finished.returncode == 0:
            return None
    error = re.search(r"\[ERROR\].*", finished.stdout + finished.stderr)
    return error.group(0) if error else finished.stdout


def download():
    """The server and its Hive plugin, 450 MB from Maven Central the first time, or a skipped test."""
    failure = unpack("trino", downloads=True)
    if failure:
        pytest.skip(f"Trino cannot be fetched: {failure}")


def knows_iceberg():
    """Whether there is the plugin for Iceberg, 346 MB more, which is fetched only if TRINO_ICEBERG is set."""
    return unpack("trino-iceberg", downloads=bool(os.environ.get("TRINO_ICEBERG"))) is None


def folder(pattern):
    (found,) = SERVER.glob(pattern)
    return found


@contextlib.contextmanager
def server(moto, home):
    """Runs it in a process of its own; gives its address."""
    program = java()
    download()
    port = peers.free_port()
    address = f"http://127.0.0.1:{port}"
    catalogs = home / "etc/catalog"
    catalogs.mkdir(parents=True)
    (home / "plugin").mkdir()
    (home / "plugin/hive").symlink_to(folder("trino-hive-*"))
    iceberg = knows_iceberg()
    if iceberg:
        (home / "plugin/iceberg").symlink_to(folder("trino-iceberg-*"))
    settings = {
        "coordinator": "true",
        "node-scheduler.include-coordinator": "true",
        "http-server.http.port": port,
        "discovery.uri": address,
        "plugin.dir": home / "plugin",
        "query.max-memory": "300MB",
        "query.max-memory-per-node": "300MB",
        "memory.heap-headroom-per-node": "200MB",
    }
    glue = {
        "hive.metastore.glue.region": peers.REGION,
        "hive.metastore.glue.endpoint-url": moto,
        "hive.metastore.glue.aws-access-key": "test",
        "hive.metastore.glue.aws-secret-key": "test",
        "fs.native-s3.enabled": "true",
        "s3.region": peers.REGION,
        "s3.endpoint": moto,
        "s3.path-style-access": "true",
        "s3.aws-access-key": "test",
        "s3.aws-secret-key": "test",
    }
    write_properties(home / "etc/config.properties", settings)
    hive = {
        "connector.name": "hive",
        "hive.metastore": "glue",
        "hive.partition-projection-enabled": "true",
    }
    write_properties(catalogs / "lake.properties", {**hive, **glue})
    if iceberg:
        kind = {"connector.name": "iceberg", "iceberg.catalog.type": "glue"}
        write_properties(catalogs / "ice.properties", {**kind, **glue})
    node = {
        "config": home / "etc/config.properties",
        "catalog.config-dir": catalogs,
        "node.environment": "peers",
        "node.id": "peers",
        "node.bind-ip": "127.0.0.1",
        "node.internal-address": "127.0.0.1",
        "node.data-dir": home / "data",
    }
    command = [program, *JVM_OPTIONS, *(f"-D{key}={value}" for key, value in node.items())]
    library = folder("trino-server-core-*") / "lib" / "*"
    log = home / "trino.log"
    with open(log, "w", encoding="utf-8") as output:
        process = subprocess.Popen(
            [*command, "-cp", library, "io.trino.server.TrinoServer"],
            stdout=output,
            stderr=subprocess.STDOUT,
            cwd=home,
        )
        try:
            deadline = time.monotonic() + 180
            while not is_ready(address):
                assert process.poll() is None, log.read_text()[-4000:]
                assert time.monotonic() < deadline, log.read_text()[-4000:]
                time.sleep(0.5)
            yield address
        finally:
            process.kill()
            process.wait()


def write_properties(file, properties):
    file.write_text("".join(f"{key}={value}\n" for key, value in properties.items()))


def is_ready(address):
    try:
        with urllib.request.urlopen(address + "/v1/info", timeout=5) as answer:
            return not json.load(answer)["starting"]
    except OSError:
        return False


# ---- asking it


class Failed(Exception):
    """A query that Trino has refused."""


class Trino:
    """Asks a server; values come as Python's own."""

    def __init__(self, address, catalog="lake"):
        self.address = address
        self.catalog = catalog

    def query(self, sql, schema):
        """Names and types of the columns, and the rows."""
        headers = {
            "X-Trino-User": "peers",
            "X-Trino-Catalog": self.catalog,
            "X-Trino-Schema": schema,
            "X-Trino-Time-Zone": "UTC",
        }
        request = urllib.request.Request(
            self.address + "/v1/statement", data=sql.encode(), headers=headers
        )
        columns, rows = [], []
        while request:
            with urllib.request.urlopen(request, timeout=120) as answer:
                page = json.load(answer)
            if "error" in page:
                raise Failed(page["error"]["message"])
            columns = page.get("columns", columns)
            rows += page.get("data", [])
            following = page.get("nextUri")
            request = following and urllib.request.Request(following, headers=headers)
        types = [column["typeSignature"] for column in columns]
        return (
            [(column["name"], column["type"]) for column in columns],
            [[value_of(value, kind) for value, kind in zip(row, types)] for row in rows],
        )

    def rows(self, sql, schema):
        """Rows by the names of their columns."""
        columns, rows = self.query(sql, schema)
        names = [name for name, _ in columns]
        return [dict(zip(names, row)) for row in rows]

    def value(self, sql, schema):
        """The one value of a query."""
        _, ((value,),) = self.query(sql, schema)
        return value


def value_of(value, kind):
    """A value of Trino's JSON as Python's own."""
    if value is None:
        return None
    raw = kind["rawType"]
    inner = [argument["value"] for argument in kind["arguments"]]
    if raw == "array":
        return [value_of(element, inner[0]) for element in value]
    if raw == "map":
        key, one = inner
        assert key["rawType"] == "varchar", key
        return {name: value_of(entry, one) for name, entry in value.items()}
    if raw == "row":
        return {
            field["fieldName"]["name"]: value_of(entry, field["typeSignature"])
            for entry, field in zip(value, inner)
        }
    if raw == "varbinary":
        return base64.b64decode(value)
    if raw == "decimal":
        return decimal.Decimal(value)
    if raw == "date":
        return datetime.date.fromisoformat(value)
    if raw == "timestamp":
        moment = datetime.datetime.strptime(value, "%Y-%m-%d %H:%M:%S.%f")
        return moment.replace(tzinfo=datetime.timezone.utc)
    if raw == "timestamp with time zone":
        moment, zone = value.rsplit(" ", 1)
        assert zone == "UTC", zone
        return value_of(moment, {"rawType": "timestamp", "arguments": []})
    assert raw in ("varchar", "bigint", "integer", "double", "boolean"), raw
    return value
