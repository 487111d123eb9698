"""What people and operators do to data and rights is in a trail that nobody can change, soon, with all particulars."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from fixtures.api import ApiClient
from fixtures.aws.account import Account
from fixtures.aws.buckets import Bucket
from fixtures.aws.trail import Trail
from fixtures.postgres import Database
from fixtures.tenancy.audited import alterations, found, performed
from fixtures.tenancy.temporary import temporary_tenant
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.run_id import run_id
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured
from tests.judges.acts import event_problems, kept_days

PAUSES = (0.5, 1, 2, 5, 10)
"""Seconds between looks for an event; the last one again and again."""


@verifies("SEI-1.1.2.2.4")
@pytest.mark.writes
@pytest.mark.timeout(1200)
def test_acts_are_in_an_unalterable_trail(
    line: Line, api: ApiClient, target: ProductTarget, app_database: Database, aws: Account, cloudtrail: Trail
) -> None:
    settings = configured(api.settings.audit, f"{line.product}.api.audit")
    postgres = configured(target.postgres, f"{line.product}.postgres")
    problems = _trail(line, aws, cloudtrail)
    taken = _taken(aws)
    within = line.limit("app_visibility")
    with temporary_tenant(api) as tenant:
        acts = performed(tenant, settings)
        seen = found(tenant, acts, float(str(within.value)))
        tried = list(alterations(app_database, postgres, settings.table, tenant.id))
    lost = [act.kind for act in acts if act.kind not in seen]
    hint = f"Not in the trail after {within.value} s: {', '.join(lost)}"
    problems.append(
        line.limit("event_kinds_found").problem(100 * len(seen) / len(acts), of="the audit trail", hint=hint)
    )
    for act in acts:
        if act.kind in seen:
            event, seconds = seen[act.kind]
            problems.append(within.problem(round(seconds, 1), of=f"the event of {act.kind}, at least"))
            problems += event_problems(act.kind, act, event, settings.refused)
    accepted = [what for what, done in tried if done]
    hint = f"The application's role may do {', '.join(accepted)} there: let it insert and read alone"
    problems.append(line.limit("accepted_alterations").problem(len(accepted), of=f"table {settings.table}", hint=hint))
    problems.append(_visible(line, cloudtrail, taken))
    conclude(problems)


def _trail(line: Line, aws: Account, trail: Trail) -> list[str | None]:
    bucket = Bucket(aws, trail.bucket)
    short = [
        str(rule.get("ID", "a rule")) for rule in bucket.lifecycle
        if rule.get("Status") == "Enabled" and "Days" in rule.get("Expiration", {})
        and not line.limit("retention").admits(rule["Expiration"]["Days"]) and _covers(rule, trail)
    ]  # fmt: skip
    return [
        None if trail.logging else f"{trail} is not logging. Start it",
        None if trail.multi_region else f"{trail} covers one region alone",
        None if trail.validates_files else f"{trail} writes no digests, so its files could be changed unseen",
        f"{trail}: delivery fails with {trail.delivery_error}" if trail.delivery_error else None,
        line.limit("retention").problem(
            kept_days(bucket.object_lock), of=f"{bucket} of the trail", hint="Give it an object lock"
        ),
        f"{bucket}: {', '.join(short)} of its lifecycle deletes the trail's files too early" if short else None,
    ]


def _covers(rule: dict[str, Any], trail: Trail) -> bool:
    """Whether a lifecycle rule reaches files of the trail."""
    prefix = str(rule.get("Filter", {}).get("Prefix", rule.get("Prefix", "")))
    return trail.prefix.startswith(prefix) or prefix.startswith(trail.prefix)


def _taken(aws: Account) -> datetime:
    """Take a role under the run's name, as an operator would: an act that AWS itself must record."""
    role = aws.settings.outsider_role
    if role is None:
        raise NotConfigured("the target has no aws.outsider_role", "Name a role that the run may take")
    aws.client("sts").assume_role(RoleArn=role, RoleSessionName=run_id(), DurationSeconds=900)
    return observed(role, "taken", datetime.now(UTC), source="sts:AssumeRole")


def _visible(line: Line, trail: Trail, taken: datetime) -> str | None:
    """Look for the event until it is there or the limit is over, once at least: an upper bound of when it came."""
    limit, pauses = line.limit("aws_visibility"), list(PAUSES)
    until = taken + timedelta(minutes=float(str(limit.value)))
    while True:
        for event in trail.events("AssumeRole", timedelta(minutes=20), fresh=True).or_none():
            if run_id() in str(event["detail"].get("requestParameters")):
                minutes = (datetime.now(UTC) - taken) / timedelta(minutes=1)
                observed(trail, "event after", round(minutes, 2), source="cloudtrail:LookupEvents", unit="min")
                lacks = [p for p in ("sourceIPAddress", "eventTime") if not event["detail"].get(p)]
                if lacks or not event["actor"]:
                    return f"{trail}: the event of taking a role has no {', '.join(lacks) or 'actor'}"
                return None
        if datetime.now(UTC) >= until:
            return f"{trail}: no event of taking a role {limit.value} min after it, want {limit}. Does it record reads?"
        time.sleep(pauses.pop(0) if len(pauses) > 1 else pauses[0])
