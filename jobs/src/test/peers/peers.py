"""Running the job jar under Spark from PyPI, and reading Parquet with three engines."""

import contextlib
import datetime
import decimal
import json
import os
import re
import socket
import subprocess
import time
from pathlib import Path

import documents

ROOT = Path(__file__).resolve().parents[4]
TARGET = Path(os.environ.get("PEERS_TARGET", ROOT / "jobs" / "target"))
DEMO_EXPORT = (
    ROOT / "jobs/src/main/resources/io/dynamodblake/demo/AWSDynamoDB/01731900000000-0a1b2c3d"
)
SAMPLES = ROOT.parent / "shared" / "samples"
MAIN = "io.dynamodblake.job.Main"
REGION = "eu-west-1"

LOCAL_CONF = {
    "spark.driver.memory": "1g",
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.ui.enabled": "false",
}


def jar():
    """The job jar; DYNAMODB_LAKE_JAR names another one than the build's."""
    if "DYNAMODB_LAKE_JAR" in os.environ:
        return Path(os.environ["DYNAMODB_LAKE_JAR"])
    jars = sorted(TARGET.glob("dynamodb-lake-*.jar"))
    assert len(jars) == 1, f"expected one job jar in {TARGET}, found {jars}; run mvn package"
    return jars[0]


def spark_session(name):
    from pyspark.sql import SparkSession

    builder = SparkSession.builder.appName(name).master("local[2]")
    for key, value in LOCAL_CONF.items():
        builder = builder.config(key, value)
    session = (
        builder.config("spark.jars", str(jar()))
        .config("spark.sql.session.timeZone", "UTC")
        .config("spark.sql.warehouse.dir", str(TARGET / f"peers-warehouse{os.environ.get('PYTEST_XDIST_WORKER', '')}"))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    return session


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until(condition, what, seconds=120.0, pause=0.2):
    """What the condition gives, as soon as it gives something."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        found = condition()
        if found:
            return found
        time.sleep(pause)
    raise AssertionError(f"waited {seconds:.0f} s for {what}")


class Finished:
    """A command that has ended. If it has printed one of our documents, that is as docs/schemas say."""

    def __init__(self, process):
        self.code = process.returncode
        self.out = process.stdout
        self.err = process.stderr
        documents.check(self.out, process.args)

    def succeeded(self):
        assert self.code == 0, f"exit {self.code}\n{self.out}\n{self.err[-4000:]}"
        return self


def submit(*words, master="local[2]", conf=(), options=(), folder=TARGET):
    """Runs a command of ours as the README says: spark-submit and the jar, nothing else."""
    settings = {**LOCAL_CONF, **dict(conf)}
    command = ["spark-submit", "--master", master, "--class", MAIN, *options]
    for key, value in settings.items():
        command += ["--conf", f"{key}={value}"]
    command += [str(jar()), *map(str, words)]
    return Finished(
        subprocess.run(command, capture_output=True, text=True, timeout=300, cwd=folder)
    )


class Commands:
    """Runs commands in a Java process that is there anyway, where what is tried is not how a process starts."""

    def __init__(self, jvm, gateway):
        self.jvm = jvm
        self.gateway = gateway
        loader = jvm.java.lang.Thread.currentThread().getContextClassLoader()
        # the program's entry that does not end the process
        (self.entry,) = [
            method
            for method in loader.loadClass(MAIN).getDeclaredMethods()
            if method.getName() == "run" and method.getParameterCount() == 2
        ]
        self.entry.setAccessible(True)

    def __call__(self, *words):
        jvm = self.jvm
        written = [jvm.java.io.ByteArrayOutputStream() for _ in range(2)]
        streams = [jvm.java.io.PrintStream(stream, True, "UTF-8") for stream in written]
        text = jvm.io.dynamodblake.job.text
        terminal = text.Terminal("dynamodb-lake", *streams, False, False, 100)
        arguments = self.gateway.new_array(jvm.java.lang.String, len(words))
        for index, word in enumerate(words):
            arguments[index] = str(word)
        given = self.gateway.new_array(jvm.java.lang.Object, 2)
        given[0], given[1] = arguments, terminal
        code = self.entry.invoke(None, given)
        out, err = (stream.toString("UTF-8") for stream in written)
        return Finished(subprocess.CompletedProcess(words, code, out, err))


@contextlib.contextmanager
def java_process(root, settings, jars=()):
    """A Java process with what the launcher has on its class path, and the folder to work in; gives its commands.

    Jars of the local Maven repository, by the pattern of their paths, may be added.
    """
    from py4j.java_gateway import GatewayParameters, JavaGateway, launch_gateway

    libraries = (TARGET / "laptop.classpath").read_text().strip()
    repository = libraries.split("/org/apache/")[0].split(":")[-1]
    further = [str(max(Path(repository).glob(pattern))) for pattern in jars]
    opens = ("lang", "lang.invoke", "io", "net", "nio", "util", "util.concurrent")
    options = [f"--add-opens=java.base/java.{one}=ALL-UNNAMED" for one in opens]
    options += ["--add-opens=java.base/sun.nio.ch=ALL-UNNAMED", "-Xmx1g"]
    options += os.environ.get("PEERS_JVM_OPTIONS", "").split()
    options += [f"-Dlog4j2.configurationFile={ROOT}/conf/laptop/log4j2.properties"]
    options += [f"-D{key}={value}" for key, value in {**LOCAL_CONF, "spark.master": "local[2]", **settings}.items()]
    # open until this process ends: a thread of py4j writes there as long as Java does
    output = open(root / "java.log", "w", encoding="utf-8")  # pylint: disable=consider-using-with
    here = os.getcwd()
    os.chdir(root)
    try:
        port = launch_gateway(
            classpath=":".join([str(jar()), libraries, *further]),
            javaopts=options,
            die_on_exit=True,
            redirect_stdout=output,
            redirect_stderr=output,
        )
    finally:
        os.chdir(here)
    gateway = JavaGateway(gateway_parameters=GatewayParameters(port=port, auto_convert=True))
    try:
        yield Commands(gateway.jvm, gateway)
    finally:
        gateway.shutdown()


def snapshot(table):
    """The folder that current.json of a lake table points at."""
    current = json.loads((table / "_dynamodb" / "current.json").read_text())
    return table / current["snapshotPath"]


def parquet_files(table):
    files = sorted(snapshot(table).rglob("*.parquet"))
    assert files, f"no Parquet in {table}"
    return files


def items(export):
    """The items of an export, read with nothing but Python."""
    import gzip

    found = []
    for data_file in sorted((export / "data").glob("*.json.gz")):
        with gzip.open(data_file, "rt", encoding="utf-8") as lines:
            found += [json.loads(line)["Item"] for line in lines if line.strip()]
    return found


# ---- items of import files


def written(folder):
    """The items of all import files; there must be nothing else in data/."""
    import gzip

    found = []
    for data_file in sorted((folder / "data").iterdir()):
        assert data_file.name.startswith("part-") and data_file.name.endswith(".json.gz")
        with gzip.open(data_file, "rt", encoding="utf-8") as lines:
            found += [json.loads(line)["Item"] for line in lines]
    return found


def canonical(value):
    """A value that is equal for what DynamoDB takes for equal."""
    ((descriptor, payload),) = value.items()
    if descriptor == "N":
        return descriptor, decimal.Decimal(payload)
    if descriptor in ("SS", "BS"):
        return descriptor, sorted(payload)
    if descriptor == "NS":
        return descriptor, sorted(map(decimal.Decimal, payload))
    if descriptor == "L":
        return descriptor, [canonical(element) for element in payload]
    if descriptor == "M":
        return descriptor, {name: canonical(entry) for name, entry in payload.items()}
    return descriptor, payload


def by_key(items):
    """Items by pk and sk, each equal to another if DynamoDB takes them for equal."""
    keyed = {item["pk"]["S"] + "/" + item["sk"]["S"]: canonical({"M": item}) for item in items}
    assert len(keyed) == len(items)
    return keyed


# ---- one way to write a type, Spark's own


def arrow_type(arrow):
    """Spark's name of an Arrow type."""
    import pyarrow.types as types

    if types.is_struct(arrow):
        fields = ",".join(f"{field.name}:{arrow_type(field.type)}" for field in arrow)
        return f"struct<{fields}>"
    if types.is_list(arrow):
        return f"array<{arrow_type(arrow.value_type)}>"
    if types.is_map(arrow):
        return f"map<{arrow_type(arrow.key_type)},{arrow_type(arrow.item_type)}>"
    if types.is_decimal(arrow):
        return f"decimal({arrow.precision},{arrow.scale})"
    return {
        "string": "string",
        "binary": "binary",
        "bool": "boolean",
        "int32": "int",
        "int64": "bigint",
        "double": "double",
        "date32[day]": "date",
        "timestamp[ms, tz=UTC]": "timestamp",
    }[str(arrow)]


def duckdb_type(duck):
    """Spark's name of a DuckDB type."""
    kind = duck.id
    if kind == "struct":
        fields = ",".join(f"{name}:{duckdb_type(child)}" for name, child in duck.children)
        return f"struct<{fields}>"
    if kind == "list":
        return f"array<{duckdb_type(duck.children[0][1])}>"
    if kind == "map":
        children = dict(duck.children)
        return f"map<{duckdb_type(children['key'])},{duckdb_type(children['value'])}>"
    if kind == "decimal":
        children = dict(duck.children)
        return f"decimal({children['precision']},{children['scale']})"
    return {
        "varchar": "string",
        "blob": "binary",
        "boolean": "boolean",
        "integer": "int",
        "bigint": "bigint",
        "double": "double",
        "date": "date",
        "timestamp with time zone": "timestamp",
    }[kind]


# ---- one way to write a value, so that rows of different readers can be compared and sorted


def plain(value, kind):
    """A value of any reader as plain Python, given Spark's type of it."""
    from pyspark.sql import types

    if value is None:
        return None
    if isinstance(kind, types.StructType):
        fields = value.asDict() if isinstance(value, types.Row) else value
        assert list(fields) == kind.names, f"fields {list(fields)} instead of {kind.names}"
        return {field.name: plain(fields[field.name], field.dataType) for field in kind}
    if isinstance(kind, types.ArrayType):
        return [plain(element, kind.elementType) for element in value]
    if isinstance(kind, types.MapType):
        entries = value.items() if isinstance(value, dict) else value
        return {key: plain(entry, kind.valueType) for key, entry in entries}
    if isinstance(kind, types.BinaryType):
        return bytes(value).hex()
    if isinstance(kind, types.TimestampType):
        if value.tzinfo is None:  # Spark's are in the time zone of the process, which is UTC
            value = value.replace(tzinfo=datetime.timezone.utc)
        return value.astimezone(datetime.timezone.utc).isoformat()
    if isinstance(kind, types.DecimalType):
        assert -value.as_tuple().exponent == kind.scale, f"scale of {value} is not {kind.scale}"
        return str(value)
    if isinstance(kind, types.DateType):
        return value.isoformat()
    if isinstance(kind, types.DoubleType):
        return repr(value)
    assert isinstance(value, (str, int)), f"unexpected {type(value)}"
    return value


def comparable(rows, schema):
    """Rows in an order that does not depend on the reader, each as JSON text."""
    return sorted(json.dumps(plain(row, schema), sort_keys=True) for row in rows)


def spark_rows(spark, table):
    frame = spark.read.parquet(str(snapshot(table)))
    return frame.schema, comparable(frame.collect(), frame.schema)


def arrow_rows(table, schema):
    """All rows, file by file, since PyArrow has no notion of a table of Spark's; with the checksums of their pages."""
    import pyarrow.parquet as parquet

    rows = []
    for file in parquet_files(table):
        rows += parquet.ParquetFile(file, page_checksum_verification=True).read().to_pylist()
    return comparable(rows, schema)


def duckdb_relation(connection, table):
    return connection.sql(
        f"SELECT * FROM read_parquet('{snapshot(table)}/**/*.parquet', hive_partitioning = false)"
    )


def duckdb_rows(table, schema):
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        relation = duckdb_relation(connection, table)
        rows = [dict(zip(relation.columns, row)) for row in relation.fetchall()]
    return comparable(rows, schema)


def known_options(arguments):
    """The command that the arguments begin with has all options that are given, or shares them with others."""
    options = (ROOT / "docs" / "options.md").read_text()
    sections = dict(one.split("\n", 1) for one in options.split("\n## ")[1:])
    by_anchor = {heading.lower().replace(" ", "-"): text for heading, text in sections.items()}
    (own,) = [
        text
        for heading, text in sections.items()
        if heading.startswith("`") and heading.split("`")[1].split()[0] == arguments[0]
    ]
    text = own + "".join(by_anchor[anchor] for anchor in re.findall(r"\]\(#([a-z-]+)\)", own))
    for argument in arguments:
        if argument.startswith("--"):
            assert f"`{argument} " in text or f"`{argument}`" in text, argument
