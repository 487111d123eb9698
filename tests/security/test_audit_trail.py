"""What changes the deployment is recorded, and only the pipeline changes it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fixtures.aws.account import Account
from fixtures.aws.compliance import ConfigRecorder
from fixtures.aws.ecs import Cluster
from fixtures.aws.trail import Trail
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.run_id import PREFIX
from golive.verdict import NotConfigured, Unobservable
from tests.judges.audit import (
    Deed,
    deed_of,
    foreign_deeds,
    is_own_drill,
    minutes_to_event,
    role_of,
    unrecorded_types,
)

BEFORE, AFTER = timedelta(hours=1), timedelta(hours=24)
"""Around the start of the deployment: a human's change in this time belongs to it."""

DRILLS = ("RegisterTargets", "DeregisterTargets", "RegisterScalableTarget", "TestFailover", "UpdateService")
"""What Golive's own drills do to a deployment, as the principal of the target, and undo."""


@verifies("SEI-2.1.1.4.4")
@pytest.mark.smoke
def test_recorders_run_and_only_the_pipeline_changes_the_deployment(
    line: Line, aws: Account, ecs: Cluster, cloudtrail: Trail, config_recorder: ConfigRecorder
) -> None:
    if not aws.settings.ci_roles:
        raise NotConfigured(f"the target has no {line.product}.aws.ci_roles", "Name the roles that deploy")
    now = datetime.now(UTC)
    begun = {s: s.deployed_at for s in ecs.services}
    start, end = min(begun.values()) - BEFORE, min(now, max(begun.values()) + AFTER)
    deeds = [deed_of(event) for event in cloudtrail.changes(start, end).or_none()]
    own = _principals(aws)
    others = [deed for deed in deeds if not is_own_drill(deed, own, DRILLS, PREFIX)]
    foreign = foreign_deeds(others, aws.settings.ci_roles)
    hint = f"{'; '.join(map(str, foreign[:5]))}. Ask who it was and why; then deploy by the pipeline again"
    conclude(
        [
            *_recorder(line, config_recorder, now),
            *_rules(line, aws, config_recorder),
            None if cloudtrail.logging else f"{cloudtrail} is not logging. Start it",
            None
            if cloudtrail.validates_files
            else f"{cloudtrail} writes no digests, so its files could be changed unseen",
            f"{cloudtrail}: delivery fails with {cloudtrail.delivery_error}" if cloudtrail.delivery_error else None,
            *(_event(line, str(service), service.name, at, deeds, now) for service, at in begun.items()),
            line.limit("human_changes").problem(len(foreign), of=f"changes since {start:%d %b %H:%M}Z", hint=hint),
        ]
    )


def _principals(aws: Account) -> set[str]:
    """Names of the user and roles that this target's runs act as."""
    restore = aws.settings.rds.restore if aws.settings.rds else None
    return {role_of(arn) or arn.rpartition("/")[2] for arn in (aws.caller, restore.role if restore else None) if arn}


def _recorder(line: Line, recorder: ConfigRecorder, now: datetime) -> list[str | None]:
    if not recorder.recording:
        return [f"{recorder} does not record. Start it"]
    left_out = unrecorded_types(recorder.group)
    changed = recorder.last_status_at
    lag = (now - changed) / timedelta(hours=1) if changed else None
    return [
        None
        if recorder.last_status == "SUCCESS"
        else f"{recorder}: last status is {recorder.last_status or 'none'}, want SUCCESS",
        f"{recorder} leaves out {', '.join(left_out)}. Record all types, global ones too" if left_out else None,
        f"{recorder} never delivered" if lag is None else line.limit("recorder_lag").problem(lag, of=recorder),
    ]


def _rules(line: Line, aws: Account, recorder: ConfigRecorder) -> list[str | None]:
    said = {r["ConfigRuleName"]: r["type"] for r in recorder.rules}
    broken = sorted(
        name for name, kind in said.items() if kind == "NON_COMPLIANT" and name not in aws.settings.compliance_exempt
    )
    unknown = sorted(
        name for name, kind in said.items() if kind not in ("COMPLIANT", "NON_COMPLIANT", "NOT_APPLICABLE")
    )
    hint = f"Broken: {', '.join(broken)}. See what each names in AWS Config, or declare a dated exception"
    problem = line.limit("noncompliant_without_exception").problem(len(broken), of="rules of AWS Config", hint=hint)
    if unknown and not problem:
        raise Unobservable(f"AWS Config has not judged {', '.join(unknown)} yet", "Start an evaluation of these rules")
    return [problem]


def _event(line: Line, service: str, name: str, begun: datetime, deeds: list[Deed], now: datetime) -> str | None:
    gap = minutes_to_event(deeds, name, begun)
    limit = line.limit("event_visibility")
    if gap is None:
        age = (now - begun) / timedelta(minutes=1)
        if limit.admits(age):
            raise Unobservable(
                f"{service}: no event of its deployment at {begun:%H:%M}Z yet", "The trail is up to 15 min late"
            )
        return f"{service}: the trail has no event of its deployment at {begun:%d %b %H:%M}Z. Is the trail complete?"
    observed(
        service, "minutes from deployment to its event", round(gap, 1), source="cloudtrail:LookupEvents", unit="min"
    )
    return limit.problem(gap, of=service, hint="The nearest event is of another deployment: the trail misses this one")
