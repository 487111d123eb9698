"""Load tests that pass whatever is answered, or ask somebody else."""

from __future__ import annotations

import pytest

from tests.judges.load_scripts import foreign_hosts, never_fails


@pytest.mark.parametrize(
    ("thresholds", "reason"),
    [
        ({}, "has no thresholds"),
        ({"checks": []}, "has no thresholds"),
        ({"http_req_duration": ["p(99)<500"]}, "judges http_req_duration and no failures"),
    ],
)
def test_what_can_never_fail_is_named(thresholds: dict[str, list[str]], reason: str) -> None:
    assert reason in (never_fails(thresholds) or "")


@pytest.mark.parametrize("name", ["checks", "http_req_failed", "checks{scenario:all}"])
def test_failures_that_decide_are_enough(name: str) -> None:
    assert never_fails({name: ["rate>0.9"]}) is None


def test_requests_to_others_are_told() -> None:
    assert foreign_hosts({"api:1": 4}, "api:1", "script") == []
    assert "went to staging, and not to api:1" in str(foreign_hosts({"staging": 2, "api:1": 1}, "api:1", "script"))
    assert "asked for nothing" in str(foreign_hosts({}, "api:1", "script"))
