"""moto's server with three things mended, so that it does what AWS does.

Glue takes an empty partition expression, which Trino sends, for none. ImportTable reads each line as JSON; moto's own
reader loses items whose texts have quotes in them or whose names differ in nothing but case. What DynamoDB's handler does not
know is refused as the service refuses it, and not as a failure that is tried again.
"""

import json

import py_partiql_parser
from moto.core.exceptions import JsonRESTError
from moto.dynamodb.responses import DynamoHandler
from moto.glue.utils import _PartitionFilterExpressionCache
from moto.server import main

read_expression = _PartitionFilterExpressionCache.get


def expression(cache, text):
    return read_expression(cache, text or None)


def documents(original):
    return [json.loads(line) for line in original.split("\n") if line]


def unknown(handler):
    raise JsonRESTError("UnknownOperationException", "moto does not know it")


for name in ("describe_contributor_insights", "describe_kinesis_streaming_destination"):
    if not hasattr(DynamoHandler, name):
        setattr(DynamoHandler, name, unknown)

_PartitionFilterExpressionCache.get = expression
py_partiql_parser.JsonParser.parse = staticmethod(documents)

if __name__ == "__main__":
    main()
