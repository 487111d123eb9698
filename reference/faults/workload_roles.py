"""Roles of workloads that may more than their work, by policies that are easily overlooked."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, PREFIX, LINE = "seiketsu", "seiketsu-production", "SEI-1.1.2.3.1"


@contextmanager
def _given(deployment: Deployment, role: str, *statements: dict[str, Any]) -> Iterator[None]:
    """Inside the block a role has one more inline policy."""
    iam, name = deployment.aws(PRODUCT, "iam"), f"{PREFIX}-{role}"
    text = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    iam.put_role_policy(RoleName=name, PolicyName="operations", PolicyDocument=text)
    try:
        yield
    finally:
        iam.delete_role_policy(RoleName=name, PolicyName="operations")


def _allow(action: str | list[str], resource: str | list[str] = "*", **more: Any) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


@fault(
    name="sei-role-is-administrator",
    breaks="the API's task role has the policy of administrators",
    fails=[LINE],
    message=r"forbidden actions allowed is \d+.*role seiketsu-production-api-task may iam:CreateUser on \*",
    touches="aws:seiketsu:iam:role:api-task",
)
def role_is_administrator(deployment: Deployment) -> Iterator[None]:
    with _given(deployment, "api-task", _allow("*")):
        yield


@fault(
    name="sei-role-passes-any-role",
    breaks="no star among the actions, and the worker may pass any role to a task that it starts",
    fails=[LINE],
    message=r"role seiketsu-production-worker-task may .*iam:PassRole on \*",
    touches="aws:seiketsu:iam:role:worker-task",
    hard=True,
)
def role_passes_any_role(deployment: Deployment) -> Iterator[None]:
    tasks = _allow("ecs:RunTask", "arn:aws:ecs:us-east-1:*:task-definition/*")
    with _given(deployment, "worker-task", _allow("iam:PassRole"), tasks):
        yield


@fault(
    name="sei-role-all-but-a-few",
    breaks="a policy of the web's role allows all but what is usually tried",
    fails=[LINE],
    message=r"role seiketsu-production-web-task, policy operations: statement Rest allows all but .*\(NotAction\)",
    touches="aws:seiketsu:iam:role:web-task",
    hard=True,
)
def role_all_but_a_few(deployment: Deployment) -> Iterator[None]:
    few = ["iam:*", "s3:*", "secretsmanager:*", "kms:*", "rds:*", "sts:*", "organizations:*"]
    with _given(deployment, "web-task", {"Sid": "Rest", "Effect": "Allow", "NotAction": few, "Resource": "*"}):
        yield


@fault(
    name="sei-role-taken-without-condition",
    breaks="anybody may take the execution role, without an external id",
    fails=[LINE],
    message=r"role seiketsu-production-execution may be taken by anybody \(\*\), without a condition"
    r"(.|\n)*access findings is 1",
    touches="aws:seiketsu:iam:role:execution",
    hard=True,
)
def role_taken_without_condition(deployment: Deployment) -> Iterator[None]:
    iam, name = deployment.aws(PRODUCT, "iam"), f"{PREFIX}-execution"
    before = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    anybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    open_ = {**before, "Statement": [*before["Statement"], anybody]}
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(open_))
    try:
        yield
    finally:
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(before))


@fault(
    name="sei-role-of-delivery-for-any-repository",
    breaks="any repository at the forge may take the role that deploys",
    fails=[LINE],
    message=r"role seiketsu-production-deployer may be taken for more than one repository",
    touches="aws:seiketsu:iam:role:deployer",
    hard=True,
)
def role_of_delivery_for_any_repository(deployment: Deployment) -> Iterator[None]:
    iam, name = deployment.aws(PRODUCT, "iam"), f"{PREFIX}-deployer"
    before = json.dumps(iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"])
    trust = json.loads(before)
    trust["Statement"][0]["Condition"]["StringLike"] = {"token.actions.githubusercontent.com:sub": "repo:*"}
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))
    try:
        yield
    finally:
        iam.update_assume_role_policy(RoleName=name, PolicyDocument=before)
