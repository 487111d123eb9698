"""Operations that have to keep a rate, judged by the samples of a load run."""

from __future__ import annotations

import pytest

from fixtures.load import LoadRuns
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import Unobservable
from tests.performance.loaded import evidence, rate_problems

pytestmark = [pytest.mark.disrupts(or_record=True), pytest.mark.timeout(7200)]
RUN = "rates"


@verifies("AURA-9.1.2.1")
def test_memory_writes_keep_their_rate_and_are_all_stored(
    line: Line, load_runs: LoadRuns, target: ProductTarget
) -> None:
    run, problems = evidence(load_runs, RUN, line, target)
    phase = run.phase("memory_store")
    problems += rate_problems(run, phase.scenario, line)
    good = sum(f.count - f.failed - f.wrong for f in run.results.figures((), scenario=phase.scenario))
    stored = run.artefact.run.stored.get(phase.scenario)
    if stored is None:
        raise Unobservable(f"{run}: nobody counted what was stored", "Give run.json `stored`, counted afterwards")
    problems.append(
        line.limit("lost").problem(
            round(good - stored), of=f"{run} {phase.scenario}", hint=f"{good} were acknowledged, {stored:.0f} are there"
        )
    )
    conclude(problems)


@verifies("AURA-9.1.2.2")
def test_recalls_keep_their_rate_and_are_right(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    run, problems = evidence(load_runs, RUN, line, target)
    phase = run.phase("memory_recall")
    problems += rate_problems(run, phase.scenario, line)
    right, wrong = run.counted("golive_right", phase), run.counted("golive_wrong", phase)
    if not right + wrong:
        raise Unobservable(
            f"{run} {phase.scenario}: nobody looked whether the recalls were right", "Run the load again"
        )
    share = round(100 * right / max(run.arrivals(phase), right + wrong), 2)
    hint = f"{wrong} recalls did not bring the memory first that was asked for"
    problems.append(line.limit("right_answers").problem(share, of=f"{run} {phase.scenario}", hint=hint))
    conclude(problems)


@verifies("AURA-9.1.2.3")
def test_translations_keep_their_rate_and_language(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    run, problems = evidence(load_runs, RUN, line, target)
    phase = run.phase("translation")
    problems += rate_problems(run, phase.scenario, line)
    wrong = run.counted("golive_wrong_language", phase)
    problems.append(
        line.limit("wrong_language").problem(
            wrong, of=f"{run} {phase.scenario}", hint="Another language, the source text, or nothing came back"
        )
    )
    conclude(problems)
