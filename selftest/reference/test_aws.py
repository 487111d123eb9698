"""The AWS accounts over HTTP: two accounts apart, permissions, what moves, and that every change can be taken back."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from reference.aws.inventory import nights
from reference.aws.moments import resolved, seconds
from reference.aws.permissions import decide
from reference.backup_state import RESTORABLE
from reference.clients import aws_client
from reference.planning import PortBlock, plan
from reference.services.pki import write_pki
from reference.settings import Settings

PREFIXES = {"aurastudio": "aurastudio", "seiketsu": "seiketsu-production"}
Administer = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    """A server of its own, ready; killed at the end."""
    ports = PortBlock()
    planned = plan(tmp_path_factory.mktemp("aws"), ports)
    planned.save()
    write_pki(planned)
    planned.log_file("aurastudio-1").parent.mkdir()
    process = subprocess.Popen([sys.executable, "-m", "reference.aws", "--settings", planned.path])
    try:
        deadline = time.monotonic() + 120
        while time.monotonic() < deadline and process.poll() is None:
            try:
                if requests.get(f"{planned.aws.endpoint_url}/__reference__/health", timeout=2).ok:
                    break
            except requests.ConnectionError:
                time.sleep(0.2)
        else:
            pytest.fail(f"the AWS server did not start, exit code {process.poll()}")
        yield planned
    finally:
        process.kill()
        process.wait()
        ports.release()


@pytest.fixture
def administer(settings: Settings) -> Administer:
    def call(method: str, path: str, **body: Any) -> dict[str, Any]:
        answer = requests.request(
            method,
            f"{settings.aws.endpoint_url}/__reference__/{path}",
            json=body,
            headers={"X-Control-Token": settings.control_token},
            timeout=30,
        )
        assert answer.ok, answer.text
        found: dict[str, Any] = answer.json()
        return found

    return call


@pytest.fixture(params=list(PREFIXES))
def product(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def refused(error: pytest.ExceptionInfo[ClientError]) -> str:
    return str(error.value.response["Error"]["Code"])


def test_a_key_chooses_its_account(settings: Settings, product: str) -> None:
    caller = aws_client(settings, product, "sts", "reader").get_caller_identity()
    assert caller["Account"] == settings.aws.accounts[product].id
    secrets = aws_client(settings, product, "secretsmanager", "reader").list_secrets()["SecretList"]
    assert secrets
    assert all(secret["Name"].startswith(PREFIXES[product] + "/") for secret in secrets)


@pytest.mark.parametrize("holder", ["reader", "app"])
def test_a_wrong_secret_key_is_refused(settings: Settings, holder: str) -> None:
    wrong = settings.model_copy(deep=True)
    key = wrong.aws.accounts["aurastudio"].keys[holder]
    wrong.aws.accounts["aurastudio"].keys[holder] = key.model_copy(update={"secret": "x" * 40})
    with pytest.raises(ClientError) as error:
        aws_client(wrong, "aurastudio", "sts", holder).get_caller_identity()
    assert refused(error) == "SignatureDoesNotMatch"


def test_holders_can_do_their_work_and_no_more(settings: Settings, product: str) -> None:
    bucket = "aurastudio-assets" if product == "aurastudio" else "seiketsu-production-recordings"
    objects = aws_client(settings, product, "s3", "app")
    objects.put_object(Bucket=bucket, Key="selftest", Body=b"x")
    assert objects.get_object(Bucket=bucket, Key="selftest")["Body"].read() == b"x"
    objects.delete_object(Bucket=bucket, Key="selftest")
    with pytest.raises(ClientError) as error:
        aws_client(settings, product, "iam", "app").create_user(UserName="intruder")
    assert refused(error) == "AccessDenied"
    with pytest.raises(ClientError) as error:
        aws_client(settings, product, "ec2", "reader").create_vpc(CidrBlock="10.9.0.0/16")
    assert refused(error) == "UnauthorizedOperation"
    assert requests.get(f"{settings.aws.endpoint_url}/{bucket}/assets/logo.svg", timeout=5).status_code == 403


def test_an_outsider_gets_no_secret(settings: Settings, product: str) -> None:
    role = f"arn:aws:iam::{settings.aws.accounts[product].id}:role/golive-outsider"
    session = aws_client(settings, product, "sts", "reader").assume_role(RoleArn=role, RoleSessionName="selftest")
    other = settings.model_copy(deep=True)
    given = session["Credentials"]
    keys = other.aws.accounts[product].keys
    keys["reader"] = keys["reader"].model_copy(update={"id": given["AccessKeyId"], "secret": given["SecretAccessKey"]})
    assert aws_client(other, product, "iam", "reader").get_role(RoleName="golive-outsider")["Role"]["Arn"] == role
    with pytest.raises(ClientError) as error:
        aws_client(other, product, "secretsmanager", "reader").get_secret_value(SecretId=f"{PREFIXES[product]}/openai")
    assert refused(error) == "AccessDeniedException"


def test_secrets_hold_what_the_processes_use(settings: Settings, product: str) -> None:
    secrets = aws_client(settings, product, "secretsmanager", "reader")
    value = secrets.get_secret_value(SecretId=f"{PREFIXES[product]}/openai")["SecretString"]
    assert value == settings.simulators["openai"].key


def test_services_run_the_released_image(settings: Settings, product: str) -> None:
    ecs = aws_client(settings, product, "ecs", "reader")
    cluster = PREFIXES[product]
    for service in ecs.describe_services(cluster=cluster, services=["api", "worker", "web"])["services"]:
        assert service["runningCount"] == service["desiredCount"] == 2
        assert [deployment["rolloutState"] for deployment in service["deployments"]] == ["COMPLETED"]
        arns = ecs.list_tasks(cluster=cluster, serviceName=service["serviceName"])["taskArns"]
        tasks = ecs.describe_tasks(cluster=cluster, tasks=arns)["tasks"]
        digests = {container["imageDigest"] for task in tasks for container in task["containers"]}
        assert len(digests) == 1
        assert len({task["availabilityZone"] for task in tasks}) == 2
        name = "web" if service["serviceName"] == "web" else "api"
        known = aws_client(settings, product, "ecr", "reader").describe_images(
            repositoryName=f"{product}-{name}", imageIds=[{"imageDigest": digests.pop()}]
        )["imageDetails"]
        assert settings.products[product].release.version in known[0]["imageTags"]


def test_targets_are_the_instances(settings: Settings, product: str) -> None:
    balancing = aws_client(settings, product, "elbv2", "reader")
    group = balancing.describe_target_groups(Names=[f"{PREFIXES[product]}-api"])["TargetGroups"][0]["TargetGroupArn"]
    health = balancing.describe_target_health(TargetGroupArn=group)["TargetHealthDescriptions"]
    assert {found["Target"]["Port"] for found in health} == {i.port for i in settings.products[product].instances}
    assert {found["TargetHealth"]["State"] for found in health} == {"healthy"}


def test_backups_have_their_ages(settings: Settings, product: str) -> None:
    rds = aws_client(settings, product, "rds", "reader")
    found = rds.describe_db_snapshots(DBInstanceIdentifier=PREFIXES[product], SnapshotType="automated")["DBSnapshots"]
    ages = sorted(datetime.now(UTC) - snapshot["SnapshotCreateTime"] for snapshot in found)
    assert ages[0] < timedelta(hours=26)
    assert timedelta(days=29) < ages[-1] < timedelta(days=32)


def test_a_writer_can_be_restored_as_far_as_its_archive_reaches(settings: Settings, product: str) -> None:
    rds = aws_client(settings, product, "rds", "reader")
    latest = datetime.now(UTC).replace(microsecond=0)
    path = Path(settings.folder) / RESTORABLE
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps({"latest": latest.isoformat()}))
    found = rds.describe_db_instances(DBInstanceIdentifier=PREFIXES[product])["DBInstances"][0]
    assert found["LatestRestorableTime"] == latest
    replica = rds.describe_db_instances(DBInstanceIdentifier=f"{PREFIXES[product]}-replica")["DBInstances"][0]
    assert "LatestRestorableTime" not in replica


def test_metrics_are_fresh_and_belong_to_their_namespace(settings: Settings, product: str) -> None:
    watching = aws_client(settings, product, "cloudwatch", "reader")

    def newest(namespace: str) -> list[datetime]:
        dimensions = [{"Name": "ClusterName", "Value": PREFIXES[product]}, {"Name": "ServiceName", "Value": "api"}]
        metric = {"Namespace": namespace, "MetricName": "CPUUtilization", "Dimensions": dimensions}
        query = {"Id": "q", "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Average"}}
        end = datetime.now(UTC) + timedelta(minutes=1)
        answer = watching.get_metric_data(StartTime=end - timedelta(minutes=15), EndTime=end, MetricDataQueries=[query])
        times: list[datetime] = answer["MetricDataResults"][0]["Timestamps"]
        return times

    assert datetime.now(UTC) - max(newest("AWS/ECS")) < timedelta(minutes=2)
    assert newest("AWS/Retired") == []


def test_log_lines_reach_the_stream_of_their_task(settings: Settings) -> None:
    with settings.log_file("aurastudio-1").open("a") as file:
        file.write('{"event": "nonce-7731"}\n')
    logs = aws_client(settings, "aurastudio", "logs", "reader")
    deadline = time.monotonic() + 20
    found: list[Any] = []
    while not found and time.monotonic() < deadline:
        time.sleep(0.5)
        found = logs.filter_log_events(logGroupName="/ecs/aurastudio/api", filterPattern="nonce")["events"]
    assert [event["message"] for event in found] == ['{"event": "nonce-7731"}']
    assert found[0]["logStreamName"].startswith("ecs/api/")


@pytest.mark.parametrize(
    ("effect", "code"),
    [
        ("denied", "AccessDenied"),
        ("throttled", "Throttling"),
        ("error", "InternalFailure"),
        ("unavailable", "ServiceUnavailable"),
    ],
)
@pytest.mark.parametrize("service", ["rds", "ecs", "s3", "cloudfront"])
def test_a_disturbed_call_fails_in_its_protocol(
    settings: Settings, administer: Administer, service: str, effect: str, code: str
) -> None:
    calls = {
        "rds": "describe_db_instances",
        "ecs": "list_clusters",
        "s3": "list_buckets",
        "cloudfront": "list_distributions",
    }
    call = getattr(aws_client(settings, "aurastudio", service, "reader"), calls[service])
    identifier = administer("POST", "disturbances", action=f"{service}.*", effect=effect, account="aurastudio")["id"]
    try:
        with pytest.raises(ClientError) as error:
            call()
        assert refused(error) == code
        assert getattr(aws_client(settings, "seiketsu", service, "reader"), calls[service])()
    finally:
        administer("DELETE", f"disturbances/{identifier}")
    assert call()


def test_an_amendment_changes_one_thing_until_it_is_taken_back(settings: Settings, administer: Administer) -> None:
    rds = aws_client(settings, "aurastudio", "rds", "reader")

    def standby() -> dict[str, bool]:
        return {found["DBInstanceIdentifier"]: found["MultiAZ"] for found in rds.describe_db_instances()["DBInstances"]}

    before = standby()
    identifier = administer(
        "POST",
        "amendments",
        account="aurastudio",
        service="rds",
        kind="DBInstances",
        where={"DBInstanceIdentifier": "aurastudio"},
        set={"MultiAZ": False},
    )["id"]
    assert standby() == before | {"aurastudio": False}
    administer("DELETE", f"amendments/{identifier}")
    assert standby() == before


def test_restoring_takes_back_what_any_call_changed(settings: Settings, administer: Administer) -> None:
    ecs, s3, cloudwatch, rds, sns = (
        aws_client(settings, "aurastudio", name) for name in ("ecs", "s3", "cloudwatch", "rds", "sns")
    )

    def state() -> dict[str, Any]:
        return {
            "services": sorted(ecs.list_services(cluster="aurastudio")["serviceArns"]),
            "running": ecs.describe_services(cluster="aurastudio", services=["api"])["services"][0]["runningCount"],
            "buckets": sorted(bucket["Name"] for bucket in s3.list_buckets()["Buckets"]),
            "versions": s3.get_bucket_versioning(Bucket="aurastudio-assets")["Status"],
            "dashboards": len(cloudwatch.list_dashboards()["DashboardEntries"]),
            "retention": rds.describe_db_instances(DBInstanceIdentifier="aurastudio")["DBInstances"][0][
                "BackupRetentionPeriod"
            ],
            "subscriptions": len(sns.list_subscriptions()["Subscriptions"]),
        }

    administer("POST", "checkpoint", name="selftest")
    before = state()
    ecs.delete_service(cluster="aurastudio", service="web", force=True)
    ecs.stop_task(cluster="aurastudio", task=ecs.list_tasks(cluster="aurastudio", serviceName="api")["taskArns"][0])
    s3.create_bucket(Bucket="selftest-stray")
    s3.put_bucket_versioning(Bucket="aurastudio-assets", VersioningConfiguration={"Status": "Suspended"})
    cloudwatch.delete_dashboards(DashboardNames=["aurastudio-overview"])
    rds.modify_db_instance(DBInstanceIdentifier="aurastudio", BackupRetentionPeriod=7)
    sns.unsubscribe(SubscriptionArn=sns.list_subscriptions()["Subscriptions"][0]["SubscriptionArn"])
    changed = state()
    assert [name for name in before if before[name] == changed[name]] == []
    administer("POST", "restore", name="selftest")
    assert state() == before


def test_changes_leave_a_trail(settings: Settings) -> None:
    with pytest.raises(ClientError):
        aws_client(settings, "seiketsu", "rds", "app").delete_db_instance(DBInstanceIdentifier="seiketsu-production")
    trail = aws_client(settings, "seiketsu", "cloudtrail", "reader")
    attributes = [{"AttributeKey": "EventName", "AttributeValue": "DeleteDBInstance"}]
    events = trail.lookup_events(LookupAttributes=attributes)["Events"]
    assert len(events) == 1
    assert "AccessDenied" in events[0]["CloudTrailEvent"]
    assert "seiketsu-production-api-task" in events[0]["CloudTrailEvent"]


def test_administration_needs_the_token(settings: Settings) -> None:
    for method, path in (("GET", "state"), ("POST", "restore"), ("POST", "disturbances")):
        answer = requests.request(method, f"{settings.aws.endpoint_url}/__reference__/{path}", json={}, timeout=5)
        assert answer.status_code == 403


def test_policies_are_evaluated_as_documented() -> None:
    allow = {"Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "arn:aws:s3:::a/*"}]}
    deny = {"Statement": [{"Effect": "Deny", "Action": "s3:*", "Resource": "arn:aws:s3:::a/secret"}]}
    everything_but = {"Statement": {"Effect": "Allow", "NotAction": "iam:*", "Resource": "*"}}
    assert decide([allow], "s3:GetObject", "arn:aws:s3:::a/x") == "allowed"
    assert decide([allow], "s3:PutObject", "arn:aws:s3:::a/x") == "implicitDeny"
    assert decide([allow], "s3:GetObject", "arn:aws:s3:::b/x") == "implicitDeny"
    assert decide([allow, deny], "s3:GetObject", "arn:aws:s3:::a/secret") == "explicitDeny"
    assert decide([everything_but], "kms:ScheduleKeyDeletion", "*") == "allowed"
    assert decide([everything_but], "iam:CreateUser", "*") == "implicitDeny"
    only_tls = {
        "Effect": "Allow",
        "Action": "*",
        "Resource": "*",
        "Condition": {"Bool": {"aws:SecureTransport": "true"}},
    }
    assert decide([{"Statement": only_tls}], "s3:GetObject", "x") == "implicitDeny"
    assert decide([{"Statement": only_tls}], "s3:GetObject", "x", {"aws:SecureTransport": "true"}) == "allowed"


@pytest.mark.parametrize(("text", "wanted"), [("90s", 90), ("1d2h", 93600), (15, 15), ("-3d", -259200), ("1.5h", 5400)])
def test_durations(text: str | float, wanted: float) -> None:
    assert seconds(text) == wanted


@pytest.mark.parametrize("text", ["", "5", "5 m", "m5", "5w"])
def test_a_wrong_duration_is_an_error(text: str) -> None:
    with pytest.raises(ValueError, match="not a duration"):
        seconds(text)


def test_moments_move_with_the_clock() -> None:
    now = datetime(2026, 1, 2, tzinfo=UTC)
    assert resolved({"a": [{"ago": "1d"}]}, now) == {"a": [now - timedelta(days=1)]}


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_the_newest_night_is_never_old_nor_ahead(hour: int) -> None:
    now = datetime(2026, 3, 1, hour, 30, tzinfo=UTC)
    times = [night["time"] for night in nights(now)]
    assert timedelta(0) < now - times[0] < timedelta(hours=26)
    assert now - times[-1] > timedelta(days=29)
