"""What a release and the recipes are made of: files that are there, requests that the SDK's models know, options that commands have."""

import contextlib
import json
import os
import re
import subprocess
import sys
import types
import xml.etree.ElementTree as xml

import botocore.session
import pytest
import yaml
from botocore.validate import ParamValidator

import peers

ROOT = peers.ROOT
CONF = ROOT / "conf"


def valid(service, operation, arguments):
    shape = botocore.session.get_session().get_service_model(service).operation_model(operation).input_shape
    report = ParamValidator().validate(arguments, shape)
    assert not report.has_errors(), report.generate_report()


# ---- workflows, images, bundle


def workflows():
    return sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def commands():
    """Every line of every workflow that runs something."""
    for workflow in workflows():
        for job in yaml.safe_load(workflow.read_text())["jobs"].values():
            for step in job["steps"]:
                yield from step.get("run", "").splitlines()


def test_workflows_run_what_is_there():
    lines = list(commands())
    assert sum(line.strip() == ".ci/run" for line in lines) == 2
    profiles = {
        found.text
        for pom in (ROOT / "pom.xml", ROOT / "jobs" / "pom.xml")
        for found in xml.parse(pom).iter("{http://maven.apache.org/POM/4.0.0}id")
    }
    assert {"release", "spark-4"} <= profiles
    assert any('-P"$profiles"' in line for line in lines)


def test_workflows_ask_for_no_more_than_they_need():
    for workflow in workflows():
        loaded = yaml.safe_load(workflow.read_text())
        assert loaded["permissions"] == {"contents": "read"}
        for name, job in loaded["jobs"].items():
            assert job["timeout-minutes"] <= 75
            assert ("permissions" in job) == (name == "release")


def test_images_are_named_by_whoever_builds_them():
    for file in sorted((CONF / "docker").glob("*.Dockerfile")):
        instructions = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
        image = re.fullmatch(r"FROM \$\{(\w+)\}", instructions[1])
        assert instructions[0] == f"ARG {image.group(1)}", "without a default"
        assert not re.search(r"[\w-]+\.(com|io|aws|dev|org)/", "\n".join(instructions))


def test_the_bundle_has_files_that_are_there():
    tree = xml.parse(ROOT / "jobs/src/release/bundle.xml").getroot()
    space = "{http://maven.apache.org/ASSEMBLY/2.2.0}"
    named = [found.text for found in tree.iter(f"{space}include") if "$" not in found.text]
    for name in named:
        assert (ROOT / name.removesuffix("/**")).exists(), name
    assert (ROOT / "jobs/src/release/bin/dynamodb-lake").stat().st_mode & 0o111


def test_the_launcher_of_the_bundle_runs_the_jar_by_the_spark_that_is_there(tmp_path):
    bundle = tmp_path / "bundle"
    (bundle / "lib").mkdir(parents=True)
    (bundle / "bin").mkdir()
    (bundle / "lib" / peers.jar().name).symlink_to(peers.jar())
    (bundle / "conf").symlink_to(CONF)
    launcher = bundle / "bin" / "dynamodb-lake"
    launcher.write_bytes((ROOT / "jobs/src/release/bin/dynamodb-lake").read_bytes())
    launcher.chmod(0o755)
    command = [launcher, "inspect", tmp_path / "no-export"]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert finished.returncode == 3, finished.stderr
    assert "no-export" in finished.stderr


# ---- recipes


def test_the_job_of_glue_is_one_that_glue_knows():
    valid("glue", "CreateJob", json.loads((CONF / "glue/job.json").read_text()))


def test_the_job_on_kubernetes_is_one_that_emr_knows():
    run = json.loads((CONF / "eks/job-run.json").read_text())
    valid("emr-containers", "StartJobRun", {"clientToken": "made by the command line", **run})
    peers.known_options(run["jobDriver"]["sparkSubmitJobDriver"]["entryPointArguments"])


def test_the_job_of_databricks_has_options_that_there_are():
    (task,) = json.loads((CONF / "databricks/job.json").read_text())["tasks"]
    parameters = task["spark_python_task"]["parameters"]
    assert parameters[0] == "--"
    peers.known_options(parameters[1:])


def test_the_script_for_glue_and_databricks_runs_a_command_in_a_session_that_is_there(tmp_path):
    out = tmp_path / "inspected.json"
    settings = [f"--conf={key}={value}" for key, value in peers.LOCAL_CONF.items()]
    command = ["spark-submit", "--master", "local[2]", *settings, "--jars", peers.jar()]
    command += [CONF / "glue/dynamodb_lake.py", "--", "inspect", peers.DEMO_EXPORT, "--json", out]
    finished = subprocess.run(command, capture_output=True, text=True, check=False, timeout=120)
    assert finished.returncode == 0, finished.stderr
    assert json.loads(out.read_text())["format"].startswith("dynamodb-lake/")


class Recorded:
    """What the DAG asks Airflow's operator for: the parameters are those of apache-airflow-providers-amazon 9.2.0, of BaseOperator the last one."""

    every = []

    def __init__(
        self,
        *,
        application_id,
        execution_role_arn,
        job_driver,
        configuration_overrides=None,
        client_request_token="",
        config=None,
        wait_for_completion=True,
        aws_conn_id="aws_default",
        name=None,
        waiter_max_attempts=25,
        waiter_delay=60,
        deferrable=False,
        enable_application_ui_links=False,
        task_id,
    ):
        assert wait_for_completion
        self.every.append({key: value for key, value in locals().items() if key != "self"})


def test_the_dag_of_airflow_asks_for_jobs_that_emr_serverless_knows(monkeypatch):
    airflow = types.ModuleType("airflow")
    airflow.DAG = lambda *_, **__: contextlib.nullcontext()
    operators = types.ModuleType("airflow.providers.amazon.aws.operators.emr")
    operators.EmrServerlessStartJobOperator = Recorded
    monkeypatch.setitem(sys.modules, "airflow", airflow)
    for name in ("providers", "providers.amazon", "providers.amazon.aws", "providers.amazon.aws.operators"):
        monkeypatch.setitem(sys.modules, f"airflow.{name}", types.ModuleType(name))
    monkeypatch.setitem(sys.modules, operators.__name__, operators)
    monkeypatch.setattr(Recorded, "every", [])
    exec(compile((CONF / "airflow/dynamodb_lake.py").read_text(), "dynamodb_lake.py", "exec"), {})
    assert len(Recorded.every) == 4
    assert len({asked["task_id"] for asked in Recorded.every}) == 4
    for asked in Recorded.every:
        seconds = asked["waiter_delay"] * asked["waiter_max_attempts"]
        assert seconds > 60 * asked["config"]["executionTimeoutMinutes"], "the operator waits for as long as the job may run"
        valid(
            "emr-serverless",
            "StartJobRun",
            {
                "applicationId": asked["application_id"],
                "clientToken": "made by the operator",
                "executionRoleArn": asked["execution_role_arn"],
                "jobDriver": asked["job_driver"],
                "configurationOverrides": asked["configuration_overrides"],
                "name": asked["name"],
                **asked["config"],
            },
        )
        peers.known_options(asked["job_driver"]["sparkSubmit"]["entryPointArguments"])


DAG_BAG = """
import sys
from airflow.models import DagBag
bag = DagBag(dag_folder=sys.argv[1], include_examples=False)
assert not bag.import_errors, bag.import_errors
print(sorted((name, len(dag.tasks)) for name, dag in bag.dags.items()))
"""


@pytest.mark.skipif("AIRFLOW_PYTHON" not in os.environ, reason="takes minutes to install; AIRFLOW_PYTHON is a Python that has it")
def test_airflow_loads_its_dag(tmp_path):
    environment = {**os.environ, "AIRFLOW_HOME": str(tmp_path)}
    environment.pop("PYTHONPATH", None)
    command = [os.environ["AIRFLOW_PYTHON"], "-c", DAG_BAG, str(CONF / "airflow")]
    loaded = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=120)
    assert loaded.returncode == 0, loaded.stderr
    assert loaded.stdout.splitlines()[-1] == "[('dynamodb_lake_nightly', 2), ('dynamodb_lake_weekly', 2)]"


# ---- for machines that help people


def test_the_page_for_assistants_proposes_commands_that_there_are():
    options = (ROOT / "docs/options.md").read_text()
    known = {
        heading.split("`")[1].split()[0] for heading in options.splitlines() if heading.startswith("## `")
    }
    table = (ROOT / "docs/assistants.md").read_text().split("## Traps")[0]
    proposed = [text for text in re.findall(r"`([^`]+)`", table) if re.match(r"[a-z-]+ [A-Z.]", text)]
    assert len(proposed) > 12
    for text in proposed:
        assert text.split()[0] in known, text
        if "..." not in text:
            peers.known_options(text.split())


def test_llms_txt_leads_to_pages_that_there_are():
    links = re.findall(r"\]\(([^)]+)\)", (ROOT / "llms.txt").read_text())
    assert len(links) > 15
    for link in links:
        assert (ROOT / link).exists(), link
