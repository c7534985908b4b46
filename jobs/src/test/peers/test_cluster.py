"""A standalone cluster of PyPI's Spark on this machine: a master and two workers, the driver outside or inside."""

import base64
import contextlib
import gzip
import hashlib
import json
import os
import re
import signal
import subprocess
import urllib.request

import duckdb
import pyarrow.parquet as parquet
import pytest

import peers

ENVIRONMENT = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1"}
JVM_OPTIONS = os.environ.get("PEERS_JVM_OPTIONS", "")
# one executor on each worker, which leaves room for a driver on one of them
EXECUTORS = {
    "spark.executor.cores": "1",
    "spark.cores.max": "2",
    "spark.executor.memory": "512m",
    "spark.executor.extraJavaOptions": JVM_OPTIONS,
    "spark.scheduler.minRegisteredResourcesRatio": "1.0",
    "spark.scheduler.maxRegisteredResourcesWaitingTime": "120s",
}


@contextlib.contextmanager
def daemon(name, log, *words, options=""):
    """A Spark daemon in a process of its own."""
    environment = {**ENVIRONMENT, "SPARK_DAEMON_JAVA_OPTS": f"{JVM_OPTIONS} {options}"}
    command = ["spark-class", f"org.apache.spark.deploy.{name}", "--webui-port", "0", *words]
    with open(log, "w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, cwd=peers.TARGET, env=environment
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(log, pattern):
    def found():
        return re.search(pattern, log.read_text())

    try:
        return peers.wait_until(found, f"{pattern} in {log}", seconds=60)
    except AssertionError as e:
        raise AssertionError(f"{e}:\n{log.read_text()}") from None


class Cluster:
    """A master and its workers."""

    def __init__(self, url, gateway, page, folders, module_options):
        self.url = url
        self.gateway = gateway
        self.page = page
        self.folders = folders
        self.module_options = module_options

    def state(self):
        """What the master says of itself."""
        with urllib.request.urlopen(self.page + "/json/", timeout=30) as answer:
            return json.load(answer)

    def logs(self, pattern):
        """Files below the folders of the workers."""
        return sorted(file for folder in self.folders for file in folder.glob(pattern))

    def submit(self, *words):
        """Starts a command whose driver runs on a worker; gives the driver's id."""
        settings = {
            **EXECUTORS,
            "spark.master.rest.enabled": "true",
            "spark.driver.memory": "768m",
            "spark.driver.extraJavaOptions": f"{JVM_OPTIONS} {self.module_options}",
        }
        cluster_mode = ("--deploy-mode", "cluster")
        finished = peers.submit(
            *words, master=self.gateway, conf=settings, options=cluster_mode
        ).succeeded()
        return re.search(r'"submissionId" : "(driver-[0-9-]+)"', finished.err).group(1)

    def ended(self, driver):
        """How a driver has ended: its state, what it has printed, and its log."""

        def ending():
            return [
                one["state"] for one in self.state()["completeddrivers"] if one["id"] == driver
            ]

        (state,) = peers.wait_until(ending, f"the end of {driver}")
        (output,) = self.logs(f"{driver}/stdout")
        (errors,) = self.logs(f"{driver}/stderr")
        return state, output.read_text(), errors.read_text()


@pytest.fixture(scope="module")
def cluster(spark, workspace):
    """Each worker has two cores: for an executor, and for a driver or nothing."""
    # the master of Spark 3.5 starts drivers without what Spark needs on Java 17
    module_options = spark._jvm.org.apache.spark.launcher.JavaModuleOptions.defaultModuleOptions()
    with contextlib.ExitStack() as running:
        log = workspace / "master.log"
        where = ["--host", "127.0.0.1", "--port", "0"]
        port = peers.free_port()
        options = f"-Dspark.master.rest.enabled=true -Dspark.master.rest.port={port}"
        running.enter_context(daemon("master.Master", log, *where, options=options))
        url = wait_for(log, r"Starting Spark master at (spark://127\.0\.0\.1:\d+)").group(1)
        wait_for(log, f"Started REST server .*{port}")
        page = wait_for(log, r"started service 'MasterUI' on port (\d+)").group(1)
        folders = []
        for number in (1, 2):
            log = workspace / f"worker-{number}.log"
            folder = workspace / f"worker-{number}"
            sizes = ["--cores", "2", "--memory", "2g", "--work-dir", str(folder)]
            running.enter_context(daemon("worker.Worker", log, *where, *sizes, url))
            wait_for(log, "Successfully registered with master")
            folders.append(folder)
        gateway = f"spark://127.0.0.1:{port}"
        yield Cluster(url, gateway, f"http://127.0.0.1:{page}", folders, module_options)


def run_report(table):
    (report,) = (table / "_dynamodb" / "runs").glob("*.json")
    return json.loads(report.read_text())


def test_flatten_on_two_workers_writes_every_item(spark, cluster, tmp_path):
    table = tmp_path / "table"
    peers.submit(
        *("flatten", peers.DEMO_EXPORT, "--to", table, "--table", "orders"),
        master=cluster.url,
        conf=EXECUTORS,
    ).succeeded()
    for folder in cluster.folders:
        assert list(folder.glob("app-*/*/*.jar")), f"no executor has run in {folder}"
    schema, rows = peers.spark_rows(spark, table)
    assert run_report(table)["counts"]["rowsWritten"] == len(rows)
    assert len(rows) == len(peers.items(peers.DEMO_EXPORT))


# ---- the driver on a worker, as with --deploy-mode cluster on EMR

DATA_FILES = 4
ITEMS_IN_FILE = 60_000


def md5(content):
    return base64.b64encode(hashlib.md5(content).digest()).decode()


@pytest.fixture(scope="module")
def long_export(workspace):
    """An export whose data files take a task some seconds each."""
    name = "01731900000000-00c1d2e3"
    prefix = f"long/AWSDynamoDB/{name}"
    export = workspace / prefix
    (export / "data").mkdir(parents=True)
    entries = []
    for file in range(DATA_FILES):
        lines = [
            '{"Item":{"id":{"N":"%d"},"name":{"S":"item %d of %d"},"total":{"N":"%d.%02d"},'
            '"tags":{"SS":["a","b%d"]},"place":{"M":{"city":{"S":"c%d"},"zip":{"N":"%d"}}}}}\n'
            % (number, number, file, number, number % 100, number % 7, number % 50, number % 9)
            for number in range(file * ITEMS_IN_FILE, (file + 1) * ITEMS_IN_FILE)
        ]
        stored = gzip.compress("".join(lines).encode(), compresslevel=1)
        data_file = export / "data" / f"file{file}.json.gz"
        data_file.write_bytes(stored)
        entry = {
            "itemCount": ITEMS_IN_FILE,
            "md5Checksum": md5(stored),
            "etag": f"{hashlib.md5(stored).hexdigest()}-1",
            "dataFileS3Key": f"{prefix}/data/{data_file.name}",
        }
        entries.append(json.dumps(entry) + "\n")
    (demo_summary,) = peers.DEMO_EXPORT.glob("manifest-summary.json")
    table_arn = "arn:aws:dynamodb:eu-west-1:111122223333:table/long"
    summary = {
        **json.loads(demo_summary.read_text()),
        "exportArn": f"{table_arn}/export/{name}",
        "tableArn": table_arn,
        "s3Prefix": "long",
        "manifestFilesS3Key": f"{prefix}/manifest-files.json",
        "itemCount": DATA_FILES * ITEMS_IN_FILE,
    }
    manifests = {"manifest-files": "".join(entries), "manifest-summary": json.dumps(summary)}
    for manifest, text in manifests.items():
        (export / f"{manifest}.json").write_text(text)
        (export / f"{manifest}.md5").write_text(md5(text.encode()))
    return export


def executors(cluster, since):
    """Processes of the executors that have come since then, by the file of their log."""
    found = {}
    for log in set(cluster.logs("app-*/*/stderr")) - since:
        process = re.search(r"Started daemon with process name: (\d+)@", log.read_text())
        if process:
            found[log] = int(process.group(1))
    return found


def kill_one_in_the_middle(cluster, since, table):
    """Kills an executor that is writing: both are stopped first, so that neither can finish meanwhile."""

    def writing():
        return list(table.glob("snapshot=*/_temporary/0/_temporary/attempt_*/part-*"))

    def both_stopped_while_writing():
        if len(writing()) < 2:
            return None
        running = executors(cluster, since)
        assert len(running) == 2, running
        for process in running.values():
            os.kill(process, signal.SIGSTOP)
        # one core each: two unfinished files are one of each executor
        if len(writing()) == 2:
            return sorted(running.values())
        for process in running.values():
            os.kill(process, signal.SIGCONT)
        return None

    killed, other = peers.wait_until(both_stopped_while_writing, "files being written", pause=0.005)
    os.kill(killed, signal.SIGKILL)
    os.kill(other, signal.SIGCONT)


def test_an_executor_killed_in_mid_flatten_costs_no_item(cluster, long_export, tmp_path):
    table = tmp_path / "table"
    before = set(cluster.logs("app-*/*/stderr"))
    driver = cluster.submit("flatten", long_export, "--to", table, "--table", "long")
    kill_one_in_the_middle(cluster, before, table)
    state, output, errors = cluster.ended(driver)
    assert state == "FINISHED", f"{output}\n{errors[-4000:]}"
    assert re.search(r"Lost executor \d+ on 127\.0\.0\.1", errors)
    assert re.search(r"Lost task .*ExecutorLostFailure", errors), "no task was on it"
    assert "Published" in output

    items = DATA_FILES * ITEMS_IN_FILE
    report = run_report(table)
    assert report["status"] == "published"
    assert report["counts"]["itemsRead"] == report["counts"]["rowsWritten"] == items
    files = peers.parquet_files(table)
    assert sum(parquet.ParquetFile(file).metadata.num_rows for file in files) == items
    with duckdb.connect() as connection:
        relation = peers.duckdb_relation(connection, table)
        (seen,) = relation.aggregate("count(*), count(DISTINCT id), sum(id)::BIGINT").fetchall()
    assert seen == (items, items, items * (items - 1) // 2)

    # nothing but what the run says it has written, above all nothing of the killed task
    assert len(files) == report["output"]["files"]
    names = {path.name for path in peers.snapshot(table).iterdir() if path.name[0] != "."}
    assert names - {file.name for file in files} <= {
        "_athena.sql",
        "_files.json",
        "_schema.json",
        "_SUCCESS",
    }
    assert not list(table.rglob("*_temporary*"))


def test_a_failed_run_is_a_failed_driver(cluster, demo_copy, tmp_path):
    data_file = max((demo_copy / "data").iterdir(), key=lambda file: file.stat().st_size)
    stored = bytearray(data_file.read_bytes())
    stored[len(stored) // 2] ^= 0xFF
    data_file.write_bytes(stored)
    table = tmp_path / "table"
    driver = cluster.submit("flatten", demo_copy, "--to", table, "--table", "orders")
    state, _, errors = cluster.ended(driver)
    assert state == "FAILED"
    assert f"{data_file.name}" in errors
    assert not (table / "_dynamodb" / "current.json").exists()
