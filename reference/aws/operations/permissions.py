"""SimulatePrincipalPolicy with the same evaluation that requests meet, and the account summary from real users and
root state."""

from __future__ import annotations

from datetime import UTC, datetime

from reference.aws.identity import identity_policies
from reference.aws.operations.world import Answer, Derived, Own, World
from reference.aws.permissions import decide


def simulate_principal_policy(world: World) -> Answer:
    p = world.call.parameters
    policies = identity_policies(world.call.account, p["PolicySourceArn"])
    context = {
        entry["ContextKeyName"]: str((entry.get("ContextKeyValues") or [""])[0])
        for entry in p.get("ContextEntries", [])
    }
    results = [
        {
            "EvalActionName": action,
            "EvalResourceName": resource,
            "EvalDecision": decide(policies, action, resource, context),
            "MatchedStatements": [],
            "MissingContextValues": [],
        }
        for action in p["ActionNames"]
        for resource in p.get("ResourceArns") or ["*"]
    ]
    return {"EvaluationResults": results, "IsTruncated": False}


def account_summary(world: World, answer: Answer) -> None:
    """moto counts what is there; the root user's device and keys are those of the record `root_user`."""
    for record in world.records("root_user"):
        answer["SummaryMap"] |= {
            "AccountMFAEnabled": int(record["mfa"]),
            "AccountAccessKeysPresent": int(record["access_keys"]),
        }


def credential_report(world: World, answer: Answer) -> None:
    """moto leaves the root user out."""
    answer["GeneratedTime"] = datetime.now(UTC)
    lines = answer["Content"].decode().splitlines()
    columns = lines[0].split(",")
    for record in world.records("root_user"):
        row = dict.fromkeys(columns, "not_supported") | {
            "user": "<root_account>",
            "arn": f"arn:aws:iam::{world.call.account}:root",
            "mfa_active": "true" if record["mfa"] else "false",
            "access_key_1_active": "true" if record["access_keys"] else "false",
            "access_key_2_active": "false",
        }
        lines.insert(1, ",".join(row.values()))
    answer["Content"] = "\n".join(lines).encode()


OWN: dict[str, Own] = {"iam.SimulatePrincipalPolicy": simulate_principal_policy}
DERIVED: dict[str, Derived] = {"iam.GetAccountSummary": account_summary, "iam.GetCredentialReport": credential_report}
