"""What Python's jsonschema says of our documents by docs/schemas, wherever a test has made one."""

import functools
import json
from pathlib import Path

import jsonschema
import referencing

FOLDER = Path(__file__).resolve().parents[4] / "docs" / "schemas"
BASE = "https://schemas.invalid/"
PROGRAM = "dynamodb-lake/"


@functools.cache
def registry():
    schemas = {file.name: json.loads(file.read_text()) for file in FOLDER.iterdir()}
    made = referencing.Resource.from_contents
    return referencing.Registry().with_resources((BASE + name, made(schema)) for name, schema in schemas.items())


@functools.cache
def judge(name):
    return jsonschema.Draft202012Validator(
        {"$ref": f"{BASE}{name}.schema.json"}, registry=registry(), format_checker=jsonschema.FormatChecker()
    )


def faults(name, document):
    return [f"{error.json_path}: {error.message}" for error in judge(name).iter_errors(document)]


def ours(text):
    """The document that a text is, if it is one of ours."""
    try:
        document = json.loads(text)
    except ValueError:
        return None
    is_one = isinstance(document, dict) and str(document.get("format", "")).startswith(PROGRAM)
    return document if is_one else None


def check(text, place):
    """Checks a text, if it is one of our documents; returns its kind."""
    document = ours(text)
    if document is None:
        return None
    name = document["format"].removeprefix(PROGRAM)
    found = faults(name, document)
    assert not found, f"docs/schemas/{name}.schema.json says of {place}: {found}"
    return name


def check_all(folder):
    """Checks all of our documents in a folder; returns their kinds."""
    return [check(file.read_text(errors="replace"), file) for file in folder.rglob("*.json") if file.is_file()]
