"""Verdict rules: only what was observed and holds is passed; what broke on the way is unverified, never failed."""

from __future__ import annotations

import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.catalogue import Limit
from golive.observation import Found, Recorder, fact, observed, recording
from golive.plugin.outcome import Outcome, outcome_of, result_of
from golive.verdict import NotAllowed, NotConfigured, Refused, Unobservable, Unverified, Verdict
from selftest.engine.made_runs import CATALOGUE

LINE = CATALOGUE["M-1.1.1"]


def raised(error: BaseException) -> Outcome:
    return outcome_of(error)


@pytest.mark.parametrize(
    ("error", "verdict", "skipped", "says"),
    [
        (AssertionError("bucket a is public"), Verdict.FAILED, False, "bucket a is public"),
        (AssertionError(), Verdict.FAILED, False, "no message"),
        (pytest.fail.Exception("bucket a"), Verdict.FAILED, False, "bucket a"),
        (pytest.fail.Exception("Timeout >60.0s"), Verdict.UNVERIFIED, False, "took too long"),
        (pytest.skip.Exception("later"), Verdict.UNVERIFIED, True, "skipped: later"),
        (Unverified("nobody knows", "Ask"), Verdict.UNVERIFIED, False, "nobody knows. Ask"),
        (Unobservable("no bucket"), Verdict.UNVERIFIED, False, "no bucket"),
        (Refused("PutObject"), Verdict.UNVERIFIED, False, "PutObject"),
        (NotConfigured("no [aws]"), Verdict.UNVERIFIED, True, "no [aws]"),
        (NotAllowed("writes"), Verdict.UNVERIFIED, True, "writes"),
        (PermissionError("denied"), Verdict.UNVERIFIED, False, "the observation broke: PermissionError: denied"),
        (TimeoutError(), Verdict.UNVERIFIED, False, "the observation broke: TimeoutError"),
        (socket.gaierror(-2, "unknown"), Verdict.UNVERIFIED, False, "gaierror"),
        (KeyError("x"), Verdict.UNVERIFIED, False, "KeyError"),
        (ExceptionGroup("two", [AssertionError("a")]), Verdict.UNVERIFIED, False, "ExceptionGroup"),
        (KeyboardInterrupt(), Verdict.UNVERIFIED, False, "KeyboardInterrupt"),
    ],
)
def test_what_a_check_raises(error: BaseException, verdict: Verdict, skipped: bool, says: str) -> None:
    outcome = outcome_of(error)
    assert (outcome.verdict, outcome.skipped) == (verdict, skipped)
    assert says in outcome.message


def test_a_check_that_ends_well_without_observation_is_unverified() -> None:
    result = result_of(LINE, "n", outcome_of(None), Recorder(), 0.1)
    assert result.verdict is Verdict.UNVERIFIED
    assert result.message.startswith("nothing observed")


def test_one_observation_makes_it_passed() -> None:
    recorder = Recorder()
    recording(recorder)
    try:
        observed("db", "retention", 35, source="rds:DescribeDBInstances", unit="days")
    finally:
        recording(None)
    result = result_of(LINE, "n", outcome_of(None), recorder, 0.1)
    assert (result.verdict, len(result.evidence)) == (Verdict.PASSED, 1)


@given(st.sampled_from([AssertionError("x"), Unobservable("x"), ValueError("x"), pytest.skip.Exception("x")]))
def test_observations_never_turn_another_verdict_into_passed(error: BaseException) -> None:
    recorder = Recorder()
    recording(recorder)
    observed("db", "retention", 35, source="made up")
    recording(None)
    assert result_of(LINE, "n", outcome_of(error), recorder, 0.1).verdict is not Verdict.PASSED


def test_the_deciding_comparison_is_the_first_that_does_not_hold() -> None:
    limit = Limit(name="age", op="<", value=5, unit="h", source="default")
    recorder = Recorder()
    recording(recorder)
    try:
        for value in (1, 9, 7):
            limit.problem(value, "backup")
    finally:
        recording(None)
    result = result_of(LINE, "n", outcome_of(AssertionError("old")), recorder, 0.1)
    assert (result.observed, result.limit, result.unit) == ("9", "< 5 h", "h")


def test_an_empty_set_can_be_counted_but_not_gone_over() -> None:
    empty: Found[int] = Found("file buckets", [], source="s3:ListBuckets", remedy="Name them")
    assert (len(empty), bool(empty), empty.or_none()) == (0, False, [])
    for use in (
        lambda: list(empty),
        lambda: empty[0],
        lambda: empty[:1],
        lambda: all(x for x in empty),
        lambda: 1 in empty,
    ):
        with pytest.raises(Unobservable, match=r"found no file buckets by s3:ListBuckets\. Name them"):
            use()
    assert list(Found("buckets", [1, 2], source="x")) == [1, 2]


def test_looking_and_finding_nothing_passes_nothing() -> None:
    recorder = Recorder()
    recording(recorder)
    try:
        with pytest.raises(Unobservable) as caught:
            assert all(x > 3 for x in Found("tables", [], source="pg_class"))
    finally:
        recording(None)
    assert result_of(LINE, "n", outcome_of(caught.value), recorder, 0.1).verdict is Verdict.UNVERIFIED


def test_a_fact_is_fetched_once_and_recorded_for_each_check() -> None:
    class Bucket:
        calls = 0

        def __str__(self) -> str:
            return "files"

        @fact("s3:GetBucketVersioning")
        def versioning(self) -> str:
            self.calls += 1
            return "Enabled"

    bucket = Bucket()
    for _ in range(2):
        recorder = Recorder()
        recording(recorder)
        assert bucket.versioning == "Enabled"
        recording(None)
        assert [o.value for o in recorder.observations.values()] == ["Enabled"]
    assert bucket.calls == 1
