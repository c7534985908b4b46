"""The notebooks run and say what their stored outputs say."""

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


@every_notebook
def test_executed_notebook_says_what_is_stored(path, monkeypatch):
    monkeypatch.setenv("DYNAMODB_LAKE_JAR", str(peers.jar()))
    stored = nbformat.read(path, as_version=4)
    executed = nbformat.read(path, as_version=4)
    for cell in executed.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    resources = {"metadata": {"path": str(path.parent)}}
    NotebookClient(executed, timeout=180, resources=resources).execute()
    assert text_outputs(executed) == text_outputs(stored)


@every_notebook
def test_notebook_is_stored_with_outputs_and_pictures_and_is_small(path):
    stored = nbformat.read(path, as_version=4)
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    assert not any(output.output_type == "error" for cell in code for output in cell.outputs)
    pictures = [
        output for cell in code for output in cell.outputs if "image/png" in output.get("data", {})
    ]
    assert len(pictures) >= 2
    assert os.path.getsize(path) < MAX_BYTES


@every_notebook
def test_notebook_names_no_machine(path):
    text = path.read_text(encoding="utf-8")
    assert str(peers.ROOT) not in text
    assert "/home/" not in text and "/root/" not in text
