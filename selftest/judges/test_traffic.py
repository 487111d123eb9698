"""Shares of instances, drills of draining and of an outage, on made-up observations."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fixtures.traffic.backends import instances_at
from fixtures.traffic.draining import DrainingFacts
from fixtures.traffic.outage import OutageFacts
from golive.catalogue import load_catalogue
from golive.target.api import Instance
from golive.verdict import Unobservable
from tests.judges.draining import draining_problems
from tests.judges.outage import outage_problems, strict_codes
from tests.judges.traffic import counted, fair_shares, is_modern, shares, strangers

DRAINED: dict[str, Any] = {
    "instance": "b",
    "drain_delay": 5,
    "requests": 90,
    "errors": [],
    "requests_after_drain": 0,
    "returned_after": 2.0,
}
OUT: dict[str, Any] = {
    "instance": "b",
    "checked_path": "/ready",
    "broken_statuses": {"checked": 503, "deep": 503},
    "liveness": 200,
    "out_after": 9.0,
    "requests_when_out": 0,
    "back_after": 8.0,
    "requests": 60,
    "errors": [],
}


def test_an_instance_without_answers_has_no_share() -> None:
    counts = counted(["a", "a", "", "b"])
    assert counts == {"a": 2, "b": 1}
    assert shares(counts, ["a", "b", "c"])["c"] == 0
    assert fair_shares({"a": 300}, ["a", "b"]) == {"a": 200, "b": 0}
    assert strangers({"a": 1, "x": 1}, ["a"]) == ["x"]


@given(st.dictionaries(st.sampled_from("abcd"), st.integers(1, 100), min_size=1))
def test_shares_of_all_who_answer_make_the_whole(counts: dict[str, int]) -> None:
    assert sum(shares(counts, counts).values()) == pytest.approx(100)
    assert sum(fair_shares(counts, counts).values()) == pytest.approx(100 * len(counts))


@pytest.mark.parametrize(
    ("policy", "modern"),
    [
        ("ELBSecurityPolicy-TLS13-1-3-2021-06", True),
        ("ELBSecurityPolicy-TLS13-1-2-Res-2021-06", True),
        ("ELBSecurityPolicy-TLS13-1-0-2021-06", False),
        ("ELBSecurityPolicy-2016-08", False),
        ("", False),
    ],
)
def test_policies(policy: str, modern: bool) -> None:
    assert is_modern(policy) is modern


@pytest.mark.parametrize(
    ("codes", "strict"),
    [("200", True), ("200,204", True), ("200-299", True), ("200-499", False), ("", False), (None, False), ("x", False)],
)
def test_codes(codes: str | None, strict: bool) -> None:
    assert strict_codes(codes) is strict


def test_a_target_that_no_instance_is_known_at() -> None:
    known = [Instance(id="a", url="http://10.0.0.1:8000")]
    assert instances_at(["10.0.0.1:8000"], known) == {"10.0.0.1:8000": "a"}
    with pytest.raises(Unobservable, match=r"10\.0\.0\.2:8000"):
        instances_at(["10.0.0.2:8000"], known)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, ""),
        ({"errors": ["502"]}, "errors is 1"),
        ({"requests_after_drain": 3}, "requests after drain is 3"),
        ({"returned_after": None}, "got no request since"),
    ],
)
def test_draining(change: dict[str, Any], said: str) -> None:
    problems = draining_problems(load_catalogue()["SEI-1.1.1.2.2"], DrainingFacts(**DRAINED | change), "made up")
    assert said in "\n".join(p for p in problems if p)
    assert bool(said) == any(problems)


def test_draining_without_traffic_shows_nothing() -> None:
    with pytest.raises(Unobservable):
        draining_problems(load_catalogue()["SEI-1.1.1.2.2"], DrainingFacts(**DRAINED | {"requests": 3}), "made up")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({}, ""),
        ({"broken_statuses": {"checked": 200, "deep": 503}}, "still answers 200. Does it look"),
        ({"broken_statuses": {"checked": 503, "deep": 200}}, "deep still answers 200"),
        ({"out_after": None, "back_after": None}, "did not take it out within 30 s"),
        ({"back_after": None}, "got no request within 60 s"),
        ({"requests_when_out": 2}, "got 2 requests while"),
    ],
)
def test_outage(change: dict[str, Any], said: str) -> None:
    problems = [p for p in outage_problems(OutageFacts(**OUT | change), 30, 60, "made up") if p]
    assert said in "\n".join(problems)
    assert bool(said) == bool(problems)


def test_an_outage_without_traffic_shows_nothing() -> None:
    with pytest.raises(Unobservable):
        list(outage_problems(OutageFacts(**OUT | {"requests": 0}), 30, 60, "made up"))
