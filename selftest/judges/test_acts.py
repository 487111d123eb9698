"""Judging what an audit trail says of an act, and how long a bucket keeps it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from fixtures.tenancy.audited import Act, Event
from tests.judges.acts import event_problems, kept_days

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
ACT = Act("role_change", "roles.changed", "r-1", "ann", "acme", "bob", False, NOON, NOON.replace(second=1))
EVENT = Event("roles.changed", "r-1", "ann", "acme", "bob", "success", "192.0.2.7", "2026-11-22T12:00:01+00:00")


def problems(event: Event, act: Act = ACT) -> str:
    return "; ".join(event_problems(act.kind, act, event, "denied"))


def test_a_complete_event_is_fine() -> None:
    assert problems(EVENT) == ""
    assert problems(replace(EVENT, outcome="denied", thing=""), replace(ACT, refused=True, thing="")) == ""


@pytest.mark.parametrize(
    ("event", "says"),
    [
        (replace(EVENT, actor=""), "names no actor, want ann"),
        (replace(EVENT, actor="eve"), "names the actor eve, want ann"),
        (replace(EVENT, tenant="other"), "names the tenant other"),
        (replace(EVENT, thing=""), "names no object, want bob"),
        (replace(EVENT, outcome="denied"), "tells the outcome denied"),
        (replace(EVENT, address=""), "no source address (empty)"),
        (replace(EVENT, address="browser"), "no source address (browser)"),
        (replace(EVENT, at="2026-11-22T12:00:01"), "no time with a zone"),
        (replace(EVENT, at="2026-11-22T11:00:01+00:00"), "dated 11:00:01Z"),
    ],
)
def test_what_an_event_lacks_is_said(event: Event, says: str) -> None:
    assert says in problems(event)


@pytest.mark.parametrize(
    ("lock", "days"),
    [
        ({}, 0),
        ({"ObjectLockEnabled": "Enabled"}, 0),
        ({"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 400}}}, 400),
        ({"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": {"Mode": "GOVERNANCE", "Years": 2}}}, 730),
        ({"Rule": {"DefaultRetention": {"Mode": "COMPLIANCE", "Days": 400}}}, 0),
    ],
)
def test_a_bucket_keeps_what_its_default_rule_says(lock: dict[str, object], days: float) -> None:
    assert kept_days(lock) == days
