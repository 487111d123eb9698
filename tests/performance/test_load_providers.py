"""A thousand texts a minute, nearly all of them new: what the providers behind the product really keep up with."""

from __future__ import annotations

import pytest

from fixtures.load import LoadRun, LoadRuns
from golive.catalogue import Line
from golive.judging import conclude
from golive.load.artefact import Phase
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured
from tests.judges.load import full_minutes, full_rate
from tests.judges.provider_load import embedded_seconds, gained, unaccounted
from tests.performance.loaded import errors_said, evidence, looked_at, where_to_look, whole

pytestmark = [pytest.mark.disrupts(or_record=True), pytest.mark.timeout(7200)]
RUN, TRANSLATING, EMBEDDING = "thousand", "translating", "vectorising"
P95 = 0.95


@verifies("AURA-3.3.3.4")
def test_translations_sustain_a_thousand_a_minute(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    run = evidence(load_runs, RUN, line, target)
    phase = run.phase(TRANSLATING)
    of = f"{run} {TRANSLATING}"
    problems = _kept(run, phase, line)
    hint = f"{run.dropped(phase)} were due and not started, these count. {where_to_look(run)}"
    problems.append(line.limit("p95").problem(round(run.p99(phase, P95), 1), of=of, hint=hint))
    answered = sum(f.count - f.failed for f in run.results.figures((), scenario=TRANSLATING))
    calls, hits = (
        _gained(run, phase, line, target, "translation.calls"),
        _gained(run, phase, line, target, "translation.hits"),
    )
    told = run.counted("golive_cached", phase)
    said = f"{answered} were answered: the provider was asked {calls:g} times, the cache had {hits:g}"
    hint = f"{said}. Others who translate meanwhile, answers that nobody made, and texts that are asked twice show here"
    problems.append(line.limit("unaccounted").problem(round(unaccounted(answered, calls, hits), 2), of=of, hint=hint))
    cached = round(100 * max(hits, told) / max(1, answered), 2)
    hint = f"{said}. A rate of answers from the cache says nothing of the provider: send texts that are new"
    problems.append(line.limit("from_cache").problem(cached, of=of, hint=hint))
    conclude(problems)


@verifies("AURA-3.2.3.5")
def test_embeddings_sustain_a_thousand_a_minute(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    run = evidence(load_runs, RUN, line, target)
    phase = run.phase(EMBEDDING)
    of = f"{run} {EMBEDDING}"
    problems = _kept(run, phase, line)
    stored = sum(f.count - f.failed - f.wrong for f in run.results.figures((), scenario=EMBEDDING))
    counted = observed(of, "embedded", run.artefact.run.embedded, source="SQL, when the load was over")
    seconds = embedded_seconds(counted, run.artefact.steady(phase)[1], phase.seconds, of)
    done = counted.count if counted else 0
    hint = (
        f"{stored} texts were taken, {done} had a vector of the provider's when the load was over; do the others wait?"
    )
    problems.append(line.limit("rate").problem(_a_minute(done, seconds, run), of=f"{of}, what was embedded", hint=hint))
    refused, calls = (
        _gained(run, phase, line, target, "embedding.failed"),
        _gained(run, phase, line, target, "embedding.calls"),
    )
    hint = f"{refused:g} calls of the provider failed and {calls:g} were answered. Does it refuse so many, status 429?"
    share = round(100 * refused / max(1.0, refused + calls), 2)
    problems.append(line.limit("provider_failures").problem(share, of=of, hint=hint))
    conclude(problems)


def _kept(run: LoadRun, phase: Phase, line: Line) -> list[str | None]:
    """What is wrong with the rate, the length and the errors of a scenario."""
    of, size = f"{run} {phase.scenario}", run.artefact.run.size
    figures = whole(run, phase, run.profile.samples)
    looked_at(run, phase)
    hint = f"{run.dropped(phase)} iterations were due and not started"
    return [
        line.limit("rate").problem(_a_minute(run.arrivals(phase), phase.seconds, run), of=of, hint=hint),
        line.limit("duration").problem(full_minutes(phase.seconds, size), of=of),
        line.limit("error_rate").problem(round(100 * figures.errors, 2), of=of, hint=errors_said(figures)),
    ]


def _a_minute(many: int, seconds: float, run: LoadRun) -> float:
    return round(60 * full_rate(many, seconds, run.artefact.run.size), 1)


def _gained(run: LoadRun, phase: Phase, line: Line, target: ProductTarget, word: str) -> float:
    instances = [i.id for i in target.api.instances] if target.api else []
    settings = configured(target.k6, f"{line.product}.k6").processes
    if not instances or settings is None or word not in settings.counters:
        raise NotConfigured(
            f"the target does not say how the processes count {word}",
            "Add api.instances, and the word to [PRODUCT.k6.processes.counters]",
        )
    begin, end = run.artefact.steady(phase)
    found = gained(run.samples().processes, instances, word, begin, end)
    return observed(f"{run} {phase.scenario}", word, found, source="the processes' own counters")
