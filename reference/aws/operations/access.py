"""IAM Access Analyzer: findings follow from the trust policies of roles and the policies of buckets as they stand.

Who is of another account, or anybody, is external, unless a condition names an organisation, an account or an external
id (IAM user guide, Access Analyzer findings). Access of the pipeline's identity provider was reviewed: archived.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import unquote

from reference.aws.calls import ApiError
from reference.aws.operations.world import Answer, Own, World
from reference.aws.permissions import listed

_NARROWING = ("aws:principalorgid", "aws:sourceaccount", "aws:principalaccount", "sts:externalid")


def list_analyzers(world: World) -> Answer:
    records = world.records("access_analyzers")
    made = datetime(2025, 1, 15, tzinfo=UTC)
    return {"analyzers": [{"createdAt": made, **record} for record in records]}


def list_findings(world: World) -> Answer:
    p = world.call.parameters
    if p.get("analyzerArn") not in {r["arn"] for r in world.records("access_analyzers")}:
        raise ApiError("ResourceNotFoundException", "Analyzer does not exist", 404)
    wanted = ((p.get("filter") or {}).get("status") or {}).get("eq")
    found = [f for f in _findings(world) if not wanted or f["status"] in wanted]
    return {"findings": found}


def _findings(world: World) -> list[dict[str, Any]]:
    found = []
    for role in world.ask("iam", "ListRoles")["Roles"]:
        trust = role["AssumeRolePolicyDocument"]
        trust = json.loads(unquote(trust)) if isinstance(trust, str) else trust
        found += [_finding(world, role["Arn"], "AWS::IAM::Role", who) for who in _strangers(world, trust)]
    for bucket in world.ask("s3", "ListBuckets").get("Buckets", []):
        try:
            policy = json.loads(world.ask("s3", "GetBucketPolicy", Bucket=bucket["Name"])["Policy"])
        except ApiError:
            continue
        arn = f"arn:aws:s3:::{bucket['Name']}"
        found += [_finding(world, arn, "AWS::S3::Bucket", who) for who in _strangers(world, policy)]
    return found


def _strangers(world: World, policy: dict[str, Any]) -> list[str]:
    found = []
    for statement in listed(policy.get("Statement")):
        if statement.get("Effect") != "Allow":
            continue
        asked = {key.lower() for block in (statement.get("Condition") or {}).values() for key in block}
        principal = statement.get("Principal")
        named = principal if isinstance(principal, dict) else {"AWS": principal}
        for kind, names in named.items():
            if kind == "Federated":
                found += [str(name) for name in listed(names)]
            elif kind == "AWS" and not asked & set(_NARROWING):
                found += [str(n) for n in listed(names) if n == "*" or f":{world.call.account}:" not in f":{n}:"]
    return found


def _finding(world: World, resource: str, kind: str, who: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    return {
        "id": hashlib.sha256(f"{resource} {who}".encode()).hexdigest()[:36],
        "resource": resource,
        "resourceType": kind,
        "resourceOwnerAccount": world.call.account,
        "status": "ARCHIVED" if "oidc-provider/" in who else "ACTIVE",
        "findingType": "ExternalAccess",
        "createdAt": now,
        "analyzedAt": now,
        "updatedAt": now,
    }


OWN: dict[str, Own] = {"accessanalyzer.ListAnalyzers": list_analyzers, "accessanalyzer.ListFindingsV2": list_findings}
