"""What the ledger tells over releases."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.__main__ import main
from golive.history.statistics import Course, courses, flaky, never_verified, slower
from golive.ledger import Subject
from golive.ledger.store import Ledger
from golive.verdict import Verdict
from selftest.engine.test_ledger import LINE, NOW, SUBJECT, result

P, F, U = Verdict.PASSED, Verdict.FAILED, Verdict.UNVERIFIED


def course(verdicts: list[Verdict], releases: str | None = None, seconds: list[float] | None = None) -> Course:
    times = seconds or [1.0] * len(verdicts)
    return Course(LINE, "t", tuple(verdicts), tuple(releases or "a" * len(verdicts)), tuple(times))


@pytest.mark.parametrize(
    ("verdicts", "releases", "flips"),
    [
        ([P, P, P], "aaa", 0),
        ([P, F, P], "aaa", 2),
        ([P, F], "ab", 0),
        ([P, F, F, P], "abbb", 1),
        ([P], "a", 0),
        ([], "", 0),
    ],
)
def test_a_flip_is_a_change_without_a_new_release(verdicts: list[Verdict], releases: str, flips: int) -> None:
    assert course(verdicts, releases).flips == flips


@given(st.lists(st.sampled_from([P, F, U]), max_size=30))
def test_flips_are_fewer_than_verdicts(verdicts: list[Verdict]) -> None:
    assert 0 <= course(verdicts).flips <= max(len(verdicts) - 1, 0)


def test_slower_compares_medians_and_needs_enough() -> None:
    slow = course([P] * 12, None, [1.0] * 6 + [2.0] * 6)
    one_late = course([P] * 12, None, [1.0] * 11 + [60.0])
    few = course([P] * 4, None, [1.0, 1.0, 9.0, 9.0])
    assert slower([slow, one_late, few]) == [(slow, 2.0)]


def test_never_verified_are_those_without_a_pass() -> None:
    assert never_verified([course([F, U]), course([U])], [LINE, "AURA-6.1.1.4"]) == [LINE, "AURA-6.1.1.4"]
    assert never_verified([course([F, P])], [LINE, "AURA-6.1.1.4"]) == ["AURA-6.1.1.4"]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    ledger = Ledger(str(tmp_path / "ledger.sqlite"))
    for day, verdict in enumerate((P, F, P)):
        ledger.begin(golive="0.1.0", command="pytest", started=NOW + timedelta(days=day))
        ledger.add(SUBJECT, result(verdict=verdict), NOW + timedelta(days=day))
    staging = Subject("staging", "staging", "aurastudio", "2.0.1", "0123456789")
    ledger.add(staging, result(verdict=U, attempted=False), NOW)
    ledger.close()
    return tmp_path / "ledger.sqlite"


def test_the_command_tells_it(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["history", f"--ledger={path}", "--product=aurastudio"]) == 0
    told = capsys.readouterr().out
    assert "3 runs" in told
    assert "✓✕✓" in told
    assert main(["history", f"--ledger={path}", "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["flips"] == [{"line": LINE, "target": "production", "flips": 2}]
    assert LINE not in found["never_verified"]
    assert main(["history", f"--ledger={path}", f"--line={LINE}"]) == 0
    assert capsys.readouterr().out.count("2.0.1 (0123456)") == 4


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--line=AURA-9.9.9.9"], "has no line"),
        (["--product=aura"], "no product 'aura'"),
        (["--ledger=no/x"], "no folder"),
    ],
)
def test_bad_input_is_one_message(
    path: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["history", f"--ledger={path}", *arguments]) == 2
    assert says in capsys.readouterr().err


def test_courses_leave_out_what_was_not_attempted(path: Path) -> None:
    assert [c.target for c in flaky(courses(Ledger(str(path)).verdicts("aurastudio")))] == ["production"]
