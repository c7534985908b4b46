"""What the tests share: the jar, the exports, one Spark session and one flattened demo table."""

import shutil

import pytest

import peers


@pytest.fixture(scope="session")
def workspace(tmp_path_factory):
    """A folder of this run, under target so that nothing is left elsewhere."""
    return tmp_path_factory.mktemp("peers")


def pytest_configure(config):
    if not config.option.basetemp:
        config.option.basetemp = str(peers.TARGET / "peers-tmp")


@pytest.fixture(scope="session")
def spark():
    """PySpark as a user starts it: the job jar is all that is added."""
    session = peers.spark_session("peers")
    yield session
    session.stop()


@pytest.fixture(scope="session")
def demo_table(workspace):
    """The demo export as a lake table, with the schema that the data gives."""
    table = workspace / "demo-table"
    peers.submit("flatten", peers.DEMO_EXPORT, "--to", table, "--table", "orders").succeeded()
    return table


@pytest.fixture
def demo_copy(tmp_path):
    """A demo export to damage."""
    export = tmp_path / "AWSDynamoDB" / peers.DEMO_EXPORT.name
    shutil.copytree(peers.DEMO_EXPORT, export)
    return export
