"""What no workload's role may do, on which things, and what a delivery role's trust must ask for. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

IDENTITY = (
    "iam:CreateUser", "iam:CreateRole", "iam:CreateAccessKey", "iam:CreateLoginProfile", "iam:UpdateLoginProfile",
    "iam:AttachRolePolicy", "iam:AttachUserPolicy", "iam:AttachGroupPolicy", "iam:PutRolePolicy", "iam:PutUserPolicy",
    "iam:CreatePolicyVersion", "iam:SetDefaultPolicyVersion", "iam:UpdateAssumeRolePolicy", "iam:AddUserToGroup",
    "iam:DeleteRole", "iam:DeactivateMFADevice", "sts:AssumeRole",
)  # fmt: skip
"""Rights over identities, tried on the deployment's own roles and on everything."""
DELIVERY = ("ecs:UpdateService", "ecs:RegisterTaskDefinition", "iam:PassRole")
"""What only a role that deploys may do."""
ANYTHING = (
    "ec2:RunInstances", "ec2:AuthorizeSecurityGroupIngress", "ec2:CreateRoute", "ec2:DeleteVpc", "ecs:RunTask",
    "lambda:CreateFunction", "lambda:UpdateFunctionCode", "cloudtrail:StopLogging", "cloudtrail:DeleteTrail",
    "config:StopConfigurationRecorder", "guardduty:DeleteDetector", "logs:DeleteLogGroup",
    "organizations:LeaveOrganization",
    "route53:ChangeResourceRecordSets", "cloudformation:CreateStack", "ssm:SendCommand", "wafv2:DeleteWebACL",
)  # fmt: skip
DATABASE = ("rds:DeleteDBInstance", "rds:ModifyDBInstance", "rds:RebootDBInstance")
CACHE = ("elasticache:DeleteReplicationGroup", "elasticache:ModifyReplicationGroup")
KEY = ("kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:PutKeyPolicy")
BUCKET = ("s3:DeleteBucket", "s3:PutBucketPolicy", "s3:PutBucketAcl")
FOREIGN_BUCKET = ("s3:GetObject", "s3:PutObject", "s3:DeleteObject")
SECRET = ("secretsmanager:DeleteSecret", "secretsmanager:PutSecretValue", "secretsmanager:PutResourcePolicy")
FOREIGN_SECRET = ("secretsmanager:GetSecretValue",)


@dataclass(frozen=True)
class Things:
    """ARNs of what a role must keep off; `foreign_*` are those that are not its work."""

    roles: tuple[str, ...] = ()
    databases: tuple[str, ...] = ()
    caches: tuple[str, ...] = ()
    keys: tuple[str, ...] = ()
    buckets: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    foreign_buckets: tuple[str, ...] = ()
    foreign_secrets: tuple[str, ...] = ()
    others: tuple[str, ...] = field(default=("*",))


def forbidden(things: Things, *, delivers: bool) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Return groups of actions, each with the things on which a role must be refused them."""
    objects = tuple(f"{bucket}/golive" for bucket in things.foreign_buckets)
    groups = [
        (IDENTITY, (*things.others, *things.roles)),
        (ANYTHING, things.others),
        (DATABASE, things.databases),
        (CACHE, things.caches),
        (KEY, things.keys),
        (BUCKET, things.buckets),
        (FOREIGN_BUCKET, objects),
        (SECRET, things.secrets),
        (FOREIGN_SECRET, things.foreign_secrets),
        (("iam:PassRole",) if delivers else DELIVERY, things.others),
    ]
    return [(actions, places) for actions, places in groups if places]


def federation_problems(trust: Mapping[str, Any]) -> list[str]:
    """Return why strangers at an identity provider may take a role, as sentences without subject."""
    found = []
    for statement in _listed(trust.get("Statement")):
        principal = statement.get("Principal")
        if statement.get("Effect") != "Allow" or not isinstance(principal, Mapping) or "Federated" not in principal:
            continue
        asked = {
            key.lower(): [str(v) for v in _listed(values)]
            for operator, block in (statement.get("Condition") or {}).items()
            if operator.startswith(("StringEquals", "StringLike"))
            for key, values in block.items()
        }
        for claim in ("aud", "sub"):
            values = next((v for k, v in asked.items() if k.endswith(f":{claim}")), [])
            if not values:
                found.append(f"may be taken by anybody at {principal['Federated']}: no condition on {claim}")
            elif claim == "sub" and any(_wide(v) for v in values):
                found.append(f"may be taken for more than one repository: its condition on sub is {', '.join(values)}")
    return found


def unconditional_problems(trust: Mapping[str, Any]) -> list[str]:
    """Return whom of other accounts a trust policy lets in without a condition, as sentences without subject."""
    found = []
    for statement in _listed(trust.get("Statement")):
        principal = statement.get("Principal")
        named = _listed(principal.get("AWS")) if isinstance(principal, Mapping) else _listed(principal)
        if statement.get("Effect") == "Allow" and "*" in named and not statement.get("Condition"):
            found.append("may be taken by anybody (*), without a condition such as an external id")
    return found


def _wide(subject: str) -> bool:
    repository = subject.removeprefix("repo:").partition(":")[0]
    return "*" in repository or "?" in repository


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
