"""All operations together at their rates: each keeps its own limits, and none is much slower than alone."""

from __future__ import annotations

import math

import pytest

from fixtures.load import LoadRun, LoadRuns
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import Unobservable
from tests.performance.loaded import (
    evidence,
    lost_writes,
    rate_problems,
    speech_problems,
    where_to_look,
    whole,
    wrong_languages,
    wrong_recalls,
)  # fmt: skip

pytestmark = [pytest.mark.disrupts(or_record=True), pytest.mark.timeout(7200)]
ALONE, TOGETHER, SPEECH = "rates", "mixed", "speech"
RATES = {"memory_store": "store_rate", "memory_recall": "recall_rate", "translation": "translation_rate"}


@verifies("AURA-9.1.2.5")
def test_all_operations_together_keep_their_limits(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    run = evidence(load_runs, TOGETHER, line, target)
    alone = evidence(load_runs, ALONE, line, target)
    problems = list[str | None]()
    for scenario, rate in RATES.items():
        problems += rate_problems(run, scenario, line, rate)
    problems.append(lost_writes(run, "memory_store", line))
    problems.append(wrong_recalls(run, run.phase("memory_recall"), line))
    problems.append(wrong_languages(run, run.phase("translation"), line))
    problems += speech_problems(
        run, run.phase(SPEECH), line,
        rate="speech_rate", first_audio="speech_first_audio_p95", errors="speech_error_rate",
    )  # fmt: skip
    slow = list[str | None]()
    for scenario in (*RATES, SPEECH):
        before, now = _p95(alone, scenario), _p95(run, scenario)
        slower = round(100 * (now / before - 1), 1) if math.isfinite(now) else math.inf
        hint = f"p95 is {now:.0f} ms together and {before:.0f} ms alone"
        slow.append(line.limit("slowdown").problem(max(0.0, slower), of=f"{run} {scenario}", hint=hint))
    conclude([*problems, *slow], hint=where_to_look(run) if any(slow) else "")


def _p95(run: LoadRun, scenario: str) -> float:
    """ms. Raises Unobservable when there is nothing to compare with."""
    phase = run.phase(scenario)
    found = run.first_audio(phase) if scenario == SPEECH else whole(run, phase, run.profile.samples).p95
    if not found > 0:
        raise Unobservable(f"{run} {scenario}: nothing was answered, so there is nothing to compare with")
    return found
