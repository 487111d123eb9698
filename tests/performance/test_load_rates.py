"""Operations that have to keep a rate, judged by the samples of a load run."""

from __future__ import annotations

import pytest

from fixtures.load import LoadRuns
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from tests.performance.loaded import (
    evidence,
    lost_writes,
    rate_problems,
    speech_problems,
    wrong_languages,
    wrong_recalls,
)  # fmt: skip

pytestmark = [pytest.mark.disrupts(or_record=True), pytest.mark.timeout(7200)]
RUN = "rates"


@verifies("AURA-9.1.2.1")
def test_memory_writes_keep_their_rate_and_are_all_stored(
    line: Line, load_runs: LoadRuns, target: ProductTarget
) -> None:
    run = evidence(load_runs, RUN, line, target)
    phase = run.phase("memory_store")
    problems = rate_problems(run, phase.scenario, line)
    problems.append(lost_writes(run, phase.scenario, line))
    conclude(problems)


@verifies("AURA-9.1.2.2")
def test_recalls_keep_their_rate_and_are_right(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    run = evidence(load_runs, RUN, line, target)
    phase = run.phase("memory_recall")
    problems = rate_problems(run, phase.scenario, line)
    problems.append(wrong_recalls(run, phase, line))
    conclude(problems)


@verifies("AURA-9.1.2.3")
def test_translations_keep_their_rate_and_language(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    run = evidence(load_runs, RUN, line, target)
    phase = run.phase("translation")
    problems = rate_problems(run, phase.scenario, line)
    problems.append(wrong_languages(run, phase, line))
    conclude(problems)


@verifies("AURA-9.1.2.4")
def test_speech_is_translated_at_its_rate(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    run = evidence(load_runs, RUN, line, target)
    problems = speech_problems(
        run, run.phase("speech"), line, rate="rate", first_audio="first_audio_p95", errors="error_rate"
    )
    conclude(problems)
