"""The state machine of the nightly pipeline, run through every branch, against services that are faked; what they are asked is checked by the SDK's own models."""

import datetime
import functools
import json
import re

import botocore.session
import jsonschema
import pytest
from botocore.validate import ParamValidator
from cfnlint.decode import cfn_yaml

import peers
import states

AWS_FILES = peers.ROOT / "conf" / "aws"
REGION = "eu-west-1"
TOPIC = f"arn:aws:sns:{REGION}:123456789012:alerts"
VALUES = {
    "StackName": "lake",
    "TopicArn": TOPIC,
    "Runs": "lake-runs",
    "ApplicationId": "00f1",
    "JobRoleArn": "arn:aws:iam::123456789012:role/job",
    "CodeBucket": "acme-code",
    "CodeKey": "dynamodb-lake.jar",
    "TablesKey": "tables.json",
    "ExportBucket": "acme-exports",
    "ExportPrefix": "nightly",
    "ExportKeyArn": "",
    "LakeBucket": "acme-lake",
    "LakePrefix": "lake",
    "DatabaseName": "dynamodb_lake",
    "MaximumConcurrentTables": "40",
    "MaximumJobMinutes": "480",
    "Attempts": "2",
    "ExpectedExportMinutes": "60",
    "MaximumExportMinutes": "720",
    "KeepSnapshots": "7",
    "OlderThan": "30d",
}
# what the reports of failed jobs say
FAILURES = {
    "not understood": ("Cannot read the arguments: --kep is none", 2),
    "damaged": ("Cannot read the export: a data file is missing", 3),
    "refused": ("Cannot publish: values do not fit their column", 4),
    "out of reach": ("Cannot write to S3: it does not answer", 5),
    "a bug": ("Cannot go on: an error of ours", 1),
}
WEDNESDAY = datetime.datetime(2026, 11, 18, 2, 30, 0, 123000)
SUNDAY = datetime.datetime(2026, 11, 22, 2, 30, 0, 123000)


@functools.cache
def template():
    return cfn_yaml.load(str(AWS_FILES / "pipeline.yaml"))


def definition(**changed):
    machine = template()["Resources"]["StateMachine"]["Properties"]
    assert set(machine["DefinitionSubstitutions"]) == set(VALUES)
    return json.loads(states.substituted(json.dumps(machine["Definition"]), {**VALUES, **changed}))


DEFINITION = definition()


@pytest.fixture(name="cloud")
def fixture_cloud():
    return Cloud()


class Cloud:
    """What a stack has around it: tables, objects, notes, and jobs and exports that end as a test says."""

    def __init__(self):
        self.objects, self.tables, self.recoverable, self.alarms = {}, {}, set(), []
        self.runs = Notes()
        self.faults, self.broken, self.asked, self.told = {}, {}, [], []
        self.counts, self.executions, self.polls = {}, {}, {}
        # minutes that an export takes, and how each one ends; what each job comes to
        self.export_minutes, self.export_ends = 7, []
        self.jobs, self.while_running = {}, None
        self.list()

    def table(self, name, recoverable=True):
        """A DynamoDB table with an index, whose attribute is no key of it, and which comes first."""
        self.tables[name] = {
            "TableArn": f"arn:aws:dynamodb:{REGION}:123456789012:table/{name}",
            "KeySchema": [
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            "AttributeDefinitions": [
                {"AttributeName": "email", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "N"},
                {"AttributeName": "pk", "AttributeType": "S"},
            ],
        }
        if recoverable:
            self.recoverable.add(name)
        return self

    def list(self, *entries):
        self.objects["acme-code/tables.json"] = json.dumps(entries)
        return self

    def lake(self, name):
        self.objects[f"acme-lake/lake/{name}/_dynamodb/current.json"] = "{}"
        return self

    def note(self, **item):
        self.runs.items[item["id"]] = item
        return self

    def notes(self, name):
        return self.runs.items.get(name, {})

    def run(self, given=None, start=WEDNESDAY, name="night", **changed):
        machine = states.Machine(definition(**changed) if changed else DEFINITION, self.call)
        return machine.run(given or {}, name=name, start=start)

    # ---- the services

    def call(self, state, resource, arguments, clock):
        self.asked.append((state, resource, arguments))
        if self.broken.get(state):
            raise states.ServiceError(self.broken[state], "User is not authorized")
        if self.faults.get(state):
            raise states.ServiceError(self.faults[state].pop(0), "Rate exceeded")
        if resource == "map-run":
            self.counts = arguments
            return None
        *_, service, action = resource.removeprefix("arn:aws:states:::").split(":")
        operation = action.split(".")[0]
        if (service, operation) != ("s3", "putObject"):
            token = {"ClientToken": "made by Step Functions"} if service == "emr-serverless" else {}
            valid(service, operation[0].upper() + operation[1:], {**token, **arguments})
        own = getattr(self, f"{service.replace('-', '_')}_{operation}")
        return json.loads(json.dumps(own(arguments, clock)))

    def s3_getObject(self, arguments, _clock):
        found = self.objects.get(f"{arguments['Bucket']}/{arguments['Key']}")
        if found is None:
            raise states.ServiceError("S3.NoSuchKeyException", "The specified key does not exist.")
        return {"Body": found}

    def s3_listObjectsV2(self, arguments, _clock):
        start = f"{arguments['Bucket']}/{arguments['Prefix']}"
        return {"KeyCount": min(arguments["MaxKeys"], sum(key.startswith(start) for key in self.objects))}

    def s3_putObject(self, arguments, _clock):
        assert arguments == {"Bucket": "acme-lake", "Prefix": "lake/_nights"}

    def dynamodb_updateItem(self, arguments, _clock):
        return self.runs.update(arguments)

    def dynamodb_getItem(self, arguments, _clock):
        item = self.runs.items.get(arguments["Key"]["id"]["S"])
        return {"Item": {key: {"S": value} for key, value in item.items()}} if item else {}

    def dynamodb_scan(self, arguments, _clock):
        return {"Items": self.runs.scan(arguments)}

    def cloudwatch_putMetricData(self, _arguments, _clock):
        return {}

    def cloudwatch_putMetricAlarm(self, arguments, _clock):
        self.alarms.append(arguments)
        return {}

    def dynamodb_describeTable(self, arguments, _clock):
        if arguments["TableName"] not in self.tables:
            raise states.ServiceError("DynamoDb.ResourceNotFoundException", "Requested resource not found")
        return {"Table": self.tables[arguments["TableName"]]}

    def dynamodb_describeContinuousBackups(self, arguments, _clock):
        recovery = {"PointInTimeRecoveryStatus": "DISABLED"}
        if arguments["TableName"] in self.recoverable:
            recovery = {
                "PointInTimeRecoveryStatus": "ENABLED",
                "LatestRestorableDateTime": "2026-11-18T02:25:31.123456Z",
            }
        return {"ContinuousBackupsDescription": {"PointInTimeRecoveryDescription": recovery}}

    def dynamodb_exportTableToPointInTime(self, arguments, clock):
        arn = f"{arguments['TableArn']}/export/0173-{len(self.polls)}"
        end = self.export_ends.pop(0) if self.export_ends else "COMPLETED"
        self.polls[arn] = (clock + datetime.timedelta(minutes=self.export_minutes), end)
        return {"ExportDescription": {"ExportArn": arn}}

    def dynamodb_describeExport(self, arguments, clock):
        until, end = self.polls[arguments["ExportArn"]]
        if clock < until:
            return {"ExportDescription": {"ExportStatus": "IN_PROGRESS"}}
        failure = {"FailureCode": "S3NoSuchBucket"} if end == "FAILED" else {}
        return {"ExportDescription": {"ExportStatus": end, **failure}}

    def emr_serverless_startJobRun(self, arguments, clock):
        given = arguments["JobDriver"]["SparkSubmit"]["EntryPointArguments"]
        if self.while_running:
            run, self.while_running = self.while_running, None
            run()
        ends = self.jobs.get(given[0], [])
        end = ends.pop(0) if ends else "done"
        report = {
            "status": end,
            "seconds": 62.5,
            "finishedAt": states.text_of(clock),
            "dataTime": states.text_of(clock - datetime.timedelta(minutes=30)),
            "counts": {"items": 1000, "bytesRead": 5, "rescuedValues": 3},
        }
        if end in FAILURES:
            error, code = FAILURES[end]
            report.update(status="failed", error=error, exitCode=code)
        if end != "never began":
            self.objects[option(given, "--report").removeprefix("s3://")] = json.dumps(report)
        if end != "done":
            raise states.ServiceError("States.TaskFailed", '{"State":"FAILED"}')
        return {"JobRunId": "00f2"}

    def sfn_describeExecution(self, arguments, _clock):
        status = self.executions.get(arguments["ExecutionArn"])
        if status is None:
            raise states.ServiceError("Sfn.ExecutionDoesNotExistException", "Execution Does Not Exist")
        return {"Status": status}

    def sfn_describeMapRun(self, _arguments, _clock):
        return {"ItemCounts": self.counts}

    def sns_publish(self, arguments, _clock):
        assert len(arguments["Subject"]) <= 100
        self.told.append((arguments["Subject"], arguments["Message"]))
        return {"MessageId": "1"}

    # ---- what came of it

    def arguments(self, command):
        """What each job of a command was given."""
        every = [
            asked["JobDriver"]["SparkSubmit"]["EntryPointArguments"]
            for state, _, asked in self.asked
            if state == "RunJob"
        ]
        return [arguments for arguments in every if arguments[0] == command]

    def metrics(self, name):
        """Dimensions and values of a metric, in the order in which they were published."""
        return [
            (tuple(dimension["Value"] for dimension in datum["Dimensions"]), datum["Value"])
            for _, resource, asked in self.asked
            if resource.endswith("putMetricData")
            for datum in asked["MetricData"]
            if datum["MetricName"] == name
        ]


class Notes:
    """The table of the stack, with the expressions that the state machine uses."""

    def __init__(self):
        self.items = {}

    @staticmethod
    def holds(condition, item, values):
        for one in condition.split(" OR "):
            absent = re.fullmatch(r"attribute_not_exists\((\w+)\)", one)
            if absent and absent.group(1) not in item:
                return True
            equal = re.fullmatch(r"(\w+) = (:\w+)", one)
            assert absent or equal, one
            if equal and item.get(equal.group(1)) == values[equal.group(2)]:
                return True
        return False

    @staticmethod
    def values(arguments, *expressions):
        """The values of the expressions; one that no expression uses is an error of the service."""
        values = {name: one["S"] for name, one in arguments["ExpressionAttributeValues"].items()}
        assert set(values) == set(re.findall(r":\w+", " ".join(expressions)))
        return values

    def update(self, arguments):
        expression, condition = arguments["UpdateExpression"], arguments.get("ConditionExpression", "")
        values = self.values(arguments, expression, condition)
        identity = arguments["Key"]["id"]["S"]
        item = dict(self.items.get(identity, {"id": identity}))
        if condition and not self.holds(condition, item, values):
            raise states.ServiceError(
                "DynamoDB.ConditionalCheckFailedException", "The conditional request failed"
            )
        sets, _, removed = expression.removeprefix("SET ").partition(" REMOVE ")
        for one in sets.split(", "):
            name, value = one.split(" = ")
            item[name] = values[value]
        for name in removed.split(", "):
            item.pop(name, None)
        self.items[identity] = item
        return {}

    def scan(self, arguments):
        condition = arguments["FilterExpression"]
        values = self.values(arguments, condition)
        return [
            {key: {"S": value} for key, value in item.items()}
            for item in self.items.values()
            if self.holds(condition, item, values)
        ]


@functools.cache
def input_shape(service, operation):
    session = botocore.session.get_session()
    name = {"sfn": "stepfunctions"}.get(service, service)
    return session.get_service_model(name).operation_model(operation).input_shape


def valid(service, operation, arguments):
    """The arguments are of names and types that the service knows; Step Functions writes all names with a capital."""

    def named(value, shape):
        if shape.type_name == "structure":
            by_capital = {name[0].upper() + name[1:]: name for name in shape.members}
            return {
                by_capital.get(key, key): inner_of(key, inner, shape, by_capital)
                for key, inner in value.items()
            }
        if shape.type_name == "list":
            return [named(inner, shape.member) for inner in value]
        return value

    def inner_of(key, inner, shape, by_capital):
        member = shape.members.get(by_capital.get(key))
        return named(inner, member) if member else inner

    shape = input_shape(service, operation)
    if "ExportTime" in arguments:
        moment = datetime.datetime.fromisoformat(arguments["ExportTime"].replace("Z", "+00:00"))
        arguments = {**arguments, "ExportTime": moment}
    report = ParamValidator().validate(named(arguments, shape), shape)
    assert not report.has_errors(), report.generate_report()


def option(arguments, name):
    return arguments[arguments.index(name) + 1]


# ---- nights


def first_night(cloud):
    return cloud.table("Orders").list({"table": "Orders"}).run()


def increments(cloud):
    return cloud.table("Orders").lake("orders").list({"table": "Orders"}).run()


def sunday(cloud):
    return cloud.table("Orders").lake("orders").list({"table": "Orders"}).run(start=SUNDAY)


def held_by_a_running_night(cloud):
    cloud.executions["before"] = "RUNNING"
    cloud.note(id="Orders", heldBy="before", reason="old")
    return cloud.table("Orders").lake("orders").list({"table": "Orders"}).run()


def held_by_a_night_that_was_stopped(cloud):
    cloud.executions["before"] = "ABORTED"
    cloud.note(id="Orders", heldBy="before")
    return cloud.table("Orders").lake("orders").list({"table": "Orders"}).run()


def held_by_a_night_that_is_forgotten(cloud):
    cloud.note(id="Orders", heldBy="before")
    return cloud.table("Orders").lake("orders").list({"table": "Orders"}).run()


def let_go_while_it_is_looked_at(cloud):
    cloud.faults["Hold"] = ["DynamoDB.ConditionalCheckFailedException"]
    return increments(cloud)


def taken_over_by_another_one(cloud):
    cloud.faults["TakeOver"] = ["DynamoDB.ConditionalCheckFailedException"]
    return held_by_a_night_that_was_stopped(cloud)


def wrong_entry(cloud):
    return cloud.list({"table": "Orders", "parition-by": "day"}).run()


def only_one(cloud):
    cloud.table("Orders").table("Events").list({"table": "Events", "slot": 90}, {"table": "Orders"})
    return cloud.run({"tables": ["Events"]})


def watched(cloud):
    return cloud.table("Orders").lake("orders").list({"table": "Orders", "staleHours": 30}).run()


def not_recoverable(cloud):
    return cloud.table("Orders", recoverable=False).list({"table": "Orders"}).run()


def export_fails_once(cloud):
    cloud.export_ends = ["FAILED"]
    return first_night(cloud)


def export_fails(cloud):
    cloud.export_ends = ["FAILED", "FAILED"]
    return first_night(cloud)


def export_is_slow(cloud):
    cloud.export_minutes = 200
    return first_night(cloud)


def export_is_stuck(cloud):
    cloud.export_minutes = 100_000
    return first_night(cloud)


def job_fails_once(cloud):
    cloud.jobs = {"export": ["never began"]}
    return increments(cloud)


def job_fails(cloud):
    cloud.jobs = {"export": ["out of reach", "out of reach"]}
    return increments(cloud)


def job_is_refused(cloud):
    cloud.jobs = {"export": ["refused"]}
    return increments(cloud)


def job_never_begins(cloud):
    cloud.jobs = {"flatten": ["never began", "never began"]}
    return first_night(cloud)


def no_list(cloud):
    cloud.objects.clear()
    return cloud.run()


NIGHTS = [
    first_night,
    increments,
    sunday,
    held_by_a_running_night,
    held_by_a_night_that_was_stopped,
    held_by_a_night_that_is_forgotten,
    let_go_while_it_is_looked_at,
    taken_over_by_another_one,
    wrong_entry,
    only_one,
    watched,
    not_recoverable,
    export_fails_once,
    export_fails,
    export_is_slow,
    export_is_stuck,
    job_fails_once,
    job_fails,
    job_is_refused,
    job_never_begins,
    no_list,
]


def test_a_table_without_a_lake_table_is_exported_whole_at_a_whole_second_and_flattened(cloud):
    ended = first_night(cloud)
    assert ended.status == "SUCCEEDED" and not cloud.told
    (order,) = [asked for state, _, asked in cloud.asked if state == "StartExport"]
    assert order["ExportTime"] == "2026-11-18T02:25:31Z"
    (arguments,) = cloud.arguments("flatten")
    assert arguments[1].startswith("s3://acme-exports/nightly/AWSDynamoDB/0173-0/")
    assert option(arguments, "--key") == "pk:S,sk:N"
    assert option(arguments, "--to") == "s3://acme-lake/lake/orders/"
    assert option(arguments, "--keep") == "7"
    assert not cloud.arguments("maintain"), "that is for its day of the week"
    known(arguments)
    assert cloud.notes("Orders") == {"id": "Orders", "doneNight": "2026-11-18T02:30:00.123Z"}


def test_a_table_with_a_lake_table_is_brought_up_to_date_by_one_job(cloud):
    ended = increments(cloud)
    assert ended.status == "SUCCEEDED" and not cloud.told
    (arguments,) = cloud.arguments("export")
    assert arguments[1] == "arn:aws:dynamodb:eu-west-1:123456789012:table/Orders"
    assert {"--since-last", "--strict"} <= set(arguments)
    assert option(arguments, "--then-apply") == "s3://acme-lake/lake/orders/"
    known(arguments)


def test_on_its_day_of_the_week_a_table_is_exported_whole_and_maintained(cloud):
    ended = sunday(cloud)
    assert ended.status == "SUCCEEDED" and not cloud.told
    assert len(cloud.arguments("flatten")) == 1 and not cloud.arguments("export")
    (arguments,) = cloud.arguments("maintain")
    assert option(arguments, "--older-than") == "30d"
    known(arguments)


def test_kinds_and_days_say_what_is_exported(cloud):
    entries = [
        {"table": "A-Weekly", "day": "WED"},
        {"table": "B.Increments", "kind": "increments", "day": "WED", "apply": ["--ttl-deletes", "keep"]},
        {"table": "C_Full", "kind": "full", "lake": "c", "flatten": ["--partition-by", "day(at)"]},
        {"table": "D-Iceberg", "format": "iceberg", "spark": "--conf spark.executor.memory=28g"},
    ]
    for entry in entries:
        cloud.table(entry["table"])
    for lake in ("a_weekly", "b_increments", "c", "d_iceberg"):
        cloud.lake(lake)
    assert cloud.list(*entries).run().status == "SUCCEEDED"
    assert not cloud.told
    flattened = [option(arguments, "--table") for arguments in cloud.arguments("flatten")]
    assert flattened == ["a_weekly", "c"]
    assert cloud.arguments("flatten")[1][-4:-2] == ["--partition-by", "day(at)"]
    applied = cloud.arguments("export")
    assert [arguments[1].rsplit("/")[-1] for arguments in applied] == ["B.Increments", "D-Iceberg"]
    assert option(applied[0], "--ttl-deletes") == "keep"
    assert "--register" not in applied[1] and option(applied[1], "--merge-mode") == "cow"
    maintained = [arguments[1] for arguments in cloud.arguments("maintain")]
    assert maintained == [f"s3://acme-lake/lake/{name}/" for name in ("a_weekly", "b_increments")]
    settings = [
        asked["JobDriver"]["SparkSubmit"]["SparkSubmitParameters"]
        for state, _, asked in cloud.asked
        if state == "RunJob"
    ]
    assert settings[-1].endswith("spark.executor.memory=28g")
    own = " ".join((peers.ROOT / "conf/iceberg/glue.conf").read_text().split())
    told = dict(one.split("=", 1) for one in settings[-1].split() if "=" in one)
    for key in ("", ".type", ".io-impl"):
        name = f"spark.sql.catalog.glue{key}"
        assert f"{name} {told[name]}" in own
    assert not any("catalog.glue" in text for text in settings[:-1])


def test_a_night_by_hand_is_of_some_tables_whole_and_at_once(cloud):
    ended = only_one(cloud)
    assert [child.output for child in ended.children] == ["done", "skipped"]
    assert ended.minutes_since(WEDNESDAY) < 10
    cloud.lake("events")
    ended = cloud.run({"tables": ["Events"], "full": True})
    assert len(cloud.arguments("flatten")) == 2 and not cloud.arguments("export")


def test_tables_begin_in_their_slot(cloud):
    cloud.table("Orders").lake("orders").list({"table": "Orders", "slot": 90})
    assert cloud.run().minutes_since(WEDNESDAY) == 90


def test_exports_are_encrypted_by_the_key_that_the_stack_was_given(cloud):
    key = "arn:aws:kms:eu-west-1:123456789012:key/1"
    cloud.table("Orders").table("Events").lake("orders").list({"table": "Orders"}, {"table": "Events"})
    assert cloud.run(ExportKeyArn=key).status == "SUCCEEDED"
    (order,) = [asked for state, _, asked in cloud.asked if state == "StartExport"]
    assert (order["S3SseAlgorithm"], order["S3SseKmsKeyId"]) == ("KMS", key)
    (arguments,) = cloud.arguments("export")
    assert option(arguments, "--kms-key") == key
    known(arguments)


def test_metrics_come_from_the_run_report_for_the_table_and_for_all(cloud):
    increments(cloud)
    assert cloud.metrics("Items") == [(("lake", "Orders"), 1000)]
    assert cloud.metrics("RescuedValues") == [(("lake", "Orders"), 3), (("lake",), 3)]
    assert cloud.metrics("DataAgeSeconds") == [(("lake", "Orders"), 1800), (("lake",), 1800)]
    assert cloud.metrics("Failures") == [(("lake", "Orders"), 0), (("lake",), 0)]
    assert not cloud.metrics("RejectedRecords"), "of which the report says nothing"


def test_a_table_can_have_an_alarm_of_its_own(cloud):
    watched(cloud)
    (alarm,) = cloud.alarms
    assert alarm["AlarmName"] == "lake-Orders-stale"
    assert alarm["EvaluationPeriods"] == 30
    dimensions = {one["Name"]: one["Value"] for one in alarm["Dimensions"]}
    assert dimensions == {"Fleet": "lake", "Table": "Orders"}
    assert cloud.metrics(alarm["MetricName"])[0][0] == ("lake", "Orders")


def test_a_job_that_fails_once_wakes_nobody(cloud):
    ended = job_fails_once(cloud)
    assert ended.status == "SUCCEEDED" and not cloud.told
    first, second = cloud.arguments("export")
    assert option(first, "--report") != option(second, "--report")
    assert first[: first.index("--report")] == second[: second.index("--report")]


def test_a_job_that_fails_again_is_told_with_what_its_report_says(cloud):
    ended = job_fails(cloud)
    assert ended.status == "SUCCEEDED", "the night itself came to its end"
    ((subject, message),) = cloud.told
    assert subject == "dynamodb-lake lake: 1 of 1 tables failed"
    assert "Orders: failed, update failed: Cannot write to S3: it does not answer, exit code 5" in message
    assert len(cloud.arguments("export")) == 2
    assert cloud.metrics("Failures") == [(("lake", "Orders"), 1), (("lake",), 1)]
    assert "heldBy" not in cloud.notes("Orders")


@pytest.mark.parametrize("end", ["not understood", "damaged", "refused"])
def test_a_job_that_has_refused_what_it_was_given_is_not_begun_again(cloud, end):
    cloud.jobs = {"export": [end]}
    ended = increments(cloud)
    error, code = FAILURES[end]
    ((_, message),) = cloud.told
    assert f"update failed: {error}, exit code {code}, which is not tried again" in message
    assert len(cloud.arguments("export")) == 1
    assert ended.minutes_since(WEDNESDAY) < 5
    assert "heldBy" not in cloud.notes("Orders")


@pytest.mark.parametrize("end", ["out of reach", "a bug", "never began", "running"])
def test_a_job_that_may_go_well_another_time_is_begun_again(cloud, end):
    """Also one whose report says that it is running still: the machine was lost."""
    cloud.jobs = {"export": [end]}
    increments(cloud)
    assert len(cloud.arguments("export")) == 2 and not cloud.told


def test_a_job_that_never_began_is_told_with_what_step_functions_says(cloud):
    job_never_begins(cloud)
    ((_, message),) = cloud.told
    assert "flatten failed: States.TaskFailed" in message


def test_an_export_that_fails_once_is_ordered_again_under_another_token(cloud):
    ended = export_fails_once(cloud)
    assert ended.status == "SUCCEEDED" and not cloud.told
    tokens = [asked["ClientToken"] for state, _, asked in cloud.asked if state == "StartExport"]
    assert len(tokens) == 2 and len(set(tokens)) == 2
    assert "0173-1" in cloud.arguments("flatten")[0][1]


def test_an_export_that_fails_again_is_told_with_its_failure_code(cloud):
    export_fails(cloud)
    ((_, message),) = cloud.told
    assert "the export failed, S3NoSuchBucket, arn:aws:dynamodb" in message
    assert not cloud.arguments("flatten")


def test_a_slow_export_is_waited_for_and_told(cloud):
    ended = export_is_slow(cloud)
    ((subject, message),) = cloud.told
    assert subject == "dynamodb-lake lake: 0 of 1 tables failed"
    assert "Orders: done (its export took more than 60 minutes)" in message
    assert len(cloud.arguments("flatten")) == 1
    assert 200 <= ended.minutes_since(WEDNESDAY) <= 206


def test_a_stuck_export_is_given_up(cloud):
    ended = export_is_stuck(cloud)
    ((_, message),) = cloud.told
    assert "the export is still in progress after 720 minutes" in message
    assert ended.minutes_since(WEDNESDAY) < 730


def test_a_table_without_recovery_is_told(cloud):
    not_recoverable(cloud)
    ((_, message),) = cloud.told
    assert "point-in-time recovery is off" in message


def test_one_message_tells_all_failures_of_a_night_and_the_other_tables_go_on(cloud):
    cloud.table("Good").lake("good")
    cloud.list({"table": "Missing"}, {"table": "Good"}, {"tabel": "Typo"}, "Orders", {"table": "Gone"})
    ended = cloud.run()
    assert [child.status for child in ended.children] == ["FAILED", "SUCCEEDED", "FAILED", "FAILED", "FAILED"]
    ((subject, message),) = cloud.told
    assert subject == "dynamodb-lake lake: 4 of 5 tables failed"
    assert "Missing: failed, the table cannot be described: DynamoDb.ResourceNotFoundException" in message
    assert "entry 3: failed" in message and "entry 4: failed" in message and "Good" not in message


def test_a_message_names_a_hundred_tables_and_counts_the_others(cloud):
    cloud.list(*[{"table": f"Missing-{number}"} for number in range(150)]).run()
    ((_, message),) = cloud.told
    assert message.count(": failed, ") == 100
    assert message.endswith("... and 50 more")


def test_the_next_night_tells_only_what_is_its_own(cloud):
    cloud.jobs = {"export": ["refused"]}
    increments(cloud)
    cloud.run(name="next", start=WEDNESDAY + datetime.timedelta(days=1))
    assert len(cloud.told) == 1


def test_a_night_without_its_list_says_where_the_list_should_be(cloud):
    ended = no_list(cloud)
    assert ended.error == "NightFailed"
    ((_, message),) = cloud.told
    assert "s3://acme-code/tables.json" in message


# ---- no second execution of a table


def test_a_night_that_meets_the_one_before_leaves_its_table_alone(cloud):
    cloud.table("Orders").lake("orders").list({"table": "Orders"})
    nights = []

    def second():
        cloud.executions[cloud.notes("Orders")["heldBy"]] = "RUNNING"
        nights.append(cloud.run(name="second", start=WEDNESDAY + datetime.timedelta(days=1)))

    cloud.while_running = second
    first = cloud.run()
    assert (first.status, nights[0].status) == ("SUCCEEDED", "SUCCEEDED")
    assert [child.output for child in nights[0].children] == ["skipped"]
    assert len(cloud.arguments("export")) == 1
    ((_, message),) = cloud.told
    assert "Orders: skipped, because an earlier night still works on it" in message
    assert "heldBy" not in cloud.notes("Orders")
    third = cloud.run(name="third", start=WEDNESDAY + datetime.timedelta(days=2))
    assert [child.output for child in third.children] == ["done"]


@pytest.mark.parametrize("night", [held_by_a_night_that_was_stopped, held_by_a_night_that_is_forgotten])
def test_a_table_whose_night_was_stopped_is_taken_over(cloud, night):
    night(cloud)
    assert len(cloud.arguments("export")) == 1 and not cloud.told
    assert "heldBy" not in cloud.notes("Orders")


def test_of_two_that_take_over_a_table_one_does(cloud):
    taken_over_by_another_one(cloud)
    assert not cloud.arguments("export")
    assert "skipped" in cloud.told[0][1]


# ---- failures of each step


@functools.cache
def ways():
    """Each night, and the states that it comes through."""
    found = []
    for night in NIGHTS:
        ended = night(Cloud())
        found.append((night, set(ended.way).union(*[child.way for child in ended.children])))
    return found


def night_with(state):
    return next(night for night, way in ways() if state in way)


# what a night can do without: metrics, alarms, and what it cannot say because that is what failed
TOLERATED = {"Watch", "ReadReport", "Publish", "CountFailure", "ReadReason", "LetGo", "Gather"}


@pytest.mark.parametrize("state", states.tasks(DEFINITION))
def test_a_step_that_is_denied_is_told_and_holds_nothing(cloud, state):
    night = night_with(state)
    cloud.broken = {state: "Any.AccessDeniedException"}
    ended = night(cloud)
    assert ended.status in ("SUCCEEDED", "FAILED")
    if state in ("Tell", "TellNight"):
        assert ended.status == "FAILED", "which the alarm on executions tells"
        return
    if state == "LetGo":
        # nobody is told: the next night sees that the holder has ended
        assert not cloud.told and "heldBy" in cloud.notes("Orders")
        cloud.broken = {}
        assert cloud.run(name="next").children[0].output == "done"
        return
    if state not in ("NoteSkipped", "ReadReason"):  # a job whose report nobody can read is begun again, and goes well
        assert cloud.told, "somebody is told"
    if state not in ("NoteFailure", "TakeOver", "AskHolder", "FindHolder", "NoteSkipped"):
        assert "heldBy" not in cloud.notes("Orders")
    failed = ended.children and ended.children[0].status == "FAILED"
    assert failed or state in TOLERATED | {"Count", "NoteSkipped", "NoteWrong"}


@pytest.mark.parametrize("state", states.tasks(DEFINITION))
def test_a_step_that_is_throttled_comes_to_the_same_end(cloud, state):
    night = night_with(state)
    calm = Cloud()
    expected = night(calm)
    throttled = "EMRServerless.ThrottlingException" if state == "RunJob" else "S3.SdkClientException"
    cloud.faults = {state: [throttled] * 2 + cloud.faults.get(state, [])}
    night_faults = cloud.faults
    ended = night(cloud)
    assert not night_faults[state] or cloud.faults is not night_faults
    assert ended.status == expected.status
    assert [child.way for child in ended.children] == [child.way for child in expected.children]
    assert [subject for subject, _ in cloud.told] == [subject for subject, _ in calm.told]


def test_every_way_from_state_to_state_has_been_gone():
    gone = set()

    def go(night, **broken):
        cloud = Cloud()
        cloud.broken = broken
        ended = night(cloud)
        for one in [ended, *ended.children]:
            gone.update(one.edges)

    for night in NIGHTS:
        go(night)
    for state in states.tasks(DEFINITION):
        go(night_with(state), **{state: "Any.AccessDeniedException"})
    go(first_night, Tables="States.ItemReaderFailed")
    assert not states.edges(DEFINITION) - gone


def test_the_longest_night_that_the_parameters_allow_fits_into_a_history(cloud):
    parameters = template()["Parameters"]
    names = ("Attempts", "MaximumExportMinutes", "MaximumJobMinutes")
    most = {name: str(parameters[name]["MaxValue"]) for name in names}
    # every attempt takes as long as it may, and every description of an export is throttled as often as it may be
    cloud.export_minutes = int(most["MaximumExportMinutes"]) - 10
    cloud.export_ends = ["FAILED"] * (int(most["Attempts"]) - 1)
    ended = cloud.table("Orders").list({"table": "Orders"}).run(**most)
    polls = ended.children[0].way.count("Describe")
    throttled = 3 * template_retries("Describe") * polls
    assert ended.children[0].events + throttled < states.MOST_EVENTS
    seconds = 60 * (30 + parameters["MaximumQueueMinutes"]["MaxValue"] + int(most["MaximumJobMinutes"]))
    jobs = DEFINITION["States"]["Tables"]["ItemProcessor"]["States"]["RunJob"]
    assert jobs["TimeoutSeconds"] == seconds


def template_retries(state):
    own = DEFINITION["States"]["Tables"]["ItemProcessor"]["States"][state]
    return sum(rule["MaxAttempts"] for rule in own["Retry"])


# ---- what goes with it


def known(arguments):
    """The command has all options that are given."""
    report = arguments.index("--report")
    peers.known_options(arguments[:report] + arguments[report + 2 :])


def test_the_jar_understands_what_the_jobs_are_given(cloud, monkeypatch):
    first_night(cloud)
    (arguments,) = cloud.arguments("flatten")
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("AWS_REGION", REGION)
    report = arguments.index("--report")
    given = arguments[2:report] + arguments[report + 2 :]
    finished = peers.submit("flatten", peers.TARGET / "no-export", *given)
    # it is the export that it does not find
    assert finished.code == 3, finished.err


def test_the_list_of_the_repository_is_what_its_schema_and_the_state_machine_take(cloud):
    entries = json.loads((AWS_FILES / "tables.json").read_text())
    schema = json.loads((AWS_FILES / "tables.schema.json").read_text())
    jsonschema.validate(entries, schema)
    for entry in entries:
        cloud.table(entry["table"])
    assert cloud.list(*entries).run().status == "SUCCEEDED"
    assert not cloud.told


WRONG = [
    {},
    {"table": "ab"},
    {"table": "Orders", "lake": "Orders"},
    {"table": "Orders", "kind": "daily"},
    {"table": "Orders", "day": "Sunday"},
    {"table": "Orders", "slot": 721},
    {"table": "Orders", "slot": 1.5},
    {"table": "Orders", "slot": "5"},
    {"table": "Orders", "format": "csv"},
    {"table": "Orders", "flatten": "--strict"},
    {"table": "Orders", "apply": [1]},
    {"table": "Orders", "staleHours": 169},
    {"table": "Orders", "spark": "spark.executor.cores=4"},
    {"table": "Orders", "unknown": 1},
    "Orders",
    17,
]


@pytest.mark.parametrize("entry", WRONG, ids=json.dumps)
def test_schema_and_state_machine_refuse_the_same(cloud, entry):
    schema = json.loads((AWS_FILES / "tables.schema.json").read_text())
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([entry], schema)
    (child,) = cloud.table("Orders").list(entry).run().children
    assert child.error == "WrongEntry"


def test_alarms_and_dashboard_look_at_what_the_state_machine_publishes(cloud):
    increments(cloud)
    resources = template()["Resources"]
    for name in ("FailuresAlarm", "RescuedAlarm"):
        alarm = resources[name]["Properties"]
        assert [one["Name"] for one in alarm["Dimensions"]] == ["Fleet"]
        assert ("lake",) in [dimensions for dimensions, _ in cloud.metrics(alarm["MetricName"])]
    body = json.loads(resources["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
    searched = [
        metric[0]["expression"]
        for widget in body["widgets"]
        for metric in widget["properties"].get("metrics", [])
        if isinstance(metric[0], dict)
    ]
    names = [text.split('MetricName="')[1].split('"')[0] for text in searched]
    assert len(names) == 4
    for name in names:
        assert ("lake", "Orders") in [dimensions for dimensions, _ in cloud.metrics(name)]
