"""The target file that a running reference writes: it loads, its secrets resolve, and what it says is so.

The operations come from the example targets, so this is also the proof that the examples fit a product.
"""

from __future__ import annotations

import json
import ssl
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import boto3
import psycopg
import pytest
import redis
import requests
from botocore.config import Config
from websockets.sync.client import connect

from fixtures.api.answer import Answer
from fixtures.api.template import fill, fill_path, values_of
from golive.plugin.target_check import unresolved_secrets
from golive.target import ProductTarget, Target, load_target
from golive.target.api import Api, Identity
from reference.session import Session

pytestmark = pytest.mark.xdist_group("describe")
PRODUCTS = ("aurastudio", "seiketsu")
PATIENCE = 30
"""Seconds for a stream on a machine that is busy with other tests."""
NEEDS_AN_ID = {
    "get_lead": "lead",
    "get_conversation": "conversation",
    "get_voice_agent": "voice_agent",
    "market_analysis": "property",
    "agent_optimization": "voice_agent",
    "report_status": "report",
}
"""Reading calls of one row, and the planted row's word."""
EMPTY_HERE = {"list_tenants", "reminders", "follow_up_leads", "persona_recall", "settings_history"}
"""Lists that hold nothing in a new deployment."""


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    with Session() as session:
        assert session.target_file is not None
        yield load_target(session.target_file)


@pytest.fixture(params=PRODUCTS)
def product(request: pytest.FixtureRequest, target: Target) -> ProductTarget:
    return target.product(request.param)


class Caller:
    """Calls operations as the target describes them, past Golive's guard."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.http = requests.Session()
        self.http.trust_env = False
        self.tokens: dict[str, str] = {}

    def token(self, who: Identity) -> str:
        if who.email not in self.tokens:
            self.tokens[who.email] = self.call("sign_in", who).field("token")
        return self.tokens[who.email]

    def call(self, name: str, who: Identity, /, **given: Any) -> Answer:
        operation, values = self.api.operations[name], values_of(who, given)
        headers = {name: str(fill(text, values, name)) for name, text in operation.headers.items()}
        if operation.auth != "none":
            headers["Authorization"] = f"Bearer {self.token(who)}"
        response = self.http.request(
            operation.method,
            self.api.base_url + fill_path(operation.path, values, name),
            params=fill(operation.query, values, name) or None,
            json=fill(operation.body, values, name),
            headers=headers,
            verify=self.api.ca_file,
            timeout=20,
        )
        assert response.status_code == operation.status, f"{name}: {response.status_code} {response.text[:300]}"
        return Answer(name, response, 0.0, operation.fields)

    def least(self, role: str | None) -> Identity:
        """An identity that may make a call of this role."""
        identities = self.api.identities
        return next((who for who in identities.values() if who.role == role), self.probe)

    @property
    def probe(self) -> Identity:
        assert self.api.probe_identity is not None
        return self.api.identities[self.api.probe_identity]


@pytest.fixture
def caller(product: ProductTarget) -> Caller:
    assert product.api is not None
    return Caller(product.api)


def test_every_secret_resolves(target: Target) -> None:
    assert list(unresolved_secrets(target)) == []


def test_every_identity_signs_in_as_described(caller: Caller) -> None:
    for who in caller.api.identities.values():
        answer = caller.call("sign_in", who)
        assert answer.field("id") == who.id
        assert answer.field("email") == who.email
        profile = caller.call("profile", who)
        assert profile.field("role") == who.role
        if who.tenant:
            assert profile.field("tenant") == who.tenant


def test_reading_operations_answer_with_their_fields(caller: Caller) -> None:
    """Every GET of the map gives its status and each of its fields; those with a marker give the owner's."""
    called = []
    for name, operation in caller.api.operations.items():
        if (
            operation.method != "GET"
            or ("_id}" in operation.path)
            or ("{id}" in operation.path and name not in NEEDS_AN_ID)
        ):
            continue
        who = caller.least(operation.role)
        if name in NEEDS_AN_ID and NEEDS_AN_ID[name] not in who.extra:
            continue
        given = {
            "text": who.marker or "hello",
            "count": 5,
            "vector": [0.123456789] * 1536,
            "id": who.extra.get(NEEDS_AN_ID.get(name, ""), ""),
        }
        answer = caller.call(name, who, **given)
        called.append(name)
        if name in EMPTY_HERE:
            continue
        for field in operation.fields:
            assert answer.all(field), f"{name}: no {field} at {operation.fields[field]} in {answer.text[:200]}"
        if "marker_text" in operation.fields and who.marker:
            assert who.marker in str(answer.all("marker_text")), name
    assert len(called) >= 20, called


def test_what_is_made_can_be_read_changed_and_removed(caller: Caller) -> None:
    noun = "project" if "create_project" in caller.api.operations else "lead"
    admin = caller.least(caller.api.operations[f"delete_{noun}"].role)
    given = {"name": "golive-describe", "text": "made by a test", "email": "made@canary.example"}
    made = caller.call(f"create_{noun}", admin, **given).field("id")
    assert made in caller.call(f"list_{noun}s", admin).all("ids")
    assert caller.call(f"get_{noun}", admin, id=made).field("name") == "golive-describe"
    caller.call(f"update_{noun}", admin, id=made, name="golive-again", text="changed")
    caller.call(f"delete_{noun}", admin, id=made)
    assert made not in caller.call(f"list_{noun}s", admin).all("ids")


@pytest.mark.parametrize("product", ["seiketsu"], indirect=True)
def test_changed_settings_have_a_history(caller: Caller) -> None:
    admin = caller.least(caller.api.operations["settings_change"].role)
    before = caller.call("settings_read", admin)
    changed = caller.call("settings_change", admin, settings=before.field("settings"), version=before.field("version"))
    history = caller.call("settings_history", admin)
    assert changed.field("version") in history.all("versions")
    assert admin.id in history.all("actors")


def test_the_health_report_names_every_dependency(caller: Caller) -> None:
    reported = caller.call("health_deep", caller.probe).field("dependencies")
    assert set(caller.api.dependencies.values()) <= set(reported)


def test_the_release_is_the_one_that_runs(product: ProductTarget, caller: Caller) -> None:
    running = caller.call("version", caller.probe)
    assert (running.field("version"), running.field("commit")) == (product.release.version, product.release.commit)
    assert running.field("instance") in {instance.id for instance in caller.api.instances}


def test_streams_greet_and_answer_a_ping(product: ProductTarget, caller: Caller) -> None:
    assert product.websocket is not None
    context = ssl.create_default_context(cafile=product.websocket.ca_file)
    values = values_of(caller.probe, {"channel": "leads"})
    if opens := product.websocket.session_operation:
        values["session_id"] = caller.call(opens, caller.probe, name="golive-describe").field("session_id")
    for stream in (product.websocket, *product.websocket.others.values()):
        query = {**fill(stream.query, values, "query"), stream.token_parameter: caller.token(caller.probe)}
        url = f"{fill(stream.url, values, 'url')}?{urlencode(query)}"
        with connect(url, ssl=context, open_timeout=PATIENCE, proxy=None) as socket:
            if stream.greeting:
                assert_holds(socket.recv(timeout=PATIENCE), stream.greeting)
            assert stream.ping is not None
            socket.send(json.dumps(stream.ping.send))
            assert_holds(socket.recv(timeout=PATIENCE), stream.ping.expect)


def assert_holds(message: str | bytes, expected: dict[str, str]) -> None:
    answer = Answer("message", requests.Response(), 0.0, dict(zip(expected, expected, strict=True)))
    answer.__dict__["json"] = json.loads(message)
    for place, value in expected.items():
        assert str(answer.field(place)) == value, message


def test_the_database_is_as_described(product: ProductTarget) -> None:
    postgres = product.postgres
    assert postgres is not None
    assert postgres.app_dsn is not None
    assert recovering(postgres.dsn.reveal()) is False
    assert recovering(postgres.app_dsn.reveal()) is False
    assert [recovering(replica.reveal()) for replica in postgres.replicas] == [True]
    with psycopg.connect(postgres.dsn.reveal()) as connection:
        connection.execute("SET enable_seqscan = off; SET enable_sort = off")
        for word, seed in postgres.seeds.items():
            columns = sorted({column for row in seed.rows.values() for column in row} | {seed.name})
            listed = connection.execute(f"SELECT {', '.join(columns)} FROM {seed.table} WHERE {seed.where}").fetchall()  # noqa: S608
            found = {row[columns.index(seed.name)]: dict(zip(columns, row, strict=True)) for row in listed}
            for name, exact in seed.rows.items():
                assert exact.items() <= found[name].items(), word
        for word, statement in postgres.statements.items():
            plan = "\n".join(row[0] for row in connection.execute(f"EXPLAIN {statement.sql}").fetchall())
            # Which of two indexes that fit is taken is a matter of chance where a table has few rows.
            assert "Index" in plan, f"{word}: {plan}"
            named = connection.execute("SELECT to_regclass(%s)", [statement.index]).fetchone()
            assert statement.index is None or named != (None,), f"{word}: there is no {statement.index}"
        newest = f"SELECT max({postgres.version_column}) FROM {postgres.version_table}"  # noqa: S608
        assert connection.execute(newest).fetchone() == (postgres.head,)
        owned = "SELECT table_name FROM information_schema.columns WHERE table_schema = 'public' AND column_name = %s"
        have = {row[0] for row in connection.execute(owned, (postgres.tenant_column,))}
        tables = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r'"
        every = {row[0] for row in connection.execute(tables)}
        assert every - have == set(postgres.tenant_columns) | set(postgres.shared_tables)


def recovering(dsn: str) -> bool:
    with psycopg.connect(dsn, connect_timeout=5) as connection:
        row = connection.execute("SELECT pg_is_in_recovery()").fetchone()
        return bool(row and row[0])


def test_redis_and_the_queue_answer(product: ProductTarget) -> None:
    assert product.redis is not None
    assert redis.from_url(product.redis.url.reveal()).info("replication")["role"] == "master"
    roles = [redis.from_url(node.reveal()).info("replication")["role"] for node in product.redis.nodes]
    assert sorted(roles) == ["master", "slave", "slave"]
    assert len(product.redis.sentinels) == 3
    if product.celery:
        assert product.celery.heartbeat_key is not None
        beat = redis.from_url(product.celery.broker.reveal()).get(product.celery.heartbeat_key)
        assert isinstance(beat, bytes)
        assert json.loads(beat)[product.celery.heartbeat_field] > 1_700_000_000


def test_the_account_has_what_is_named(product: ProductTarget) -> None:
    aws = product.aws
    assert aws is not None
    assert aws.access_key_id is not None
    assert aws.secret_access_key is not None
    session = boto3.session.Session(
        aws_access_key_id=aws.access_key_id.reveal(),
        aws_secret_access_key=aws.secret_access_key.reveal(),
        region_name=aws.region,
    )

    def client(service: str) -> Any:
        style = Config(retries={"max_attempts": 1}, s3={"addressing_style": "path"})
        return session.client(service, endpoint_url=aws.endpoint_url, config=style)  # type: ignore[call-overload]

    assert client("sts").get_caller_identity()["Account"] == aws.account_id
    alarms = client("cloudwatch").describe_alarms(MaxRecords=100)["MetricAlarms"]
    assert set(aws.alarms) <= {alarm["AlarmName"] for alarm in alarms}
    boards = client("cloudwatch").list_dashboards()["DashboardEntries"]
    assert set(aws.dashboards) <= {board["DashboardName"] for board in boards}
    groups = client("logs").describe_log_groups()["logGroups"]
    assert set(aws.log_groups) <= {group["logGroupName"] for group in groups}
    kept = client("secretsmanager").list_secrets(MaxResults=100)["SecretList"]
    assert set(aws.secrets.values()) <= {secret["Name"] for secret in kept}
    assert set(aws.buckets.values()) <= {bucket["Name"] for bucket in client("s3").list_buckets()["Buckets"]}
    security = {group["GroupName"] for group in client("ec2").describe_security_groups()["SecurityGroups"]}
    assert {name for names in aws.tiers.values() for name in names} <= security
    assert aws.ecs is not None
    assert aws.rds is not None
    assert aws.load_balancer is not None
    services = client("ecs").describe_services(cluster=aws.ecs.cluster, services=list(aws.ecs.services.values()))
    assert len(services["services"]) == len(aws.ecs.services)
    for name in (aws.rds.instance, *aws.rds.replicas):
        assert client("rds").describe_db_instances(DBInstanceIdentifier=name)["DBInstances"]
    wanted = list(aws.load_balancer.target_groups.values())
    assert len(client("elbv2").describe_target_groups(Names=wanted)["TargetGroups"]) == len(wanted)
    digest = {"imageDigest": product.release.image_digest}
    assert client("ecr").batch_get_image(repositoryName=aws.ecs.registry, imageIds=[digest])["images"]
    assert product.metrics is not None
    for word, place in product.metrics.series.items():
        named = {"namespace", "metric", "unit", "statistic", "region"}
        dimensions = [
            {"Name": name} if "{" in value else {"Name": name, "Value": value}  # a placeholder stands for any value
            for name, value in place.items()
            if name not in named
        ]
        listed = client("cloudwatch").list_metrics(
            Namespace=place["namespace"], MetricName=place["metric"], Dimensions=dimensions
        )
        assert listed["Metrics"], word


def test_the_checkout_is_whole(product: ProductTarget) -> None:
    assert product.source is not None
    assert product.postgres is not None
    folder = Path(product.source.path)
    for migration in product.postgres.migrations:
        assert (folder / migration).is_file()
    assert list((folder / ".github" / "workflows").glob("*.yml"))
    if product.terraform:
        assert product.terraform.plan is not None
        plan = json.loads(Path(product.terraform.plan).read_text())
        assert {item["change"]["actions"][0] for item in plan["resource_changes"]} == {"no-op", "update", "create"}
        assert set(plan["configuration"]["root_module"]["module_calls"]) >= {"database", "cache", "ecs", "monitoring"}
