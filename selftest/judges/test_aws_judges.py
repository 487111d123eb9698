"""Images, scaling and backups, judged on made-up observations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from tests.judges.backups import Backup, expected_reach, expiries, newest, oldest, size_to_previous
from tests.judges.images import image_problems
from tests.judges.scaling import AlarmSeen, PolicySeen, broken_alarms, missing_directions, working

NOW = datetime(2026, 11, 22, tzinfo=UTC)
D1, D2 = "sha256:" + "1" * 64, "sha256:" + "2" * 64
ARMED, OFF, GONE = AlarmSeen("high", True, True), AlarmSeen("high", True, False), AlarmSeen("high", False, False)


@pytest.mark.parametrize(
    ("tag", "digest", "released", "extra", "good"),
    [
        ("2.0.3", D1, D1, {}, True),
        ("", D1, D1, {}, True),
        ("v2.0.3", D1, None, {}, True),
        ("", D2, D1, {}, False),
        ("2.0.2", D1, D1, {}, False),
        ("latest", "", D1, {}, False),
        ("", "", D1, {}, False),
        ("2.0.3", "", D1, {"tags_immutable": True}, True),
        ("2.0.3", "", D1, {"tags_immutable": False}, False),
        ("2.0.3", "", D1, {}, False),
        ("2.0.30", "", D1, {"tags_immutable": True}, False),
        ("", D1, None, {"registry_tags": ["v2.0.3", "abc"]}, True),
        ("", D1, None, {"registry_tags": ["2.0.30"]}, False),
        ("", D1, None, {}, False),
    ],
)
def test_only_the_released_image_that_can_not_move_is_good(
    tag: str, digest: str, released: str | None, extra: dict[str, object], good: bool
) -> None:
    found = image_problems("repo/api", tag, digest, version="v2.0.3", released_digest=released, **extra)  # type: ignore[arg-type]
    assert (not found) is good


def test_a_policy_works_only_with_alarms_that_are_there_and_armed() -> None:
    policies = [
        PolicySeen("good", True, False, (ARMED,)),
        PolicySeen("off", True, True, (ARMED, OFF)),
        PolicySeen("gone", True, True, (GONE,)),
        PolicySeen("bare", True, True, ()),
    ]
    assert [p.name for p in working(policies)] == ["good"]
    assert missing_directions(policies) == ["in"]
    assert missing_directions([]) == ["out", "in"]
    assert len(broken_alarms(policies)) == 2


def test_a_young_database_needs_no_older_backups_than_itself() -> None:
    assert expected_reach(400, 29) == 29
    assert expected_reach(10, 29) == 8
    assert expected_reach(1, 29) == 0


def test_size_is_compared_with_the_one_before_by_time() -> None:
    backups = [
        Backup("new", NOW, 10),
        Backup("old", NOW - timedelta(days=2), 500),
        Backup("before", NOW - timedelta(days=1), 100),
    ]
    assert (newest(backups).name, oldest(backups).name, size_to_previous(backups)) == ("new", "old", 10.0)
    assert size_to_previous(backups[:1]) is None
    assert size_to_previous([Backup("new", NOW, 10), Backup("before", NOW - timedelta(days=1), 0)]) is None


@pytest.mark.parametrize(
    ("rule", "counts"),
    [
        ({"Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 14}}, True),
        ({"Status": "Enabled", "Filter": {"Prefix": "db/daily/"}, "Expiration": {"Days": 14}}, True),
        ({"Status": "Enabled", "Prefix": "d", "Expiration": {"Days": 14}}, True),
        ({"Status": "Enabled", "Filter": {"And": {"Prefix": "db/", "Tags": []}}, "Expiration": {"Days": 14}}, True),
        ({"Status": "Disabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 14}}, False),
        ({"Status": "Enabled", "Filter": {"Prefix": "audio/"}, "Expiration": {"Days": 14}}, False),
        ({"Status": "Enabled", "Filter": {"Prefix": ""}, "NoncurrentVersionExpiration": {"NoncurrentDays": 1}}, False),
    ],
)
def test_lifecycle_rules_count_when_they_remove_backups(rule: dict[str, object], counts: bool) -> None:
    assert bool(expiries([rule], "db/")) is counts
