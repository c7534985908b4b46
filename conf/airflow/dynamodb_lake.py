"""Lake tables brought up to date every night by Airflow, on EMR Serverless. Needs apache-airflow-providers-amazon; docs/recipes.md.

Each table needs a lake table to begin with: flatten a full export of it once, of a whole second (docs/change-data.md).
"""

import datetime

from airflow import DAG
from airflow.providers.amazon.aws.operators.emr import EmrServerlessStartJobOperator

TABLES = ["Orders", "Customers"]
APPLICATION = "00fabcdefghijk01"
ROLE = "arn:aws:iam::111122223333:role/dynamodb-lake-job"
JAR = "s3://acme-code/dynamodb-lake.jar"
EXPORTS = "acme-exports"
LAKE = "s3://acme-lake/lake"
MOST_MINUTES = 720  # that a job runs
MOST_MINUTES_QUEUED = 360  # that it waits for the application, which has this as its default
SETTINGS = (
    "--class io.dynamodblake.job.Main"
    " --conf spark.executor.cores=4 --conf spark.executor.memory=14g"
    " --conf spark.driver.cores=4 --conf spark.driver.memory=14g"
    " --conf spark.dynamicAllocation.initialExecutors=1"
)


def job(name, *arguments):
    """One command as a job of EMR Serverless; a second run of the same does no harm, so Airflow may try again."""
    return EmrServerlessStartJobOperator(
        task_id=name,
        name=name,
        application_id=APPLICATION,
        execution_role_arn=ROLE,
        job_driver={
            "sparkSubmit": {
                "entryPoint": JAR,
                "entryPointArguments": list(arguments),
                "sparkSubmitParameters": SETTINGS,
            }
        },
        configuration_overrides={
            "monitoringConfiguration": {"s3MonitoringConfiguration": {"logUri": f"{LAKE}/_logs/"}}
        },
        config={"executionTimeoutMinutes": MOST_MINUTES},
        # by itself the operator gives up after 25 minutes, with the job still running, and a retry would start a second one
        waiter_delay=60,
        waiter_max_attempts=MOST_MINUTES + MOST_MINUTES_QUEUED,
        deferrable=True,
    )


DEFAULTS = {"retries": 1, "retry_delay": datetime.timedelta(minutes=5)}
START = datetime.datetime(2026, 1, 1, tzinfo=datetime.timezone.utc)

with DAG(
    "dynamodb_lake_nightly",
    schedule="30 2 * * *",
    start_date=START,
    catchup=False,
    # two runs of one table at a time: one publishes and the other one fails
    max_active_runs=1,
    max_active_tasks=10,
    default_args=DEFAULTS,
):
    for table in TABLES:
        lake = f"{LAKE}/{table.lower()}/"
        job(
            f"apply_{table}",
            *("export", table, "--bucket", EXPORTS, "--prefix", "nightly", "--since-last"),
            *("--then-apply", lake, "--strict", "--keep", "7", "--register", "glue", "--database", "dynamodb_lake"),
        )

with DAG(
    "dynamodb_lake_weekly",
    schedule="30 14 * * 0",
    start_date=START,
    catchup=False,
    max_active_runs=1,
    max_active_tasks=4,
    default_args=DEFAULTS,
):
    for table in TABLES:
        job(
            f"maintain_{table}",
            *("maintain", f"{LAKE}/{table.lower()}/", "--keep", "7", "--older-than", "30d"),
            *("--register", "glue", "--database", "dynamodb_lake"),
        )
