"""The job jar under spark-submit: exit codes, and a cluster of more than one JVM."""

import contextlib
import json
import re
import subprocess
import time

import pytest

import peers


def test_a_damaged_export_exits_with_3_and_publishes_nothing(demo_copy, tmp_path):
    data_file = max((demo_copy / "data").iterdir(), key=lambda file: file.stat().st_size)
    stored = bytearray(data_file.read_bytes())
    stored[len(stored) // 2] ^= 0xFF
    data_file.write_bytes(stored)
    table = tmp_path / "table"
    finished = peers.submit("flatten", demo_copy, "--to", table, "--table", "orders")
    assert finished.code == 3, finished.err
    assert data_file.name in finished.err
    assert not (table / "_dynamodb" / "current.json").exists()


def test_wrong_usage_exits_with_2():
    finished = peers.submit("flatten", peers.DEMO_EXPORT, "--table", "orders")
    assert finished.code == 2, finished.err
    assert "--to" in finished.err


def test_data_that_a_strict_run_refuses_exits_with_4(tmp_path):
    command = ["flatten", peers.DEMO_EXPORT, "--to", tmp_path / "table", "--table", "orders"]
    finished = peers.submit(*command, "--strict")
    assert finished.code == 4, finished.err


def test_help_needs_no_spark_session():
    finished = peers.submit("--help").succeeded()
    assert "flatten" in finished.out


# ---- a standalone cluster on this machine


@contextlib.contextmanager
def daemon(name, log, *words):
    """A Spark daemon in a process of its own."""
    command = ["spark-class", f"org.apache.spark.deploy.{name}", "--webui-port", "0", *words]
    with open(log, "w", encoding="utf-8") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=subprocess.STDOUT, cwd=peers.TARGET
        )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def wait_for(log, pattern):
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        found = re.search(pattern, log.read_text())
        if found:
            return found.group(0)
        time.sleep(0.2)
    raise AssertionError(f"no {pattern} in {log}:\n{log.read_text()}")


@pytest.fixture
def cluster(tmp_path):
    """A master and two workers; gives the master's URL and the workers' folders."""
    with contextlib.ExitStack() as running:
        log = tmp_path / "master.log"
        where = ["--host", "127.0.0.1", "--port", "0"]
        running.enter_context(daemon("master.Master", log, *where))
        url = wait_for(log, r"spark://127\.0\.0\.1:\d+")
        workers = []
        for number in (1, 2):
            log = tmp_path / f"worker-{number}.log"
            folder = tmp_path / f"worker-{number}"
            sizes = ["--cores", "1", "--memory", "1g", "--work-dir", str(folder)]
            running.enter_context(daemon("worker.Worker", log, *where, *sizes, url))
            wait_for(log, "Successfully registered with master")
            workers.append(folder)
        yield url, workers


def test_flatten_on_two_workers_writes_every_item(spark, cluster, tmp_path):
    master, workers = cluster
    table = tmp_path / "table"
    peers.submit(
        "flatten",
        peers.DEMO_EXPORT,
        "--to",
        table,
        "--table",
        "orders",
        master=master,
        conf={
            "spark.executor.memory": "512m",
            "spark.scheduler.minRegisteredResourcesRatio": "1.0",
        },
    ).succeeded()
    for folder in workers:
        assert list(folder.glob("app-*/*/*.jar")), f"no executor has run in {folder}"
    (report,) = (table / "_dynamodb" / "runs").glob("*.json")
    assert json.loads(report.read_text())
    schema, rows = peers.spark_rows(spark, table)
    assert len(rows) == len(peers.items(peers.DEMO_EXPORT))
