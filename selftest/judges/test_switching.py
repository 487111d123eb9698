"""Deployments under a stream of requests, of made-up observations."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.drills.versions import SwitchFacts, late_answers, seen
from fixtures.traffic.versions import Probe, Sample
from golive.catalogue import load_catalogue
from golive.verdict import Unobservable
from tests.judges.switching import switch_problems, too_sparse

BACK: dict[str, Any] = {
    "wanted": "d/api:2", "ended": "d/api:2", "requests": 200, "per_second": 24, "versions": {"1": 90, "2": 110},
    "last": "2",
}  # fmt: skip
REFUSED = BACK | {"wanted": "d/try:1", "versions": {"2": 200}}
HEALTHY: dict[str, Any] = {
    "service": "ECS service api", "former": "d/api:2", "version": "2", "strategy": "BLUE_GREEN", "alarms": ["a"],
    "breaker": True, "good": BACK | {"wanted": "d/api:1", "ended": "d/api:1", "last": "1"}, "back": BACK,
    "unfit": {"never_ready": REFUSED},
}  # fmt: skip


def judged(changes: dict[str, Any]) -> str:
    line = load_catalogue()["SEI-1.1.1.2.4"]
    problems = switch_problems(line, SwitchFacts.model_validate(HEALTHY | changes), "drill performed in this run")
    return "\n".join(problem for problem in problems if problem)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, ""),
        ({"strategy": "ROLLING"}, "deploys by ROLLING"),
        ({"alarms": []}, "no alarm stops a deployment"),
        ({"breaker": False}, "circuit breaker"),
        ({"good": HEALTHY["good"] | {"error_count": 2, "errors": ["502 after 1.0 s"]}}, "failed requests is 2"),
        ({"good": HEALTHY["good"] | {"ended": "d/api:2"}}, "ended with api:2, want api:1"),
        ({"good": HEALTHY["good"] | {"last": "2"}}, "2 still answers"),
        ({"good": HEALTHY["good"] | {"late": 3}}, "3 answers came of a version that another had replaced"),
        ({"back": BACK | {"last": "1"}}, "1 answers, want 2"),
        ({"unfit": {"slow": REFUSED | {"versions": {"2": 150, "1": 4}}}}, "bad version requests is 4"),
        ({"unfit": {"slow": REFUSED | {"ended": "d/try:1"}}}, "(slow): it was promoted"),
        ({"unfit": {"slow": REFUSED | {"error_count": 1}}}, "failed requests is 1"),
        ({"unfit": {"slow": REFUSED | {"last": ""}}}, "nothing answers after it"),
    ],
)
def test_switches(changes: dict[str, Any], words: str) -> None:
    found = judged(changes)
    assert words in found
    assert bool(found) == bool(words)


def test_a_drill_without_an_unfit_build_shows_nothing() -> None:
    with pytest.raises(Unobservable, match="no unfit build"):
        judged({"unfit": {}})


def test_a_stream_that_is_too_sparse_is_said() -> None:
    line = load_catalogue()["SEI-1.1.1.2.4"]
    assert too_sparse(line, SwitchFacts.model_validate(HEALTHY)) is None
    facts = SwitchFacts.model_validate(HEALTHY | {"unfit": {"slow": REFUSED | {"per_second": 12}}})
    assert "probe rate is 12 req/s" in str(too_sparse(line, facts))


@pytest.mark.parametrize(
    ("versions", "late"),
    [
        ([(0, "2"), (1, "2"), (2, "1"), (3, "2"), (4, "1")], 0),
        ([(0, "2"), (2, "1"), (6, "2"), (7, "1")], 1),
        ([(0, "2"), (1, ""), (2, "2")], 0),
        ([], 0),
    ],
)
def test_late_answers(versions: list[tuple[float, str]], late: int) -> None:
    assert late_answers([Sample(at, at + 0.1, 200, version) for at, version in versions]) == late


def test_a_stream_in_facts() -> None:
    probe = Probe([Sample(2, 2.1, 0, "", "ConnectionError"), Sample(1, 1.1, 200, "2"), Sample(3, 3.1, 200, "1")], 0)
    found = seen(probe, "d/api:1", "d/api:1", 20, 5)
    assert (found.error_count, found.errors, found.last) == (1, ["ConnectionError after 2.0 s"], "1")
    assert found.versions == {"2": 1, "1": 1}
