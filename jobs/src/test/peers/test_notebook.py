"""The notebook runs and says what its stored outputs say."""

import os
import re

import nbformat
from nbclient import NotebookClient

import peers

NOTEBOOK = peers.ROOT / "notebooks" / "explore-an-export.ipynb"
MAX_BYTES = 400_000


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


def test_executed_notebook_says_what_is_stored(monkeypatch):
    monkeypatch.setenv("DYNAMODB_LAKE_JAR", str(peers.jar()))
    stored = nbformat.read(NOTEBOOK, as_version=4)
    executed = nbformat.read(NOTEBOOK, as_version=4)
    for cell in executed.cells:
        if cell.cell_type == "code":
            cell.outputs = []
    resources = {"metadata": {"path": str(NOTEBOOK.parent)}}
    NotebookClient(executed, timeout=180, resources=resources).execute()
    assert text_outputs(executed) == text_outputs(stored)


def test_notebook_is_stored_with_outputs_and_pictures_and_is_small():
    stored = nbformat.read(NOTEBOOK, as_version=4)
    code = [cell for cell in stored.cells if cell.cell_type == "code"]
    assert all(cell.execution_count for cell in code)
    assert not any(output.output_type == "error" for cell in code for output in cell.outputs)
    pictures = [
        output for cell in code for output in cell.outputs if "image/png" in output.get("data", {})
    ]
    assert len(pictures) >= 2
    assert os.path.getsize(NOTEBOOK) < MAX_BYTES


def test_notebook_names_no_machine():
    text = NOTEBOOK.read_text(encoding="utf-8")
    assert str(peers.ROOT) not in text
    assert "/home/" not in text and "/root/" not in text
