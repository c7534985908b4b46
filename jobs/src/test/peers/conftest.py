"""What the tests share: the jar, the exports, one Spark session, one flattened demo table, one moto server."""

import contextlib
import os
import shutil
import subprocess
import sys
import time
import urllib.request

import pytest

import documents
import peers
import trino_server


@pytest.fixture(scope="session")
def workspace(tmp_path_factory):
    """A folder of this run, under target so that nothing is left elsewhere. Documents that are in it are as docs/schemas say."""
    folder = tmp_path_factory.mktemp("peers")
    yield folder
    documents.check_all(folder)


@pytest.fixture(autouse=True)
def documents_of_the_test(request):
    """So are those that a test leaves in a folder of its own."""
    folder = request.getfixturevalue("tmp_path") if "tmp_path" in request.fixturenames else None
    yield
    if folder:
        documents.check_all(folder)


def pytest_configure(config):
    if not config.option.basetemp:
        config.option.basetemp = str(peers.TARGET / "peers-tmp")


@pytest.hookimpl(tryfirst=True)  # before the groups are read
def pytest_collection_modifyitems(items):
    """Of two workers each takes whole files, and those that need Trino stay with the one that has it; they are longest."""
    for item in items:
        trino = item.path.stem.startswith("test_trino")
        item.add_marker(pytest.mark.xdist_group("trino" if trino else item.path.stem))
    items.sort(key=lambda item: not item.path.stem.startswith("test_trino"))


@pytest.fixture(scope="session")
def spark():
    """PySpark as a user starts it: the job jar is all that is added."""
    session = peers.spark_session("peers")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def command(spark):
    """Runs a command on that Spark, for those who ask for nothing but what it does."""
    context = spark.sparkContext
    return peers.Commands(context._jvm, context._gateway)


@pytest.fixture(scope="session")
def demo_table(command, workspace):
    """The demo export as a lake table, with the schema that the data gives."""
    table = workspace / "demo-table"
    command("flatten", peers.DEMO_EXPORT, "--to", table, "--table", "orders").succeeded()
    return table


@pytest.fixture
def demo_copy(tmp_path):
    """A demo export to damage."""
    export = tmp_path / "AWSDynamoDB" / peers.DEMO_EXPORT.name
    shutil.copytree(peers.DEMO_EXPORT, export)
    return export


# ---- AWS without AWS


@pytest.fixture(scope="session")
def moto(workspace):
    """The address of a moto server of our own. Each file of tests has buckets and databases of its own there."""
    port = peers.free_port()
    address = f"http://127.0.0.1:{port}"
    log = workspace / "moto.log"
    server_program = peers.ROOT / "jobs/src/test/peers/moto_server.py"
    with open(log, "w", encoding="utf-8") as output:
        server = subprocess.Popen(
            [sys.executable, server_program, "-H", "127.0.0.1", "-p", str(port)],
            stdout=output,
            stderr=output,
        )
        try:
            for _ in range(300):
                try:
                    urllib.request.urlopen(address + "/moto-api/", timeout=1).close()
                    break
                except OSError:
                    assert server.poll() is None, log.read_text()
                    time.sleep(0.1)
            yield address
        finally:
            server.kill()
            server.wait()


@pytest.fixture(scope="session")
def trino_address(moto, workspace):
    """A Trino of our own on that server's Glue and S3; skips the test where there cannot be one."""
    with trino_server.server(moto, workspace / "trino") as address:
        yield address


@pytest.fixture(scope="session")
def client(moto):
    import boto3  # which the second line of Spark does not need

    def make(service):
        return boto3.client(
            service,
            endpoint_url=moto,
            region_name=peers.REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
        )

    return make


@pytest.fixture(scope="session")
def launcher(moto, workspace):
    """Runs the launcher with moto as its AWS, the way docs/aws.md says it for a local server."""
    defaults = (peers.ROOT / "conf/laptop/spark-defaults.conf").read_text()
    conf = workspace / "moto.conf"
    conf.write_text(defaults + "\nspark.hadoop.fs.s3a.path.style.access true\n")
    environment = {
        **os.environ,
        **aws_of(moto),
        "DYNAMODB_LAKE_CONF": str(conf),
        "DYNAMODB_LAKE_MEMORY": "1g",
    }

    def run(*words):
        finished = peers.Finished(
            subprocess.run(
                [str(peers.ROOT / "bin/dynamodb-lake"), *map(str, words)],
                capture_output=True,
                text=True,
                timeout=300,
                cwd=workspace,
                env=environment,
            )
        )
        return without_secret(finished)

    return run


@pytest.fixture(scope="session")
def lake(moto, workspace):
    """The same without a process for each command."""
    home = workspace / "lake"
    home.mkdir()
    defaults = (peers.ROOT / "conf/laptop/spark-defaults.conf").read_text().splitlines()
    settings = dict(line.split(None, 1) for line in defaults if line.startswith("spark."))
    settings["spark.hadoop.fs.s3a.path.style.access"] = "true"
    with contextlib.ExitStack() as running:
        with pytest.MonkeyPatch.context() as patch:
            for name, value in aws_of(moto).items():
                patch.setenv(name, value)
            run = running.enter_context(peers.java_process(home, settings))
        yield lambda *words: without_secret(run(*words))


SECRET = "not-to-be-printed"


def aws_of(moto):
    return {
        "AWS_ENDPOINT_URL": moto,
        "AWS_REGION": peers.REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": SECRET,
    }


def without_secret(finished):
    assert SECRET not in finished.out + finished.err
    return finished
