"""The CloudFormation templates: accepted by cfn-lint, and their state machines run by moto."""

import json
import subprocess
import time

import boto3
import pytest
from cfnlint.decode import cfn_yaml
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

import peers

TEMPLATES = peers.ROOT / "conf" / "aws"
REGION = "eu-west-1"


@pytest.mark.parametrize("template", sorted(path.name for path in TEMPLATES.glob("*.yaml")))
def test_cfn_lint_accepts_the_template(template):
    finished = subprocess.run(
        ["cfn-lint", TEMPLATES / template], capture_output=True, text=True, check=False
    )
    assert finished.returncode == 0, finished.stdout


# ---- the state machines, executed


@pytest.fixture(name="aws")
def fixture_aws(monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    with mock_aws(config={"stepfunctions": {"execute_state_machine": True}}):
        yield Aws()


class Aws:
    """A table and a bucket to export it to, a topic, and what a state machine makes of them."""

    def __init__(self):
        self.dynamodb = boto3.client("dynamodb", REGION)
        self.topic = boto3.client("sns", REGION).create_topic(Name="alerts")["TopicArn"]
        table = self.dynamodb.create_table(
            TableName="orders",
            KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "pk", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        self.table = table["TableDescription"]["TableArn"]

    def recoverable(self):
        self.dynamodb.update_continuous_backups(
            TableName="orders",
            PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True},
        )
        return self

    def with_bucket(self):
        boto3.client("s3", REGION).create_bucket(
            Bucket="acme-exports", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        return self

    def with_lake(self, *keys):
        s3 = boto3.client("s3", REGION)
        s3.create_bucket(
            Bucket="acme-lake", CreateBucketConfiguration={"LocationConstraint": REGION}
        )
        for key in keys:
            s3.put_object(Bucket="acme-lake", Key=key, Body=b"{}")
        return self

    def start_export(self):
        return self.dynamodb.export_table_to_point_in_time(
            TableArn=self.table, S3Bucket="acme-exports", S3Prefix="any"
        )["ExportDescription"]["ExportArn"]

    def run(self, definition, text="{}"):
        """Runs a state machine to its end; gives the description, and the states on its way."""
        states = boto3.client("stepfunctions", REGION)
        machine = states.create_state_machine(
            name="machine",
            definition=json.dumps(definition),
            roleArn=f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:role/any",
        )["stateMachineArn"]
        execution = states.start_execution(stateMachineArn=machine, name="run", input=text)
        arn = execution["executionArn"]
        deadline = time.monotonic() + 60
        while (ended := states.describe_execution(executionArn=arn))["status"] == "RUNNING":
            assert time.monotonic() < deadline, "still running"
            time.sleep(0.2)
        events = states.get_execution_history(executionArn=arn, maxResults=1000)["events"]
        way = [
            event["stateEnteredEventDetails"]["name"]
            for event in events
            if event["type"].endswith("StateEntered")
        ]
        self.asked = [
            json.loads(event["taskScheduledEventDetails"]["parameters"])
            for event in events
            if event["type"] == "TaskScheduled"
        ]
        return ended, way

    def told(self):
        """Subjects of the messages sent to the topic."""
        sent = sns_backends[DEFAULT_ACCOUNT_ID][REGION].topics[self.topic].sent_notifications
        return [notification[2] for notification in sent]


def state_machine(template, resource, **substitutions):
    """A definition as CloudFormation hands it over, with minutes that last a second."""
    text = json.dumps(
        cfn_yaml.load(str(TEMPLATES / template))["Resources"][resource]["Properties"]["Definition"]
    )
    for name, value in substitutions.items():
        text = text.replace("${" + name + "}", value)
    assert "${" not in text, "a substitution is missing"
    definition = json.loads(text)
    definition["States"]["Wait"]["Seconds"] = 1
    return definition


def never_complete(definition):
    definition["States"]["Describe"] = {
        "Type": "Pass",
        "Result": {"ExportStatus": "IN_PROGRESS"},
        "ResultPath": "$.status",
        "Next": definition["States"]["Describe"]["Next"],
    }
    return definition


RECOVERABLE = "2026-11-18T02:25:31.123456Z"


def of_kind(name, kind):
    """What the pipeline puts into its steps for a kind of table."""
    state = cfn_yaml.load(str(TEMPLATES / "pipeline.yaml"))["Resources"]["StateMachine"]
    _, iceberg, parquet = state["Properties"]["DefinitionSubstitutions"][name]["Fn::If"]
    text = {"iceberg": iceberg, "parquet": parquet}[kind]
    text = text["Fn::Sub"] if isinstance(text, dict) else text
    return text.replace("${LakeBucket}", "acme-lake").replace("${LakePrefix}", "lake")


def pipeline(aws, flatten=None, exports="full", recoverable=True, kind="parquet"):
    definition = state_machine(
        "pipeline.yaml",
        "StateMachine",
        Exports=exports,
        TableArn=aws.table,
        SourceName="orders",
        ExportBucket="acme-exports",
        ExportPrefix="nightly/orders",
        ExpectedPolls="2",
        MaximumPolls="3",
        TopicArn=aws.topic,
        ApplicationId="00f1",
        JobRoleArn="arn:aws:iam::111122223333:role/job",
        Jar="s3://acme-code/dynamodb-lake.jar",
        Lake="s3://acme-lake/lake/orders/",
        LakeBucket="acme-lake",
        LakePointer="lake/orders/_dynamodb/current.json",
        TableName="orders",
        DatabaseName="dynamodb_lake",
        KeyAttributes="pk:S",
        LogUri="s3://acme-lake/lake/_logs/",
        KindArguments=of_kind("KindArguments", kind),
        ApplyArguments=of_kind("ApplyArguments", kind),
        KindSettings=of_kind("KindSettings", kind),
    )
    if recoverable:
        # moto gives a time of Python, where the service gives a text
        moment = {"PointInTimeRecoveryDescription": {"LatestRestorableDateTime": RECOVERABLE}}
        definition["States"]["FindMoment"]["ResultSelector"] = {"recovery": moment}
    # moto has no EMR Serverless jobs: the state keeps what it would have asked for
    for name in ("Flatten", "Update"):
        asked = definition["States"][name]
        definition["States"][name] = flatten or {
            "Type": "Pass",
            "Parameters": asked["Parameters"],
            "ResultPath": "$.job",
            "Next": asked["Next"],
        }
    return definition


@pytest.mark.parametrize("kind", ["parquet", "iceberg"])
def test_the_pipeline_exports_and_flattens_what_it_exported(aws, monkeypatch, kind):
    ended, way = aws.recoverable().with_bucket().run(pipeline(aws, kind=kind))
    assert ended["status"] == "SUCCEEDED", ended
    assert way[-2:] == ["Flatten", "Done"]
    assert not aws.told()
    result = json.loads(ended["output"])
    (order,) = [asked for asked in aws.asked if "ExportFormat" in asked]
    assert order["ExportTime"] == "2026-11-18T02:25:31Z"
    export_id = result["export"]["ExportArn"].rsplit("/", 1)[1]
    submit = result["job"]["JobDriver"]["SparkSubmit"]
    arguments = submit["EntryPointArguments"]
    assert arguments[1] == f"s3://acme-exports/nightly/orders/AWSDynamoDB/{export_id}/"
    assert arguments[arguments.index("--format") + 1] == kind
    settings = dict(
        one.split("=", 1) for one in submit["SparkSubmitParameters"].split() if "=" in one
    )
    if kind == "iceberg":
        catalog = arguments[arguments.index("--catalog") + 1]
        own = (peers.ROOT / "conf/iceberg/glue.conf").read_text()
        for key in ("", ".type", ".io-impl"):
            name = f"spark.sql.catalog.{catalog}{key}"
            assert f"{name} {settings[name]}" in " ".join(own.split())
    # the jar understands them: it is the export that it does not find, and the services
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_REGION", REGION)
    finished = peers.submit("flatten", peers.TARGET / "no-export", *arguments[2:])
    if kind == "iceberg":
        # which Spark from PyPI has not; that is looked at before the export
        assert finished.code == 2 and "Cannot use Iceberg: its classes" in finished.err, finished.err
    else:
        assert finished.code == 3, finished.err
    assert "Cannot publish metrics: the service cannot be reached" in finished.err
    assert "Cannot notify topic alerts: the service cannot be reached" in finished.err


def test_the_pipeline_of_increments_begins_with_the_whole_table(aws):
    aws.recoverable().with_bucket().with_lake()
    ended, way = aws.run(pipeline(aws, exports="increments"))
    assert ended["status"] == "SUCCEEDED", ended
    assert way[:4] == ["Start", "IsFull", "FindLakeTable", "HasLakeTable"]
    assert way[-2:] == ["Flatten", "Done"] and "Update" not in way


def test_the_pipeline_of_increments_lets_the_job_export_what_the_lake_table_lacks(aws):
    aws.recoverable().with_bucket().with_lake("lake/orders/_dynamodb/current.json")
    ended, way = aws.run(pipeline(aws, exports="increments"))
    assert ended["status"] == "SUCCEEDED", ended
    assert way == ["Start", "IsFull", "FindLakeTable", "HasLakeTable", "Update", "Done"]
    submit = json.loads(ended["output"])["job"]["JobDriver"]["SparkSubmit"]
    arguments = submit["EntryPointArguments"]
    assert arguments[:2] == ["export", aws.table]
    assert "--strict" in arguments
    assert arguments[arguments.index("--then-apply") + 1] == "s3://acme-lake/lake/orders/"
    known_options(arguments, "export TABLE --bucket NAME")


def test_the_pipeline_of_increments_applies_to_a_table_of_iceberg_where_its_catalog_is_known(aws):
    aws.recoverable().with_bucket().with_lake("lake/orders/_dynamodb/current.json")
    ended, _ = aws.run(pipeline(aws, exports="increments", kind="iceberg"))
    assert ended["status"] == "SUCCEEDED", ended
    submit = json.loads(ended["output"])["job"]["JobDriver"]["SparkSubmit"]
    assert "spark.sql.catalog.glue=" in submit["SparkSubmitParameters"]
    assert "--register" not in submit["EntryPointArguments"]
    known_options(submit["EntryPointArguments"], "export TABLE --bucket NAME")


def test_the_pipeline_of_increments_begins_anew_when_it_is_told_so(aws):
    aws.recoverable().with_bucket().with_lake("lake/orders/_dynamodb/current.json")
    resources = cfn_yaml.load(str(TEMPLATES / "pipeline.yaml"))["Resources"]
    text = resources["FullSchedule"]["Properties"]["Target"]["Input"]
    ended, way = aws.run(pipeline(aws, exports="increments"), text)
    assert ended["status"] == "SUCCEEDED", ended
    assert way[-2:] == ["Flatten", "Done"] and "FindLakeTable" not in way


def test_the_job_that_applies_increments_may_do_what_exporting_takes():
    resources = cfn_yaml.load(str(TEMPLATES / "pipeline.yaml"))["Resources"]
    increments = resources["IncrementsPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    own = json.loads((peers.ROOT / "conf/iam/export.json").read_text())["Statement"]
    for service in ("dynamodb", "s3"):
        missing = actions(own, service=service) - actions(increments, service=service)
        # nobody but its owner switches the recovery of a table on
        assert missing == ({"dynamodb:UpdateContinuousBackups"} if service == "dynamodb" else set())


def test_the_job_may_publish_what_the_alarms_and_the_dashboard_look_at():
    resources = cfn_yaml.load(str(TEMPLATES / "pipeline.yaml"))["Resources"]
    (policy,) = resources["JobRole"]["Properties"]["Policies"]
    statements = {
        statement["Sid"]: statement for statement in policy["PolicyDocument"]["Statement"]
    }
    for sid, file in (("PublishMetrics", "metrics.json"), ("TellWhyItFailed", "notify.json")):
        (own,) = json.loads((peers.ROOT / "conf/iam" / file).read_text())["Statement"]
        assert own["Action"] == [statements[sid]["Action"]]
        assert own.get("Condition") == statements[sid].get("Condition")
    alarm = resources["RescuedAlarm"]["Properties"]
    assert resources["RescuedChangesAlarm"]["Properties"]["MetricName"] == alarm["MetricName"]
    names = (peers.ROOT / "docs/schedule-and-monitor.md").read_text()
    assert f"`{alarm['MetricName']}`" in names
    dashboard = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"][0])
    found = 0
    told = {"flatten": "${TableName}", "export": "${SourceName}"}
    for widget in dashboard["widgets"]:
        before = []
        for metric in widget["properties"].get("metrics", []):
            words = [word for word in metric if isinstance(word, str)]
            before = [same if word == "." else word for word, same in zip(words, before or words)]
            if before[0] == alarm["Namespace"]:
                found += 1
                assert f"`{before[1]}`" in names
                command = before[3]
                assert before[2:] == ["Command", command, "Table", told[command]]
    assert found == 12


def test_the_pipeline_tells_of_a_slow_export_once_and_gives_up_in_the_end(aws):
    ended, way = aws.recoverable().with_bucket().run(never_complete(pipeline(aws)))
    assert ended["status"] == "FAILED"
    assert way.count("Describe") == 3
    assert aws.told() == [
        "dynamodb-lake - an export takes longer than expected",
        "dynamodb-lake - an export failed",
    ]


def test_the_pipeline_tells_that_an_export_failed(aws):
    ended, way = aws.recoverable().run(pipeline(aws))  # no such bucket
    assert ended["error"] == "ExportFailed"
    assert "Flatten" not in way
    assert aws.told() == ["dynamodb-lake - an export failed"]


def test_the_pipeline_tells_that_an_export_cannot_start(aws):
    ended, _ = aws.with_bucket().run(pipeline(aws, recoverable=False))
    assert ended["error"] == "RunFailed"
    assert aws.told() == ["dynamodb-lake - a run failed"]


def test_the_pipeline_tells_that_the_spark_job_failed(aws):
    definition = pipeline(aws)
    asked = dict(definition["States"]["Flatten"], Next="Done")
    catch = state_catch("pipeline.yaml", "StateMachine", "Flatten")
    definition = pipeline(
        aws,
        flatten={
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:dynamodb:describeTable",
            "Parameters": {"TableName": "missing"},
            "ResultPath": "$.job",
            "Catch": catch,
            "Next": asked["Next"],
        },
    )
    ended, _ = aws.recoverable().with_bucket().run(definition)
    assert ended["error"] == "RunFailed"
    assert aws.told() == ["dynamodb-lake - a run failed"]


def state_catch(template, resource, state):
    properties = cfn_yaml.load(str(TEMPLATES / template))["Resources"][resource]["Properties"]
    return json.loads(json.dumps(properties["Definition"]["States"][state]["Catch"]))


def watcher(aws):
    return state_machine(
        "export-alert.yaml",
        "Watcher",
        ExpectedPolls="2",
        MaximumPolls="3",
        TopicArn=aws.topic,
    )


def test_the_watcher_is_silent_about_an_export_that_completes(aws):
    arn = aws.recoverable().with_bucket().start_export()
    ended, _ = aws.run(watcher(aws), json.dumps({"ExportArn": arn}))
    assert ended["status"] == "SUCCEEDED"
    assert not aws.told()


def test_the_watcher_tells_of_an_export_that_fails(aws):
    arn = aws.recoverable().start_export()
    aws.run(watcher(aws), json.dumps({"ExportArn": arn}))
    assert aws.told() == ["A DynamoDB export failed"]


def test_the_watcher_tells_of_a_slow_export_and_then_of_a_stuck_one(aws):
    arn = aws.recoverable().with_bucket().start_export()
    aws.run(never_complete(watcher(aws)), json.dumps({"ExportArn": arn}))
    assert aws.told() == ["A DynamoDB export takes longer than expected", "A DynamoDB export failed"]


def known_options(arguments, synopsis):
    """The command that begins so has all options that are given."""
    options = (peers.ROOT / "docs/options.md").read_text()
    section = options.split(f"## `{synopsis}")[1].split("\n## ")[0]
    for argument in arguments:
        if argument.startswith("--"):
            assert f"`{argument} " in section or f"`{argument}`" in section


# ---- the archive of a stream


def actions(statements, *, service):
    found = set()
    for statement in statements:
        own = statement["Action"]
        own = [own] if isinstance(own, str) else own
        found.update(action for action in own if action.startswith(service + ":"))
    return found


def test_the_job_that_reads_a_stream_may_do_what_the_policy_says_and_asks_for_what_the_jar_knows():
    resources = cfn_yaml.load(str(TEMPLATES / "stream-archive.yaml"))["Resources"]
    (policy,) = resources["JobRole"]["Properties"]["Policies"]
    statements = policy["PolicyDocument"]["Statement"]
    own = json.loads((peers.ROOT / "conf/iam/stream.json").read_text())["Statement"]
    for service in ("dynamodb", "s3"):
        assert actions(statements, service=service) == actions(own, service=service)
    text = resources["Schedule"]["Properties"]["Target"]["Input"]["Fn::Sub"][0]
    submit = json.loads(text)["JobDriver"]["SparkSubmit"]
    arguments = [argument.replace("${Table}", "Orders") for argument in submit["EntryPointArguments"]]
    assert arguments[0] == "stream"
    known_options(arguments, "stream TABLE --to DIR")
    alarm = resources["StaleAlarm"]["Properties"]
    assert f"`{alarm['MetricName']}`" in (peers.ROOT / "docs/schedule-and-monitor.md").read_text()
    assert {"Name": "Command", "Value": "stream"} in alarm["Dimensions"]


def test_the_job_that_applies_a_stream_may_do_what_flattening_takes_and_asks_for_what_the_jar_knows():
    resources = cfn_yaml.load(str(TEMPLATES / "stream-archive.yaml"))["Resources"]
    nightly = cfn_yaml.load(str(TEMPLATES / "pipeline.yaml"))["Resources"]
    (flattening,) = nightly["JobRole"]["Properties"]["Policies"]
    statements = resources["ApplyPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    for service in ("s3", "glue"):
        wanted = actions(flattening["PolicyDocument"]["Statement"], service=service)
        assert actions(statements, service=service) == wanted
    text = resources["ApplySchedule"]["Properties"]["Target"]["Input"]["Fn::Sub"]
    arguments = json.loads(text)["JobDriver"]["SparkSubmit"]["EntryPointArguments"]
    assert arguments[0] == "apply"
    known_options(arguments, "apply CHANGES")
    alarm = resources["StaleLakeAlarm"]["Properties"]
    assert {"Name": "Command", "Value": "apply"} in alarm["Dimensions"]
    scheduling = resources["SparkApplication"]["Properties"]["SchedulerConfiguration"]
    assert scheduling["MaxConcurrentRuns"] == 1


def test_each_document_that_firehose_writes_stands_on_a_line_of_its_own():
    resources = cfn_yaml.load(str(TEMPLATES / "stream-archive.yaml"))["Resources"]
    destination = resources["Archive"]["Properties"]["ExtendedS3DestinationConfiguration"]
    (processor,) = destination["ProcessingConfiguration"]["Processors"]
    assert processor["Type"] == "AppendDelimiterToRecord"
    assert destination["CompressionFormat"] == "GZIP"
