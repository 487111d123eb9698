"""Voice while the system carries its peak load: how soon people hear the first sound of a new sentence."""

from __future__ import annotations

import pytest

from fixtures.load import LoadRuns
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from tests.judges.load import full_users
from tests.performance.loaded import evidence, looked_at, whole

pytestmark = [pytest.mark.disrupts(or_record=True), pytest.mark.timeout(7200)]
RUN, VOICE, OTHERS = "voice", "voice", "users_1000"


@verifies("SEI-1.3.1.3.2")
def test_voice_is_quick_while_a_thousand_others_are_served(
    line: Line, load_runs: LoadRuns, target: ProductTarget
) -> None:
    run = evidence(load_runs, RUN, line, target)
    others, phase, of = run.phase(OTHERS), run.phase(VOICE), f"{run} {VOICE}"
    whole(run, others, run.profile.samples)
    looked_at(run, others)
    size, least = run.artefact.run.size, run.profile.samples
    at_once = full_users(round(run.in_sessions(phase), 3), size)
    hint = "Sessions that were open at the same time, on average over the steady part"
    problems = [line.limit("concurrent_sessions").problem(at_once, of=of, hint=hint)]
    begun, cached = run.counted("golive_sessions", phase), run.counted("golive_cached_sessions", phase)
    new = run.sampled("golive_first_audio", phase)
    never = begun - cached - new
    if begun - cached < least:
        problems.append(f"{of}: {begun - cached} of {begun} sentences were new, and a percentile needs {least}")
    else:
        hint = f"{never} of {begun} who were spoken to heard nothing, which counts as for ever"
        for name, share in (("p95", 0.95), ("p99", 0.99)):
            seconds = round(run.first_audio(phase, never, share) / 1000, 3)
            problems.append(line.limit(name).problem(seconds, of=of, hint=hint))
    conclude(problems)
