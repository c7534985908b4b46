"""Our documents and docs/schemas, as Python's jsonschema sees them. Those of all other tests are checked where they are made: see peers.Finished and conftest."""

import copy
import json

import documents
import peers


def kept(table):
    """Documents of a lake table, by their kind."""
    folder = table / "_dynamodb"
    (report,) = (folder / "runs").glob("*.json")
    return {
        "current": json.loads((folder / "current.json").read_text()),
        "run-report": json.loads(report.read_text()),
        "snapshot-files": json.loads((peers.snapshot(table) / "_files.json").read_text()),
        "table-schema": json.loads((folder / "schema.json").read_text()),
    }


def test_schemas_are_of_their_draft_and_refer_to_what_is_there():
    for file in documents.FOLDER.iterdir():
        schema = json.loads(file.read_text())
        documents.jsonschema.Draft202012Validator.check_schema(schema)
        resolver = documents.registry().resolver(documents.BASE + file.name)
        for reference in references(schema):
            resolver.lookup(reference)


def references(node):
    if isinstance(node, dict):
        if "$ref" in node:
            yield node["$ref"]
        node = list(node.values())
    for inner in node if isinstance(node, list) else []:
        yield from references(inner)


def test_what_a_flatten_keeps_is_as_it_is_described_and_nothing_else_is(demo_table):
    for name, document in kept(demo_table).items():
        assert not documents.faults(name, document)
        for key in documents.registry()[documents.BASE + name + ".schema.json"].contents["required"]:
            without = {other: value for other, value in document.items() if other != key}
            assert documents.faults(name, without), f"{name} without {key}"
        for key, value in document.items():
            other = copy.deepcopy(document)
            other[key] = {"of": "another type"} if not isinstance(value, dict) else "a text"
            assert documents.faults(name, other), f"{name} with another {key}"
