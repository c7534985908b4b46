"""The notebooks run and say what their stored outputs say."""

import json
import os
import re

import nbformat
import pytest
from nbclient import NotebookClient

import peers

NOTEBOOKS = sorted((peers.ROOT / "notebooks").glob("*.ipynb"))
MAX_BYTES = 400_000

every_notebook = pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)


def text_outputs(notebook):
    """What each code cell printed or returned, as text; pictures differ with fonts and are left out."""
    outputs = []
    for cell in notebook.cells:
        if cell.cell_type == "code":
            for output in cell.outputs:
                if output.output_type == "stream":
                    text = output.text if output.name == "stdout" else ""
                else:
                    data = output.get("data", {})
                    text = "" if "image/png" in data else data.get("text/plain", "")
                outputs.append((cell.source.splitlines()[0], normal(text)))
    return [output for output in outputs if output[1]]


def normal(text):
    """Addresses of objects and trailing blanks are nobody's business."""
    return re.sub(r"[ \t]+$", "", re.sub(r"0x[0-9a-f]+", "0x", text), flags=re.MULTILINE).strip()


def executed(path, monkeypatch):
    monkeypatch.setenv("DYNAMODB_LAKE_JAR", str(peers.jar()))
    monkeypatch.delenv("COLUMNS", raising=False)  # of a terminal, or of a worker of pytest
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(notebook, timeout=180, resources=resources).execute()
    return notebook


def pictures(notebook):
    return [
        output
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
        if "image/png" in output.get("data", {})
    ]


@every_notebook
def test_executed_notebook_says_what_is_stored(path, monkeypatch):
    stored = nbformat.read(path, as_version=4)
    assert text_outputs(executed(path, monkeypatch)) == text_outputs(stored)


@pytest.fixture(scope="module")
def readings_table(command, workspace):
    """A lake table of quite other items: one kind, odd names, a time that is a number, values of two types, no manifest."""
    items = [
        {
            "Sensor.Id": {"S": f"s{n % 7}"},
            "it's": {"NULL": True} if n % 3 else {"BOOL": n % 2 == 0},
            "at ms": {"N": str(1_700_000_000_000 + n * 86_400_000)},
            "reading": {"S": "none"} if n == 11 else {"N": f"{n * 0.25}"},
            "raw": {"B": "AAH/" * (1 + n % 5)},
            "tags": {"M": {"a b": {"L": [{"N": "1"}, {"S": "x"}]}}},
        }
        for n in range(40)
    ]
    export = workspace / "readings-export"
    export.mkdir()
    lines = "".join(json.dumps({"Item": item}) + "\n" for item in items)
    (export / "readings.json").write_text(lines, encoding="utf-8")
    table = workspace / "readings-table"
    command("flatten", export, "--to", table, "--table", "readings").succeeded()
    return table


def test_exploring_needs_nothing_but_an_input(readings_table, monkeypatch):
    monkeypatch.setenv("DYNAMODB_LAKE_EXPORT", str(readings_table))

    notebook = executed(peers.ROOT / "notebooks" / "explore-an-export.ipynb", monkeypatch)

    said = "\n".join(text for _, text in text_outputs(notebook))
    assert "a lake table with 6 columns" in said
    assert re.search(r"^0 +full .* 40 +40$", said, re.MULTILINE), "the ledger"
    assert re.search(r"^reading +39 +1 +0 +0$", said, re.MULTILINE), "what does not fit"
    assert re.search(r"^it_s +14 +0 +26 +0$", said, re.MULTILINE), "NULL, under a quoted name"
    assert re.search(r"^at_ms +40 +2023-11-14 22:13:20 +2023-12-23 22:13:20$", said, re.MULTILINE)
    assert "40 rows in pandas" in said and "40 rows in Polars" in said
    assert len(pictures(notebook)) == 4, "presence, space, sizes, growth; there are no kinds"


def test_exploring_names_no_attribute_of_its_default():
    """Names that a demo has and other tables have not."""
    notebook = nbformat.read(peers.ROOT / "notebooks" / "explore-an-export.ipynb", as_version=4)
    source = "\n".join(cell.source for cell in notebook.cells).lower()
    for name in ("createdat", "loyaltypoints", "coupon", "shipto", "qty", "customer", "price"):
        assert name not in source


def test_requirements_of_exploring_are_those_that_it_is_tried_with():
    tried = (peers.ROOT / "jobs/src/test/peers/requirements.txt").read_text().splitlines()
    own = peers.ROOT / "notebooks" / "explore-an-export-requirements.txt"
    needed = [line for line in own.read_text().splitlines() if line and not line.startswith("#")]
    assert [line for line in needed if line not in tried] == ["jupyterlab"]


@every_notebook
def test_notebook_is_stored_with_outputs_and_pictures_and_is_small(path):
    stored = nbformat.read(path, as_version=4)
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    assert not any(output.output_type == "error" for cell in code for output in cell.outputs)
    assert len(pictures(stored)) >= 2
    assert os.path.getsize(path) < MAX_BYTES


@every_notebook
def test_notebook_names_no_machine(path):
    text = path.read_text(encoding="utf-8")
    assert str(peers.ROOT) not in text
    assert "/home/" not in text and "/root/" not in text
