"""The IAM policy for a target: the actions that its lines need, on the resources that it names where that matters.

What only describes is allowed on every resource, since most of it can't be narrowed; what hands out contents, takes a
role, or changes something is narrowed to what the target names and to what a run itself makes (prefix `golive-`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import BaseModel

from golive.catalogue import Catalogue
from golive.iam.naming import PREFIXES
from golive.iam.record import Record, actions_of
from golive.run_id import PREFIX
from golive.secrets import Secret
from golive.target import ProductTarget
from golive.target.aws import Aws

Policy = dict[str, Any]
"""An IAM policy document: `Version`, `Statement`."""

MOST_CHARACTERS = 6144
"""Of a managed policy, white space apart (IAM quotas)."""
EFFECTS = ("reads", "writes", "disrupts")
MADE = f"{PREFIX}*"
"""What runs make is named so."""


def lines_of(catalogue: Catalogue, product: str, target: ProductTarget) -> list[str]:
    """Return the ids of the product's lines that the target has all capabilities for."""
    return [x.id for x in catalogue.items() if x.product == product and x.checked and not target.missing(x.needs)]


def policy_for(
    record: Record, target: ProductTarget, lines: Iterable[str], effects: Iterable[str], elsewhere: str | None = None
) -> Policy:
    """Return the policy with which those lines can be verified on the target's account.

    Args:
        record: as `golive.iam.record.load` gives it.
        effects: of `EFFECTS`; each makes statements of its own, so that one can be taken out.
        elsewhere: the word of another account of the target, for the policy that is needed there.

    Raises:
        ValueError: the target has no AWS account.
        KeyError: none that is called so.
    """
    if target.aws is None:
        raise ValueError("the target has no aws section")
    aws = target.aws.of(target.aws.elsewhere[elsewhere].services[0]) if elsewhere else target.aws
    there = _prefixes(s for word, o in aws.elsewhere.items() if elsewhere in (None, word) for s in o.services)
    lines, secrets = list(lines), list(_stored_secrets(target))
    statements = []
    for effect in [e for e in EFFECTS if e in set(effects)]:
        grouped: dict[tuple[str, ...], list[str]] = {}
        for action in actions_of(record, [effect], lines):
            if (action.partition(":")[0] in there) is not bool(elsewhere):
                continue
            if resources := tuple(resources_of(action, effect, aws, secrets)):
                grouped.setdefault(resources, []).append(action)
        for resources, actions in sorted(grouped.items(), key=lambda item: (item[0] != ("*",), item)):
            what = "" if resources == ("*",) else actions[0].partition(":")[0].replace("-", "").capitalize()
            statements.append(_statement(f"Golive{effect.capitalize()}{what}", actions, resources))
    allowed = {action for statement in statements for action in statement["Action"]}
    if through := sorted({a.split(":")[0] for a in allowed & {"secretsmanager:GetSecretValue", "s3:GetObject"}}):
        services = [f"{service}.{aws.region}.amazonaws.com" for service in through]
        decrypt = _statement("GoliveDecryptsThroughServices", ["kms:Decrypt"], ["*"])
        statements.append({**decrypt, "Condition": {"StringEquals": {"kms:ViaService": services}}})
    return {"Version": "2012-10-17", "Statement": statements}


def resources_of(action: str, effect: str, aws: Aws, secrets: Iterable[str] = ()) -> list[str]:
    """Return the ARNs (patterns) on which an action is needed: `["*"]` where it is not narrowed, none if on nothing."""
    service, name = action.split(":")
    partition = {"cn": "aws-cn", "us-gov": "aws-us-gov"}.get(aws.region.rpartition("-")[0].rpartition("-")[0], "aws")
    regions = [aws.region, *([aws.dr_region] if aws.dr_region else [])]
    if action == "sts:AssumeRole":
        return [aws.outsider_role] if aws.outsider_role else []
    if action == "secretsmanager:GetSecretValue":
        named = [_secret_arn(partition, aws, name) for name in aws.secrets.values()]
        return sorted({*named, *secrets})
    if service == "s3" and "Object" in name and not name.startswith(("GetBucket", "PutBucket")):
        return sorted(f"arn:{partition}:s3:::{bucket}/*" for bucket in aws.buckets.values())
    if effect == "reads":
        return ["*"]
    if service == "rds":
        here = [f"arn:{partition}:rds:{region}:{aws.account_id}" for region in regions]
        own = [aws.rds.instance, *aws.rds.replicas] if aws.rds else []
        things = [f"db:{MADE}", f"snapshot:{MADE}", *(f"db:{name}" for name in own)]
        if name.startswith("Restore"):
            things += ["snapshot:*", "subgrp:*", "pg:*", "og:*"]
        return sorted(f"{place}:{thing}" for place in here for thing in things)
    if service == "elasticache" and aws.elasticache:
        place = f"arn:{partition}:elasticache:{aws.region}:{aws.account_id}"
        return [f"{place}:replicationgroup:{aws.elasticache.replication_group}", f"{place}:cluster:*"]
    if service == "ecs" and aws.ecs:
        place = f"arn:{partition}:ecs:{aws.region}:{aws.account_id}"
        return [f"{place}:{kind}/{aws.ecs.cluster}/*" for kind in ("service", "task")]
    return ["*"]


def _prefixes(services: Iterable[str]) -> set[str]:
    """Those of the services' IAM actions."""
    return {PREFIXES.get(service, service) for service in services}


def size(policy: Mapping[str, Any]) -> int:
    """Return the characters that AWS counts."""
    import json

    return len("".join(json.dumps(policy).split()))


def _statement(sid: str, actions: Iterable[str], resources: Iterable[str]) -> Policy:
    found = list(resources)
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": sorted(actions),
        "Resource": found[0] if len(found) == 1 else found,
    }


def _secret_arn(partition: str, aws: Aws, name: str) -> str:
    """A secret's ARN ends with six random characters after its name."""
    if name.startswith("arn:"):
        return name
    return f"arn:{partition}:secretsmanager:{aws.region}:{aws.account_id}:secret:{name}-??????"


def _stored_secrets(value: Any) -> Iterator[str]:
    """ARNs that the target's own secrets (`aws-secret:ARN#key`) lie under."""
    if isinstance(value, Secret):
        scheme, _, rest = value.reference.partition(":")
        if scheme == "aws-secret" and rest.startswith("arn:"):
            yield rest.partition("#")[0]
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _stored_secrets(getattr(value, name))
    elif isinstance(value, dict):
        for item in value.values():
            yield from _stored_secrets(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _stored_secrets(item)
