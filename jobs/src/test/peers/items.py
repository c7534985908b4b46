"""A row of a lake table back into the DynamoDB item it was: slow, obvious, and nothing of ours in it.

Follows docs/types.md from the other side. If every item of an export can be made again from its row, flatten
has lost nothing.
"""

import base64
import datetime
import decimal
import email.utils
import json
import re

EXACT = decimal.Context(prec=200)
EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.timezone.utc)


def item_of(row, schema):
    """The item: columns first, then what the columns could not hold."""
    item = {}
    for column in schema["columns"]:
        value = attribute_value(row[column["name"]], column)
        if value is not None:
            item[column["attribute"]] = value
    for path, text in entries(row["ddb_rescued"]):
        put(item, path, json.loads(text))
    for path in row["ddb_nulls"] or []:
        put(item, path, {"NULL": True})
    return item


def entries(value):
    """PyArrow gives maps as pairs, Spark and DuckDB as dicts."""
    return list(value.items() if isinstance(value, dict) else value or [])


def attribute_value(value, mapping):
    if value is None:
        return None
    kind, descriptor = mapping["type"], mapping["descriptor"]
    if kind == "dynamodb-json":
        return json.loads(value)
    if kind == "struct":
        fields = {
            field["attribute"]: attribute_value(value[field["name"]], field)
            for field in mapping["fields"]
        }
        return {"M": {name: field for name, field in fields.items() if field is not None}}
    if kind == "map":
        return {"M": {key: attribute_value(one, mapping["value"]) for key, one in entries(value)}}
    if kind == "array":
        elements = [attribute_value(element, mapping["element"]) for element in value]
        if descriptor == "L":
            return {"L": elements}
        return {descriptor: [next(iter(element.values())) for element in elements]}
    return {descriptor: scalar(value, descriptor, mapping.get("from", mapping.get("format")))}


def scalar(value, descriptor, conversion):
    if descriptor == "B":
        return base64.b64encode(value).decode()
    if descriptor == "BOOL":
        return value
    if conversion in ("epoch-seconds", "epoch-millis", "epoch-micros"):
        micros = decimal.Decimal((value - EPOCH) // datetime.timedelta(microseconds=1))
        return str(micros / {"seconds": 1_000_000, "millis": 1000, "micros": 1}[conversion[6:]])
    if conversion == "rfc-1123":
        return email.utils.format_datetime(value.astimezone(datetime.timezone.utc), usegmt=True)
    if conversion == "iso-8601-millis":
        return value.strftime("%Y-%m-%dT%H:%M:%S.") + f"{value.microsecond // 1000:03d}Z"
    if conversion == "iso-8601":  # other forms of the same time are rescued besides
        millis = f".{value.microsecond // 1000:03d}" if value.microsecond else ""
        return value.strftime("%Y-%m-%dT%H:%M:%S") + millis + "Z"
    assert conversion is None, f"no way back from {conversion}"
    return str(value)


# ---- paths, such as lines[2].price and ['a.b'].c

STEP = re.compile(r"\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]|\.?([^.\[\]'\\]+)")


def steps(path):
    found, at = [], 0
    while at < len(path):
        step = STEP.match(path, at)
        assert step, f"not a path: {path}"
        quoted, index, name = step.groups()
        if index is not None:
            found.append(int(index))
        else:
            found.append(name if name is not None else re.sub(r"\\(.)", r"\1", quoted))
        at = step.end()
    return found


def put(item, path, value):
    *parents, last = steps(path)
    place = {"M": item}
    for step in parents:
        place = place["L"][step] if isinstance(step, int) else place["M"][step]
    container = place["L"] if isinstance(last, int) else place["M"]
    taken = container[last] if isinstance(last, int) else container.get(last)
    assert taken is None or "NULL" not in value, f"NULL over a value at {path}"
    container[last] = value


# ---- items that are equal as DynamoDB defines it have the same text


def text(item):
    return json.dumps(canonical({"M": item}), sort_keys=True)


def canonical(value):
    assert value is not None, "a place is empty that the item had filled"
    ((descriptor, content),) = value.items()
    if descriptor == "M":
        return {"M": {name: canonical(one) for name, one in content.items()}}
    if descriptor == "L":
        return {"L": [canonical(one) for one in content]}
    if descriptor == "N":
        return {"N": number(content)}
    if descriptor == "NS":
        return {"NS": sorted(map(number, content))}
    if descriptor in ("SS", "BS"):
        return {descriptor: sorted(content)}
    return value


def number(digits):
    return str(decimal.Decimal(digits).normalize(EXACT))
