"""The job jar under spark-submit: exit codes."""

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
