"""The one line and the exit status by which a pipeline learns that the release should go back."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from golive.observation import Observation
from golive.plugin.rollback import answer, met
from golive.results import Gate, LineResult, Run
from golive.rollback import ACTIVE, DECIDED
from golive.verdict import Verdict

NOW = datetime(2026, 11, 22, 3, tzinfo=UTC)
LOOKED = (Observation("rule voice", DECIDED, "nothing", "", "golive.rollback", NOW),)
LINE = LineResult("SEI-4.1.1.1.1", Verdict.PASSED, "Slow voice", "seiketsu", "rollback", "delivery", evidence=LOOKED)
BROKEN = replace(LINE, id="SEI-4.1.1.1.2", verdict=Verdict.FAILED, message="alarm x does not exist")
UNSEEN = replace(LINE, id="SEI-4.1.1.1.3", verdict=Verdict.UNVERIFIED, message=f"{ACTIVE}: not seen", evidence=())
MET = replace(LINE, verdict=Verdict.FAILED, message=f"{ACTIVE}: voice: 7.3 s\nalarm x does not exist")


def run(*lines: LineResult) -> Run:
    gate = Gate(go=False, blocking=(), reasons=(), scope="")
    return Run("1", {}, "t", NOW, NOW, gate, tuple(lines))


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([LINE], "rollback: no condition is met, 1 looked at"),
        ([LINE, BROKEN], "rollback: no condition is met, 2 looked at"),
        ([LINE, UNSEEN], "rollback: no condition is met, 1 looked at; not seen: SEI-4.1.1.1.3"),
        ([MET, BROKEN], f"GO BACK: SEI-4.1.1.1.1 {ACTIVE}: voice: 7.3 s"),
        ([UNSEEN], "rollback: no condition was looked at, so nothing is known"),
        ([], "rollback: no condition was looked at, so nothing is known"),
    ],
)
def test_the_answer(lines: list[LineResult], said: str) -> None:
    assert answer(run(*lines))[0] == said


def test_only_a_condition_that_was_seen_takes_the_release_back() -> None:
    assert met(run(LINE, BROKEN, UNSEEN)) == []
    assert met(run(LINE, MET)) == [MET]
