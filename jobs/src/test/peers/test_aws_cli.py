"""The command line of AWS takes what we wrote: requests for --cli-input-json, the job and the step for EMR; policies.

It checks parameters by AWS's own models of the services before it calls; moto answers the call.
"""

import copy
import json
import os
import subprocess

import pytest
from moto.core import DEFAULT_ACCOUNT_ID as ACCOUNT_ID

import peers

BUCKET = "cli"


@pytest.fixture(scope="module")
def aws(moto, workspace):
    """Runs it, without whatever the machine's user has configured."""
    nothing = str(workspace / "no-such-file")
    environment = {
        **os.environ,
        "AWS_REGION": peers.REGION,
        "AWS_DEFAULT_REGION": peers.REGION,
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_CONFIG_FILE": nothing,
        "AWS_SHARED_CREDENTIALS_FILE": nothing,
        "AWS_PAGER": "",
    }

    def run(*words):
        return peers.Finished(
            subprocess.run(
                ["aws", "--endpoint-url", moto, "--output", "json", *map(str, words)],
                capture_output=True,
                text=True,
                timeout=120,
                env=environment,
            )
        )

    return run


INDEXES = {
    "AttributeDefinitions": [{"AttributeName": "status", "AttributeType": "S"}],
    "GlobalSecondaryIndexes": [
        {
            "IndexName": "by-status",
            "KeySchema": [{"AttributeName": "status", "KeyType": "HASH"}],
            "Projection": {"ProjectionType": "INCLUDE", "NonKeyAttributes": ["total"]},
        }
    ],
}


@pytest.fixture(scope="module")
def requests(lake, client, demo_table, workspace):
    """The requests that restore wrote on S3, by the format of the import, for tables of their own."""
    where = {"LocationConstraint": peers.REGION}
    client("s3").create_bucket(Bucket=BUCKET, CreateBucketConfiguration=where)
    indexes = workspace / "indexes.json"
    indexes.write_text(json.dumps(INDEXES))
    texts = workspace / "texts.csv"
    texts.write_text('OrderId,Note\no-1,"one, two"\no-2,\n')
    restores = {
        "dynamodb-json": (demo_table, "--key", "pk:S,sk:S", "--indexes", indexes),
        "ion": (demo_table, "--key", "pk:S,sk:S"),
        "csv": ("--from-csv", texts, "--key", "OrderId:S"),
    }
    found = {}
    for form, words in restores.items():
        to = f"s3a://{BUCKET}/{form}"
        lake("restore", *words, "--to", to, "--table", f"from-{form}", "--format", form).succeeded()
        stored = client("s3").get_object(Bucket=BUCKET, Key=f"{form}/import-table.json")
        found[form] = json.loads(stored["Body"].read())
    return found


def file_with(folder, document):
    file = folder / "import-table.json"
    file.write_text(json.dumps(document))
    return f"file://{file}"


@pytest.mark.parametrize("form", ["dynamodb-json", "ion", "csv"])
def test_import_requests_are_accepted(aws, requests, tmp_path, form):
    """Only the call is looked at here: moto does not read Ion and CSV."""
    request = requests[form]
    assert request["InputFormat"] == form.upper().replace("-", "_")
    file = file_with(tmp_path, request)
    started = aws("dynamodb", "import-table", "--cli-input-json", file).succeeded()
    understood = json.loads(started.out)["ImportTableDescription"]
    assert understood["TableArn"].endswith(f":table/from-{form}")


def test_an_import_that_was_started_by_it_holds_every_item(aws, requests, client, tmp_path):
    """With the request edited as docs/restore.md allows: another table, and capacity of its own."""
    request = copy.deepcopy(requests["dynamodb-json"])
    creation = request["TableCreationParameters"]
    creation["TableName"] = "provisioned"
    assert creation["BillingMode"] == "PAY_PER_REQUEST"
    throughput = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 7}
    creation["BillingMode"] = "PROVISIONED"
    creation["ProvisionedThroughput"] = throughput
    creation["GlobalSecondaryIndexes"][0]["ProvisionedThroughput"] = throughput
    file = file_with(tmp_path, request)
    started = aws("dynamodb", "import-table", "--cli-input-json", file).succeeded()
    arn = json.loads(started.out)["ImportTableDescription"]["ImportArn"]

    dynamodb = client("dynamodb")
    peers.wait_until(
        lambda: dynamodb.describe_import(ImportArn=arn)["ImportTableDescription"]["ImportStatus"]
        != "IN_PROGRESS",
        "the import",
    )
    imported = dynamodb.describe_import(ImportArn=arn)["ImportTableDescription"]
    items = len(peers.items(peers.DEMO_EXPORT))
    assert imported["ImportStatus"] == "COMPLETED", imported
    assert (imported["ImportedItemCount"], imported["ErrorCount"]) == (items, 0)
    table = dynamodb.describe_table(TableName="provisioned")["Table"]
    assert table["ItemCount"] == items
    assert table["ProvisionedThroughput"]["WriteCapacityUnits"] == 7
    (index,) = table["GlobalSecondaryIndexes"]
    assert index["IndexName"] == "by-status"
    assert index["Projection"] == INDEXES["GlobalSecondaryIndexes"][0]["Projection"]


def unknown_member(request):
    request["InputFormatOption"] = {}


def missing_table(request):
    del request["TableCreationParameters"]


def missing_projection(request):
    del request["TableCreationParameters"]["GlobalSecondaryIndexes"][0]["Projection"]


def number_for_text(request):
    request["S3BucketSource"]["S3KeyPrefix"] = 17


def empty_keys(request):
    request["TableCreationParameters"]["KeySchema"] = []


@pytest.mark.parametrize(
    "damage, complaint",
    [
        (unknown_member, 'Unknown parameter in input: "InputFormatOption"'),
        (missing_table, 'Missing required parameter in input: "TableCreationParameters"'),
        (missing_projection, "Missing required parameter in TableCreationParameters.Global"),
        (number_for_text, "Invalid type for parameter S3BucketSource.S3KeyPrefix"),
        (empty_keys, "Invalid length for parameter TableCreationParameters.KeySchema"),
    ],
)
def test_a_damaged_request_is_refused(aws, requests, tmp_path, damage, complaint):
    """So that what is accepted above has been looked at."""
    request = copy.deepcopy(requests["dynamodb-json"])
    damage(request)
    file = file_with(tmp_path, request)
    refused = aws("dynamodb", "import-table", "--cli-input-json", file)
    assert refused.code != 0
    assert "Parameter validation failed" in refused.err
    assert complaint in refused.err


def test_the_job_of_emr_serverless_is_accepted(aws, client):
    """As docs/emr.md says it; the application is one that is there, and the role of the same account."""
    serverless = client("emr-serverless")
    application = serverless.create_application(
        name="dynamodb-lake", releaseLabel="emr-7.10.0", type="SPARK"
    )["applicationId"]
    file = peers.ROOT / "conf/emr/serverless-job.json"
    role = f"arn:aws:iam::{ACCOUNT_ID}:role/dynamodb-lake-job"
    there = ("--application-id", application, "--execution-role-arn", role)
    started = aws(
        "emr-serverless", "start-job-run", "--cli-input-json", f"file://{file}", *there
    ).succeeded()
    run = serverless.get_job_run(
        applicationId=application, jobRunId=json.loads(started.out)["jobRunId"]
    )["jobRun"]
    assert run["jobDriver"] == json.loads(file.read_text())["jobDriver"]


def test_the_step_of_emr_is_accepted(aws, client):
    emr = client("emr")
    cluster = emr.run_job_flow(
        Name="dynamodb-lake",
        ReleaseLabel="emr-7.10.0",
        Instances={
            "MasterInstanceType": "m5.xlarge",
            "InstanceCount": 1,
            "KeepJobFlowAliveWhenNoSteps": True,
        },
        JobFlowRole="role",
        ServiceRole="role",
    )["JobFlowId"]
    file = peers.ROOT / "conf/emr/step.json"
    aws("emr", "add-steps", "--cluster-id", cluster, "--steps", f"file://{file}").succeeded()
    (step,) = emr.list_steps(ClusterId=cluster)["Steps"]
    (written,) = json.loads(file.read_text())
    assert step["Config"]["Args"] == written["Args"]
    assert step["Config"]["Jar"] == "command-runner.jar"
    assert step["Name"] == written["Name"]


@pytest.mark.parametrize(
    "policy", sorted(file.name for file in (peers.ROOT / "conf/iam").glob("*.json"))
)
def test_the_policy_is_accepted(client, policy):
    """By moto's own check of the grammar; through the SDK, which is quicker."""
    document = (peers.ROOT / "conf/iam" / policy).read_text()
    iam = client("iam")
    iam.create_policy(PolicyName=policy.removesuffix(".json"), PolicyDocument=document)
    wrong = document.replace('"Effect"', '"Efect"', 1)
    with pytest.raises(iam.exceptions.MalformedPolicyDocumentException):
        iam.create_policy(PolicyName="wrong", PolicyDocument=wrong)
