"""What is written about emergency access, who may take its role, and drills that did not happen."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.judges.break_glass import asks_for_second_factor, event_problems, people_in, roles_in

ROLE = "arn:aws:iam::123456789012:role/emergency"
TAKEN = datetime(2026, 11, 2, 9, tzinfo=UTC)


def test_roles_and_people_of_a_page() -> None:
    assert roles_in(f"Take `{ROLE}`. Then {ROLE}, again.") == [ROLE]
    assert people_in([[{"name": "Ada "}, {"name": ""}], [{"phone": "1"}], [{"person": "Bo"}]]) == ["Ada", "Bo"]


@pytest.mark.parametrize(
    ("condition", "wanted"),
    [
        ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, True),
        ({"BoolIfExists": {"aws:MultiFactorAuthPresent": "true"}}, False),
        ({"Bool": {"aws:MultiFactorAuthPresent": "false"}}, False),
        ({}, False),
    ],
)
def test_second_factor(condition: dict[str, Any], wanted: bool) -> None:
    assert asks_for_second_factor({"Statement": {"Effect": "Allow", "Condition": condition}}) is wanted
    assert not asks_for_second_factor({})


@pytest.mark.parametrize(
    ("changes", "late", "wanted"),
    [
        ({}, 1, ""),
        ({"eventName": "GetObject"}, 0, "the event is GetObject"),
        ({"requestParameters": {"roleArn": "other"}}, 0, "of other"),
        ({"errorCode": "AccessDenied"}, 0, "was refused"),
        ({}, 10, "the record says"),
    ],
)
def test_event(changes: dict[str, Any], late: int, wanted: str) -> None:
    detail = {"eventName": "AssumeRole", "requestParameters": {"roleArn": ROLE}} | changes
    event = {"EventTime": TAKEN + timedelta(minutes=late), "CloudTrailEvent": json.dumps(detail)}
    found = event_problems(event, ROLE, TAKEN)
    assert (not found) if not wanted else wanted in found[0]
    assert event_problems(None, ROLE, TAKEN) == ["CloudTrail has no such event"]
