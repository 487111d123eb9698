from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.judges.rotation import KeySeen, age_of, replacement_problems

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
SOUND = KeySeen(NOW - timedelta(days=9), NOW - timedelta(days=9), has_previous=True)


def test_a_replaced_key_is_sound() -> None:
    assert replacement_problems(SOUND, NOW) == []
    assert age_of(SOUND, NOW) == timedelta(days=9)


def test_the_older_date_counts() -> None:
    touched = replace(SOUND, changed=NOW - timedelta(days=1), last_rotated=NOW - timedelta(days=45))
    assert age_of(touched, NOW) == timedelta(days=45)
    assert age_of(KeySeen(None, None, has_previous=False), NOW) is None


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"changed": None}, "no current value"),
        ({"current_refused": "401"}, "the provider refuses"),
        ({"has_previous": False}, "never replaced"),
        ({"same_value": True, "previous_accepted": True}, "same value"),
        ({"previous_accepted": True}, "still accepts after 216 h"),
    ],
)
def test_what_is_no_replacement(change: dict[str, object], said: str) -> None:
    (problem,) = replacement_problems(replace(SOUND, **change), NOW)
    assert said in problem


def test_the_key_before_may_work_for_a_while() -> None:
    fresh = replace(SOUND, changed=NOW - timedelta(hours=5), previous_accepted=True)
    assert replacement_problems(fresh, NOW, timedelta(hours=24)) == []
    assert replacement_problems(fresh, NOW, timedelta(hours=4)) != []
