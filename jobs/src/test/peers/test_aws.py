"""From a live table to a live table and to Glue, and who is told of it, against a moto server."""

import base64
import datetime
import decimal
import gzip
import http.server
import json
import threading

import pytest
from boto3.dynamodb.types import Binary, TypeDeserializer
from botocore.parsers import RpcV2CBORParser

import peers

BUCKET = "lake"
LAKE = f"s3a://{BUCKET}/orders"
ITEMS = 40
SNAPSHOT = "dynamodb-lake.snapshot"


def item(number):
    """An item of every type."""
    return {
        "pk": {"S": f"customer#{number % 7}"},
        "sk": {"N": str(number)},
        "exact": {"N": f"{number + 1}2345678901234567890.123456789"},
        "blob": {"B": bytes([number, 0, 255])},
        "gone": {"NULL": True},
        "gift": {"BOOL": number % 2 == 0},
        "tags": {"SS": ["a", f"t{number}"]},
        "sizes": {"NS": ["1", f"{number}.5"]},
        "blobs": {"BS": [b"x", bytes([number])]},
        "lines": {"L": [{"M": {"sku": {"S": f"s{number}"}}}]},
        "ship to": {"M": {"city": {"S": "Zürich"}, "zip": {"N": "8001"}}},
        "mixed": {"S": "text"} if number % 3 else {"N": "3"},
    }


def plain(value):
    if isinstance(value, Binary):
        return bytes(value)
    if isinstance(value, (set, frozenset)):
        return frozenset(plain(one) for one in value)
    if isinstance(value, list):
        return [plain(one) for one in value]
    if isinstance(value, dict):
        return {name: plain(one) for name, one in value.items()}
    return value


def scanned(dynamodb, table):
    """The items of a table by their keys."""
    found = {}
    reader = TypeDeserializer()
    for page in dynamodb.get_paginator("scan").paginate(TableName=table):
        for raw in page["Items"]:
            values = {name: plain(reader.deserialize(value)) for name, value in raw.items()}
            found[values["pk"], values["sk"]] = values
    return found


@pytest.fixture(scope="module")
def orders(client):
    """A table with everything that moto can set of one."""
    dynamodb = client("dynamodb")
    table = dynamodb.create_table(
        TableName="Orders",
        AttributeDefinitions=[
            {"AttributeName": "pk", "AttributeType": "S"},
            {"AttributeName": "sk", "AttributeType": "N"},
            {"AttributeName": "city", "AttributeType": "S"},
            {"AttributeName": "weight", "AttributeType": "N"},
        ],
        KeySchema=[
            {"AttributeName": "pk", "KeyType": "HASH"},
            {"AttributeName": "sk", "KeyType": "RANGE"},
        ],
        BillingMode="PROVISIONED",
        ProvisionedThroughput={"ReadCapacityUnits": 4000, "WriteCapacityUnits": 3000},
        GlobalSecondaryIndexes=[
            {
                "IndexName": "by-city",
                "KeySchema": [
                    {"AttributeName": "city", "KeyType": "HASH"},
                    {"AttributeName": "sk", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["exact", "gift"]},
                "ProvisionedThroughput": {"ReadCapacityUnits": 40, "WriteCapacityUnits": 30},
            }
        ],
        LocalSecondaryIndexes=[
            {
                "IndexName": "by-weight",
                "KeySchema": [
                    {"AttributeName": "pk", "KeyType": "HASH"},
                    {"AttributeName": "weight", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "ALL"},
            }
        ],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        Tags=[{"Key": "team", "Value": "shop"}, {"Key": "cost center", "Value": "42"}],
        DeletionProtectionEnabled=True,
    )["TableDescription"]
    warm = {"ReadUnitsPerSecond": 13000, "WriteUnitsPerSecond": 5000}
    dynamodb.update_table(TableName="Orders", WarmThroughput=warm)
    dynamodb.update_time_to_live(
        TableName="Orders",
        TimeToLiveSpecification={"Enabled": True, "AttributeName": "expires"},
    )
    allowed = {
        "Effect": "Allow",
        "Principal": {"AWS": "444455556666"},
        "Action": "dynamodb:GetItem",
        "Resource": table["TableArn"],
    }
    dynamodb.put_resource_policy(
        ResourceArn=table["TableArn"],
        Policy=json.dumps({"Version": "2012-10-17", "Statement": [allowed]}),
    )
    for number in range(ITEMS):
        dynamodb.put_item(TableName="Orders", Item=item(number))
    client("s3").create_bucket(
        Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": peers.REGION}
    )
    return "Orders"


def line(number, **more):
    """A line of a data file."""

    def base64_text(value):
        return base64.b64encode(value).decode()

    return json.dumps({"Item": {**item(number), **more}}, default=base64_text) + "\n"


@pytest.fixture(scope="module")
def export(lake, launcher, client, orders):
    """The folder of data files that DynamoDB wrote of the table."""
    s3 = client("s3")
    order = ("export", orders, "--bucket", BUCKET, "--prefix", "exports")
    refused = lake(*order)
    assert refused.code == 5
    assert "point-in-time recovery is off" in refused.err and "--enable-pitr" in refused.err

    exported = json.loads(launcher(*order, "--enable-pitr", "--json").succeeded().out)
    assert exported["status"] == "COMPLETED"
    assert exported["items"] == ITEMS
    assert exported["manifest"].endswith("/manifest-summary.json")

    # moto writes one data file and no manifests, under a name of its own
    (key,) = (key for key in keys_below(s3, "exports/") if key.endswith(".gz"))
    s3.copy_object(
        Bucket=BUCKET, CopySource={"Bucket": BUCKET, "Key": key}, Key="plain/data.json.gz"
    )
    return f"s3a://{BUCKET}/plain/"


def test_a_chain_of_increments_is_refused_where_the_service_forgets_the_time_of_its_exports(
    lake, orders, export
):
    # moto keeps neither time, place nor window of an export, so a chain goes no further than to be refused there
    refused = lake("export", orders, "--bucket", BUCKET, "--prefix", "exports", "--since-last")
    assert refused.code == 5
    assert "begin with a full export" in refused.err


def keys_below(s3, prefix):
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET, Prefix=prefix)
    return [entry["Key"] for page in pages for entry in page.get("Contents", [])]


def flatten(lake, export):
    """Flattens to the lake table, and registers it as shop.orders."""
    return lake(
        *("flatten", export, "--to", LAKE, "--table", "orders", "--key", "pk:S,sk:N"),
        *("--register", "glue", "--database", "shop"),
    ).succeeded()


@pytest.fixture(scope="module")
def lake_table(launcher, export):
    flatten(launcher, export)
    return LAKE


def described(dynamodb, name):
    """What boto3 says of a table beside its items, but for its name and what no import makes."""
    table = dynamodb.describe_table(TableName=name)["Table"]
    arn = table["TableArn"]
    recovery = dynamodb.describe_continuous_backups(TableName=name)
    recovery = recovery["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
    units = ("ReadCapacityUnits", "WriteCapacityUnits")
    indexes = table["GlobalSecondaryIndexes"]
    return {
        "keys": table["KeySchema"],
        "mode": table["BillingModeSummary"],
        "units": [table["ProvisionedThroughput"][unit] for unit in units],
        "warm": table["WarmThroughput"],
        "indexes": [(index["IndexName"], index["KeySchema"]) for index in indexes],
        "projected": [sorted(index["Projection"]["NonKeyAttributes"]) for index in indexes],
        "index units": [
            [index["ProvisionedThroughput"][unit] for unit in units] for index in indexes
        ],
        "stream": table["StreamSpecification"],
        "protected": table["DeletionProtectionEnabled"],
        "expires": dynamodb.describe_time_to_live(TableName=name)["TimeToLiveDescription"],
        "recovery": recovery["PointInTimeRecoveryStatus"],
        "tags": sorted(
            (tag["Key"], tag["Value"])
            for tag in dynamodb.list_tags_of_resource(ResourceArn=arn)["Tags"]
        ),
        "policy": json.loads(
            dynamodb.get_resource_policy(ResourceArn=arn)["Policy"].replace(arn, "itself")
        ),
    }


def test_table_to_export_to_lake_to_table(lake, launcher, client, orders, lake_table):
    dynamodb, s3 = client("dynamodb"), client("s3")
    target = f"s3a://{BUCKET}/import/orders"
    (kept,) = (key for key in keys_below(s3, "exports/") if key.endswith("/table.json"))
    restore = ("restore", lake_table, "--to", target, "--table", "Orders-Restore")
    lake(*restore, "--settings", f"s3a://{BUCKET}/{kept}").succeeded()
    request = json.loads(
        s3.get_object(Bucket=BUCKET, Key="import/orders/import-table.json")["Body"].read()
    )
    prefix = request["S3BucketSource"]["S3KeyPrefix"]
    assert len(keys_below(s3, prefix)) == 1, "an import would read more than the data file"

    imported = lake("import", target, "--settings", "same").succeeded()
    assert "local secondary indexes: no import makes local index by-weight" in imported.out
    assert described(dynamodb, "Orders-Restore") == described(dynamodb, orders)
    assert f"{ITEMS} imported + 0 refused = {ITEMS} processed" in imported.out
    before, after = scanned(dynamodb, orders), scanned(dynamodb, "Orders-Restore")
    assert len(before) == ITEMS
    assert isinstance(before["customer#0", 0]["exact"], decimal.Decimal)
    assert after == before

    tables = ("dynamodb://Orders", "dynamodb://Orders-Restore")
    equal = json.loads(lake("compare", *tables, "--json").succeeded().out)
    assert equal["equal"] and equal["equalItems"] == ITEMS
    assert equal["keys"] == ["pk:S", "sk:N"]
    assert f"Reads table {orders}: " in lake("compare", tables[0], lake_table).succeeded().err

    other = {**item(3), "sizes": {"NS": ["1", "3.25"]}}
    dynamodb.put_item(TableName="Orders-Restore", Item=other)
    different = launcher("compare", *tables)
    assert different.code == 6
    assert f"{ITEMS - 1} items" in different.out and "sizes: another NS" in different.out


def test_glue_has_the_table_and_follows_it(lake, client, lake_table):
    glue, s3 = client("glue"), client("s3")
    first = glue.get_table(DatabaseName="shop", Name="orders")["Table"]
    columns = {entry["Name"]: entry["Type"] for entry in first["StorageDescriptor"]["Columns"]}
    assert columns["pk"] == "string"
    assert columns["ship_to"] == "struct<city:string,zip:bigint>"
    assert columns["tags"] == "array<string>"
    assert "note" not in columns
    assert first["TableType"] == "EXTERNAL_TABLE"
    assert not first.get("PartitionKeys")
    assert holds_one_snapshot(s3, first)

    # another snapshot, with one item and one attribute more
    lines = "".join([*map(line, range(ITEMS)), line(ITEMS, note={"S": "new"})])
    s3.put_object(Bucket=BUCKET, Key="later/data.json.gz", Body=gzip.compress(lines.encode()))
    said = flatten(lake, f"s3a://{BUCKET}/later/")
    assert "Updated Glue table shop.orders" in said.out
    second = glue.get_table(DatabaseName="shop", Name="orders")["Table"]
    columns["note"] = "string"
    found = {entry["Name"]: entry["Type"] for entry in second["StorageDescriptor"]["Columns"]}
    assert found == columns
    assert location(second) != location(first)
    assert second["Parameters"][SNAPSHOT] != first["Parameters"][SNAPSHOT]
    assert holds_one_snapshot(s3, second)


def location(table):
    return table["StorageDescriptor"]["Location"]


def holds_one_snapshot(s3, table):
    """Whether the location is the folder of the snapshot that the table says, with its file."""
    folder = location(table)
    assert folder == f"s3://{BUCKET}/orders/snapshot={table['Parameters'][SNAPSHOT]}/"
    files = keys_below(s3, folder.removeprefix(f"s3://{BUCKET}/"))
    return len([key for key in files if key.endswith(".parquet")]) == 1


def test_a_table_of_others_is_left_alone(lake, client, lake_table):
    glue = client("glue")
    theirs = {"Name": "theirs", "StorageDescriptor": {"Location": "s3://other/place/"}}
    glue.create_table(DatabaseName="shop", TableInput=theirs)
    refused = lake("register", lake_table, "--database", "shop", "--table", "theirs")
    assert refused.code == 2
    assert "dynamodb-lake did not make" in refused.err
    table = glue.get_table(DatabaseName="shop", Name="theirs")["Table"]
    assert location(table) == "s3://other/place/"


# ---- who is told of a run


def test_doctor_finds_all_that_is_there_and_status_the_table(lake, launcher, client, orders, lake_table):
    key = client("kms").create_key()["KeyMetadata"]["Arn"]
    words = ("--place", f"s3a://{BUCKET}/", "--probe", "--database", "shop", "--kms-key", key)
    before = keys_below(client("s3"), "")
    found = json.loads(launcher("doctor", orders, *words, "--json").succeeded().out)
    assert {check["result"] for check in found["checks"]} == {"ok"}, found
    assert keys_below(client("s3"), "") == before, "a probe leaves nothing behind"
    missing = lake("doctor", "Nobodys", "--kms-key", "alias/nobodys", "--json")
    assert missing.code == 5
    results = {check["check"]: check["result"] for check in json.loads(missing.out)["checks"]}
    assert results["table Nobodys"] == results["KMS key"] == "fail"
    assert results["exports"] == "skipped"

    [table] = json.loads(lake("status", f"s3a://{BUCKET}/", "--json").succeeded().out)["tables"]
    assert table["root"] == lake_table and "fault" not in table
    assert table["rows"] >= ITEMS and table["lastRun"]["status"] == "published"


@pytest.fixture(scope="module")
def monitoring(client):
    """The address of a CloudWatch that speaks CBOR, as the SDK for Java does and moto does not.

    botocore decodes what is sent, checks it by its own model of the service and calls moto with it.
    """
    cloudwatch, parser = client("cloudwatch"), RpcV2CBORParser()

    class Translator(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            assert self.path.endswith("/operation/PutMetricData"), self.path
            body = self.rfile.read(int(self.headers["Content-Length"]))
            request = parser.parse_data_item(parser.get_peekable_stream_from_bytes(body))
            cloudwatch.put_metric_data(**request)
            self.send_response(200)
            self.send_header("smithy-protocol", "rpc-v2-cbor")
            self.send_header("Content-Type", "application/cbor")
            self.send_header("Content-Length", "1")
            self.end_headers()
            self.wfile.write(b"\xa0")  # an empty map

        def log_message(self, *_):
            pass

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Translator)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


@pytest.fixture(scope="module")
def topic(client):
    """A topic, and the messages that its subscriber has got."""
    sns, sqs = client("sns"), client("sqs")
    arn = sns.create_topic(Name="alerts")["TopicArn"]
    queue = sqs.create_queue(QueueName="heard")["QueueUrl"]
    attributes = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])
    queue_arn = attributes["Attributes"]["QueueArn"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=queue_arn)

    def heard():
        got = sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10).get("Messages", [])
        for message in got:
            sqs.delete_message(QueueUrl=queue, ReceiptHandle=message["ReceiptHandle"])
        return [json.loads(message["Body"]) for message in got]

    return arn, heard


def published(client, namespace, **dimensions):
    """The sum and the unit of each metric with just these dimensions."""
    cloudwatch = client("cloudwatch")
    wanted = [{"Name": name, "Value": value} for name, value in dimensions.items()]
    now = datetime.datetime.now(datetime.timezone.utc)
    hour = datetime.timedelta(hours=1)
    found = {}
    for metric in cloudwatch.list_metrics(Namespace=namespace)["Metrics"]:
        if metric["Dimensions"] == wanted:
            (point,) = cloudwatch.get_metric_statistics(
                Namespace=namespace,
                MetricName=metric["MetricName"],
                Dimensions=wanted,
                StartTime=now - hour,
                EndTime=now + hour,
                Period=7200,
                Statistics=["Sum"],
            )["Datapoints"]
            found[metric["MetricName"]] = point["Sum"], point["Unit"]
    return found


def test_metrics_of_a_run_are_in_cloudwatch(lake, client, monitoring, topic):
    arn, heard = topic
    done = lake(
        *("flatten", peers.DEMO_EXPORT, "--to", "metrics-lake", "--table", "demo", "--json"),
        *("--metrics", "cloudwatch", "--endpoint-url", f"cloudwatch={monitoring}"),
        *("--notify-topic", arn, "--report", "metrics-reports/"),
    ).succeeded()
    assert "Warning: Cannot" not in done.err
    counts = json.loads(done.out)["counts"]
    metrics = published(client, "dynamodb-lake", Command="flatten", Table="demo")
    assert metrics["Items"] == (counts["itemsRead"], "Count")
    assert metrics["RescuedValues"] == (counts["rescuedValues"], "Count")
    assert metrics["RejectedRecords"] == (0, "Count")
    assert metrics["Failures"] == (0, "Count")
    assert metrics["BytesRead"][1] == metrics["BytesWritten"][1] == "Bytes"
    assert metrics["Seconds"][0] > 0
    assert metrics["DataAgeSeconds"][0] > 365 * 24 * 3600, "the demo's export is of 2024"
    assert metrics["DataAgeSeconds"][1] == "Seconds"
    assert len(metrics) == 8
    assert not heard(), "nothing has failed"


def test_a_failed_run_is_counted_and_told(launcher, client, monitoring, topic):
    arn, heard = topic
    failed = launcher(
        *("export", "no-such-table", "--bucket", BUCKET, "--report", "failed.json"),
        *("--metrics", "cloudwatch", "--metrics-namespace", "acme/lake"),
        *("--endpoint-url", f"cloudwatch={monitoring}", "--notify-topic", arn),
    )
    assert failed.code == 5
    metrics = published(client, "acme/lake", Command="export", Table="no-such-table")
    assert metrics["Failures"] == (1, "Count")
    assert sorted(metrics) == ["Failures", "Seconds"]
    (message,) = heard()
    assert (
        message["Subject"]
        == "dynamodb-lake export failed, table no-such-table: a remote service failed"
    )
    notice = json.loads(message["Message"])
    assert f"error: {notice['error']}" in failed.err
    assert notice["exitCode"] == failed.code
    assert notice["report"] == "failed.json"


def test_nobody_to_tell_is_a_warning(lake, topic):
    arn, heard = topic
    failed = lake(
        *("export", "no-such-table", "--bucket", BUCKET, "--notify-topic", arn + "-of-others"),
        *("--metrics", "cloudwatch", "--endpoint-url", "cloudwatch=http://127.0.0.1:1"),
    )
    assert failed.code == 5
    assert "Warning: Cannot notify topic alerts-of-others: there is no such topic" in failed.err
    assert "Warning: Cannot publish metrics: the service cannot be reached" in failed.err
    assert not heard()
