"""The CloudFormation templates: accepted by cfn-lint, their policies by parliament, and what watches exports run by moto; test_fleet.py has the pipeline."""

import json
import re
import subprocess
import time

import boto3
import parliament
import pytest
from cfnlint.decode import cfn_yaml
from moto import mock_aws
from moto.core import DEFAULT_ACCOUNT_ID
from moto.sns.models import sns_backends

import peers

TEMPLATES = peers.ROOT / "conf" / "aws"
REGION = "eu-west-1"


NAMES = sorted(path.name for path in TEMPLATES.glob("*.yaml"))

# a number by an expression, which Step Functions takes and cfn-lint does not know yet
NOT_KNOWN = "\"{% $number('${MaximumConcurrentTables}') %}\" is not of type 'number'"


@pytest.mark.parametrize("template", NAMES)
def test_cfn_lint_accepts_the_template(template):
    finished = subprocess.run(
        ["cfn-lint", "--format", "json", TEMPLATES / template], capture_output=True, text=True, check=False
    )
    found = [match["Message"] for match in json.loads(finished.stdout or "[]")]
    assert found == ([NOT_KNOWN] if template == "pipeline.yaml" else []), finished.stdout


# ---- policies


def resolved(value, parameters):
    """A policy as it is when CloudFormation is done with it, with some name for each thing that there is not before."""
    if isinstance(value, list):
        return [resolved(one, parameters) for one in value]
    if not isinstance(value, dict):
        return value
    if len(value) == 1:
        ((key, inner),) = value.items()
        if key == "Ref":
            return str(parameters.get(inner) or f"arn:aws:made:eu-west-1:111122223333:{inner}")
        if key == "Fn::GetAtt":
            what = ".".join(inner) if isinstance(inner, list) else inner
            return parameters.get(what) or f"arn:aws:made:eu-west-1:111122223333:{what}"
        if key == "Fn::If":
            return resolved(inner[1], parameters)
        if key == "Fn::Select":
            return resolved(inner[1], parameters)[inner[0]]
        if key == "Fn::Split":
            return resolved(inner[1], parameters).split(inner[0])
        if key == "Fn::Sub":
            text, more = (inner, {}) if isinstance(inner, str) else inner
            more = {name: resolved(one, parameters) for name, one in more.items()}

            def name(found):
                return more.get(found.group(1)) or resolved({"Ref": found.group(1)}, parameters)

            return re.sub(r"\$\{([\w.:]+)\}", name, text)
    return {key: resolved(inner, parameters) for key, inner in value.items()}


ACCOUNT = "eu-west-1:111122223333"
MADE = {
    "AWS::Partition": "aws",
    "AWS::Region": "eu-west-1",
    "AWS::URLSuffix": "amazonaws.com",
    "AWS::AccountId": "111122223333",
    "AWS::StackName": "lake",
    "AlertTopic": f"arn:aws:sns:{ACCOUNT}:alerts",
    "StateMachine": f"arn:aws:states:{ACCOUNT}:stateMachine:lake",
    "StateMachine.Name": "lake",
    "Watcher": f"arn:aws:states:{ACCOUNT}:stateMachine:watcher",
    "SparkApplication.Arn": f"arn:aws:emr-serverless:{ACCOUNT}:/applications/00f1",
    "JobRole.Arn": "arn:aws:iam::111122223333:role/job",
    "Runs.Arn": f"arn:aws:dynamodb:{ACCOUNT}:table/runs",
    "AlertKey.Arn": f"arn:aws:kms:{ACCOUNT}:key/1",
    "LostEvents.Arn": f"arn:aws:sqs:{ACCOUNT}:lost",
    "LostChanges.Arn": f"arn:aws:sqs:{ACCOUNT}:lost",
    "Archive.Arn": f"arn:aws:firehose:{ACCOUNT}:deliverystream/archive",
    "ArchiveLog.Arn": f"arn:aws:logs:{ACCOUNT}:log-group:archive:log-stream:*",
    "BucketKeyArns": f"arn:aws:kms:{ACCOUNT}:key/2",
    "TableStreamArn": f"arn:aws:dynamodb:{ACCOUNT}:table/orders/stream/2026-11-01",
    "ExportBucket": "acme-exports",
    "LakeBucket": "acme-lake",
    "CodeBucket": "acme-code",
    "Bucket": "acme-exports",
    "LakePrefix": "lake",
}


def policies(template):
    """Names and documents of all policies of roles in the template."""
    loaded = json.loads(json.dumps(cfn_yaml.load(str(TEMPLATES / template))))
    defaults = {name: one.get("Default") for name, one in loaded["Parameters"].items()}
    parameters = {**defaults, **MADE}
    for name, resource in loaded["Resources"].items():
        own = resource["Properties"]
        if resource["Type"] == "AWS::IAM::Policy":
            yield name, resolved(own["PolicyDocument"], parameters)
        for policy in own.get("Policies", []) if resource["Type"] == "AWS::IAM::Role" else []:
            yield f"{name} {policy['PolicyName']}", resolved(policy["PolicyDocument"], parameters)


EVERY_POLICY = [
    *((f"{template} {name}", document) for template in NAMES for name, document in policies(template)),
    *((path.name, json.loads(path.read_text())) for path in sorted((peers.ROOT / "conf/iam").glob("*.json"))),
]


@pytest.mark.parametrize("document", [one for _, one in EVERY_POLICY], ids=[name for name, _ in EVERY_POLICY])
def test_a_policy_has_actions_resources_and_conditions_that_belong_together(document):
    found = parliament.analyze_policy_string(json.dumps(document)).findings
    # parliament's list has only the executions of express machines for it
    assert not [
        one
        for one in found
        if "'states:DescribeExecution', 'required_format': 'arn:*:states:*:*:express" not in str(one)
    ]


def test_only_what_knows_no_resource_is_allowed_on_every_one():
    everywhere = {
        action
        for _, document in EVERY_POLICY
        for statement in document["Statement"]
        if "*"
        in ([statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"])
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }
    assert everywhere == {
        "cloudwatch:PutMetricData",
        "dynamodb:ListExports",
        "dynamodb:ListImports",
        "dynamodb:ListStreams",
        "logs:DescribeLogGroups",
    }


def statements(template, name):
    return next(document["Statement"] for own, document in policies(template) if own == name)


def test_the_jobs_of_the_pipeline_may_do_what_their_commands_take():
    job = statements("pipeline.yaml", "JobRole tables")
    for file in ("export.json", "register.json", "maintain.json"):
        own = json.loads((peers.ROOT / "conf/iam" / file).read_text())["Statement"]
        for service in ("dynamodb", "s3", "glue"):
            missing = actions(own, service=service) - actions(job, service=service)
            # nobody but its owner switches the recovery of a table on
            assert missing <= {"dynamodb:UpdateContinuousBackups"}


def test_the_state_machine_of_the_pipeline_may_call_what_it_calls():
    loaded = cfn_yaml.load(str(TEMPLATES / "pipeline.yaml"))
    text = json.dumps(loaded["Resources"]["StateMachine"]["Properties"]["Definition"])
    called = {}
    for resource in set(re.findall(r'"Resource": "arn:aws:states:::([^"]+)"', text)):
        *_, service, action = resource.split(":")
        called.setdefault(service, set()).add(action.split(".")[0].lower())
    names = {"sfn": "states"}
    renamed = {"listobjectsv2": "listbucket"}
    allowed = [
        *statements("pipeline.yaml", "StateMachineRole steps"),
        *statements("pipeline.yaml", "TablesPolicy"),
    ]
    for service, wanted in called.items():
        prefix = names.get(service, service)
        may = {one.split(":")[1].lower() for one in actions(allowed, service=prefix)}
        assert {renamed.get(one, one) for one in wanted} <= may, service


def services(statement):
    found = statement["Principal"].get("Service", [])
    return {found} if isinstance(found, str) else set(found)


@pytest.mark.parametrize("template", [name for name in NAMES if "AlertTopic" in (TEMPLATES / name).read_text()])
def test_a_topic_is_encrypted_and_whoever_publishes_may_use_its_key(template):
    resources = cfn_yaml.load(str(TEMPLATES / template))["Resources"]
    key = {"Fn::If": ["MakesTopicKey", {"Fn::GetAtt": ["AlertKey", "Arn"]}, {"Ref": "TopicKeyArn"}]}
    topic = {"Ref": "AlertTopic"}
    assert resources["AlertTopic"]["Properties"]["KmsMasterKeyId"] == key
    (publishing,) = resources["AlertTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    owner, using = resources["AlertKey"]["Properties"]["KeyPolicy"]["Statement"]
    assert not services(owner) and services(using) == services(publishing)
    assert using["Condition"] == publishing["Condition"]
    roles = [
        policy["PolicyDocument"]["Statement"]
        for one in resources.values()
        if one["Type"] == "AWS::IAM::Role"
        for policy in one["Properties"].get("Policies", [])
    ]
    telling = [own for own in roles if any(one["Action"] == "sns:Publish" and one["Resource"] == topic for one in own)]
    assert telling
    for own in telling:
        assert {"kms:Decrypt", "kms:GenerateDataKey"} == {
            action for one in own if one["Resource"] == key for action in one["Action"]
        }


def test_each_bucket_is_reached_below_its_prefix_alone():
    for name in ("JobRole tables", "StateMachineRole steps"):
        for statement in statements("pipeline.yaml", name):
            for resource in (
                [statement["Resource"]] if isinstance(statement["Resource"], str) else statement["Resource"]
            ):
                if resource.startswith("arn:aws:s3:::"):
                    _, _, key = resource.removeprefix("arn:aws:s3:::").partition("/")
                    uploads = statement["Action"] == "s3:ListBucketMultipartUploads"
                    assert key not in ("", "*") or "Condition" in statement or uploads, statement["Sid"]


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


def test_the_watcher_tells_of_an_export_that_it_cannot_watch(aws):
    definition = watcher(aws)
    definition["States"]["Describe"]["Retry"][0]["MaxAttempts"] = 0
    gone = f"{aws.table}/export/0173-gone"
    ended, way = aws.run(definition, json.dumps({"ExportArn": gone}))
    assert ended["status"] == "SUCCEEDED" and way[-2:] == ["TellUnwatched", "Done"]
    assert aws.told() == ["A DynamoDB export is no longer watched"]


def test_the_watcher_is_watched_itself():
    resources = cfn_yaml.load(str(TEMPLATES / "export-alert.yaml"))["Resources"]
    watched = resources["WatcherAlarm"]["Properties"]
    assert watched["Dimensions"] == [{"Name": "StateMachineArn", "Value": {"Ref": "Watcher"}}]
    (target,) = resources["ExportStartedRule"]["Properties"]["Targets"]
    assert target["DeadLetterConfig"]["Arn"] == {"Fn::GetAtt": ["LostEvents", "Arn"]}
    lost = resources["UnwatchedAlarm"]["Properties"]["Dimensions"]
    assert lost == [{"Name": "QueueName", "Value": {"Fn::GetAtt": ["LostEvents", "QueueName"]}}]


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
    reading = policy["PolicyDocument"]["Statement"]
    own = json.loads((peers.ROOT / "conf/iam/stream.json").read_text())["Statement"]
    for service in ("dynamodb", "s3"):
        assert actions(reading, service=service) == actions(own, service=service)
    text = resources["Schedule"]["Properties"]["Target"]["Input"]["Fn::Sub"][0]
    submit = json.loads(text)["JobDriver"]["SparkSubmit"]
    arguments = [argument.replace("${Table}", "Orders") for argument in submit["EntryPointArguments"]]
    assert arguments[0] == "stream"
    peers.known_options(arguments)
    alarm = resources["StaleAlarm"]["Properties"]
    assert f"`{alarm['MetricName']}`" in (peers.ROOT / "docs/schedule-and-monitor.md").read_text()
    assert {"Name": "Command", "Value": "stream"} in alarm["Dimensions"]


def test_the_job_that_applies_a_stream_may_do_what_flattening_takes_and_asks_for_what_the_jar_knows():
    resources = cfn_yaml.load(str(TEMPLATES / "stream-archive.yaml"))["Resources"]
    own = resources["ApplyPolicy"]["Properties"]["PolicyDocument"]["Statement"]
    wanted = statements("pipeline.yaml", "JobRole tables")
    assert actions(own, service="glue") == actions(wanted, service="glue")
    # what the nightly jobs may beyond it is for the export that DynamoDB writes as them
    assert actions(wanted, service="s3") - actions(own, service="s3") == {"s3:PutObjectAcl"}
    text = resources["ApplySchedule"]["Properties"]["Target"]["Input"]["Fn::Sub"]
    arguments = json.loads(text)["JobDriver"]["SparkSubmit"]["EntryPointArguments"]
    assert arguments[0] == "apply"
    peers.known_options(arguments)
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
