"""Roles of services that may do more than their work, or that others may take."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

ROLE, LINE = "aurastudio-api-task", "AURA-1.1.1.2"
TOUCHES = ["aws:aurastudio:iam:role:api-task"]


@contextmanager
def _attached(deployment: Deployment, name: str, statement: dict[str, Any]) -> Iterator[None]:
    """Attach a customer-managed policy of one statement to the role."""
    iam = deployment.aws("aurastudio", "iam")
    text = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    arn = iam.create_policy(PolicyName=name, PolicyDocument=text)["Policy"]["Arn"]
    try:
        iam.attach_role_policy(RoleName=ROLE, PolicyArn=arn)
        yield
    finally:
        iam.detach_role_policy(RoleName=ROLE, PolicyArn=arn)
        iam.delete_policy(PolicyArn=arn)


@fault(
    name="aura-role-is-administrator",
    breaks="the API's role may do everything",
    fails=[LINE],
    message=r"forbidden actions allowed is \d+.*role aurastudio-api-task may create IAM users.*may read secret",
    touches=TOUCHES,
)
def is_administrator(deployment: Deployment) -> Iterator[None]:
    everything = {"Effect": "Allow", "Action": "*", "Resource": "*"}
    with _attached(deployment, "AdministratorAccess", everything):
        yield


@fault(
    name="aura-role-all-but-a-few",
    breaks="a second policy of the API's role allows all but what is tried, by NotAction",
    fails=[LINE],
    message=r"role aurastudio-api-task, policy operations: statement Rest allows all but iam:\*, .*\(NotAction\)",
    touches=TOUCHES,
    hard=True,
)
def all_but_a_few(deployment: Deployment) -> Iterator[None]:
    few = ["iam:*", "s3:*", "secretsmanager:*"]
    with _attached(deployment, "operations", {"Sid": "Rest", "Effect": "Allow", "NotAction": few, "Resource": "*"}):
        yield


@fault(
    name="aura-role-taken-by-anybody",
    breaks="any AWS account may take the API's role",
    fails=[LINE],
    message=r"role aurastudio-api-task may be taken by anybody",
    touches=TOUCHES,
    hard=True,
)
def taken_by_anybody(deployment: Deployment) -> Iterator[None]:
    iam = deployment.aws("aurastudio", "iam")
    before = json.dumps(iam.get_role(RoleName=ROLE)["Role"]["AssumeRolePolicyDocument"])
    anybody = {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole"}
    policy = json.loads(before)
    policy["Statement"].append(anybody)
    iam.update_assume_role_policy(RoleName=ROLE, PolicyDocument=json.dumps(policy))
    try:
        yield
    finally:
        iam.update_assume_role_policy(RoleName=ROLE, PolicyDocument=before)
