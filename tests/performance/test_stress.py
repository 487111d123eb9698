"""Load grew until the system gave way: how much it carries, how it refuses the rest, and how it comes back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from fixtures.load import LoadRun, LoadRuns
from fixtures.metrics.plugin import SeriesReader
from golive.catalogue import Line
from golive.judging import conclude
from golive.load.artefact import Phase
from golive.load.taking_away import UNACKNOWLEDGED
from golive.load.trends import recovery
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import Unobservable
from tests.judges.rollback_rules import number
from tests.judges.stress import (
    REFUSED,
    Level,
    Outcome,
    growth_problems,
    improper_statuses,
    not_the_system,
    overloaded,
    well,
)
from tests.performance.loaded import starved
from tests.performance.stressed import AFTER, CORE, RUN, Stressed, levels_of, stressed, window_of

WEEK, PERIOD = timedelta(days=7), timedelta(minutes=5)
SLICE = 4.0
"""Seconds of a slice at least, in which the return to normal is looked for."""
FEWEST = 4
"""Requests that a slice must hold."""


@verifies("AURA-9.2.1.1")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(7200)
def test_load_grew_until_the_system_gave_way(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    seen = stressed(load_runs, line, target)
    gave_way, top = seen.gave_way, seen.levels[-1]
    hint = (
        f"{top.name}, the highest, offered {top.step.offered:.1f} requests/s, of which {top.step.good:.1f} were served"
    )
    problems: list[str | None] = [
        line.limit("breaches").problem(int(gave_way is not None), of=f"{seen.run}", hint=hint),
        *growth_problems(seen.levels, number(line, "step")),
    ]
    if gave_way is not None:
        problems.append(not_the_system(gave_way, seen.slow, seen.errors))
    conclude(problems)


@verifies("AURA-9.2.1.2")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(7200)
def test_what_is_carried_leaves_reserve(
    line: Line, load_runs: LoadRuns, metrics: SeriesReader, target: ProductTarget
) -> None:
    series = metrics.series("requests", WEEK, statistic="Sum", period=PERIOD, samples=12)
    peak = observed(series, "peak", round(max(series.values) / PERIOD.total_seconds(), 2), source=series.source,
                    unit="requests/s")  # fmt: skip
    seen = stressed(load_runs, line, target)
    size, capacity = seen.run.artefact.run.size, seen.capacity
    carried = observed(seen.run, "carried", round(capacity.step.good / size.rate, 1), source=seen.run.source)
    hint = f"{capacity.name} was carried, {carried:g} requests/s; the greatest demand lately was {peak:g}"
    problems = [
        line.limit("capacity_to_peak").problem(round(carried / max(peak, 0.01), 2), of=f"{seen.run}", hint=hint),
    ]
    if before := load_runs.of_another_release(RUN):
        old = levels_of(before, line, target)
        was = old.capacity.step.good / old.run.artefact.run.size.rate
        loss = round(100 * (1 - carried / was), 1)
        problems.append(
            line.limit("loss_to_last_release").problem(loss, of=f"{seen.run}", hint=f"{old.run}: {was:.1f}/s")
        )
    conclude(problems)


@verifies("AURA-9.2.1.3")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(7200)
def test_too_much_load_is_refused_and_the_core_lives(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    seen = stressed(load_runs, line, target)
    run, carried = seen.run, seen.found.held
    level = overloaded(seen.levels, seen.found, number(line, "overload"))
    assert carried is not None, "there is no overload otherwise"
    of = f"{run} {level.name} ({level.step.offered:.1f} requests/s, {carried.offered:.1f} are carried)"
    goodput = round(100 * level.step.good / carried.good, 1)
    accepted = max((o.p99 for o in level.outcomes if o.status in level.success), default=float("inf"))
    refused = [o for o in level.outcomes if o.status in REFUSED]
    unanswered = 100 * level.share(0)
    advised = run.counted("golive_unadvised_refusals", run.phase(level.name))
    hint = f"{level.step.good:.1f} of {level.step.offered:.1f} requests/s were served. Do queues grow without bound?"
    hint += starved(run)
    problems: list[str | None] = [
        line.limit("goodput").problem(goodput, of=of, hint=hint),
        line.limit("accepted_slowdown").problem(round(accepted / seen.slow, 2), of=f"{of}, what was accepted"),
        f"{of}: {advised} refusals have no Retry-After" if advised else None,
        f"{of}: {unanswered:.1f} % of the requests were not answered at all"
        if unanswered > 100 * seen.errors
        else None,
        *_slow_refusals(line, of, refused),
    ]
    problems += _core(line, seen, level)
    conclude(problems)


def _slow_refusals(line: Line, of: str, refused: list[Outcome]) -> Iterator[str | None]:
    for outcome in refused:
        what = f"{of}, refusals of {outcome.operation}"
        yield line.limit("refusal").problem(round(outcome.p99 / 1000, 2), of=what, hint="A refusal must cost nothing")


def _core(line: Line, seen: Stressed, level: Level) -> Iterator[str | None]:
    """What must go on: each operation of it was called while there was too much, answered well, and soon."""
    phase = seen.run.phase(CORE)
    begin = window_of(seen.run, level)[0]
    end = begin + (seen.levels[-1].step.begin + seen.levels[-1].step.seconds - level.step.begin)
    found = [Outcome(*each) for each in seen.run.outcomes(phase, (begin, end))]
    for name in phase.operations:
        mine = [o for o in found if o.operation == name]
        if not mine:
            raise Unobservable(f"{seen.run}: nobody called {name} while there was too much load", "Run it again")
        bad = sum(o.count for o in mine if o.status not in level.success)
        if bad:
            yield f"{name} failed {bad} of {sum(o.count for o in mine)} times while there was too much load"
        worst, of = max(o.p99 for o in mine) / 1000, f"{name} while there was too much load"
        if name == "sign_in":  # it waits like whatever else was accepted
            yield line.limit("accepted_slowdown").problem(round(1000 * worst / seen.slow, 2), of=of)
        else:
            yield line.limit("health_answer").problem(round(worst, 2), of=of)


@verifies("AURA-9.2.1.4")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(7200)
def test_errors_under_too_much_load_are_proper(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    seen = stressed(load_runs, line, target)
    run = seen.run
    phases = [run.phase(level.name) for level in seen.levels]
    every = sum(o.count for level in seen.levels for o in level.outcomes)
    failed = sum(o.count for level in seen.levels for o in level.failures)
    if not failed:
        raise Unobservable(f"{run}: no request failed, so that nothing is known of how they do", "Let the load grow")
    dead = sum(o.count for level in seen.levels for o in level.outcomes if o.status == 0)
    stacks = sum(run.counted("golive_stack_traces", p) for p in phases)
    improper = sum(run.counted("golive_improper_errors", p) for p in phases)
    strange = improper_statuses(seen.levels)
    told = ", ".join(f"{n} x {what}" for what, n in sorted(strange.items(), key=lambda item: -item[1])[:4])
    conclude([
        line.limit("raw_connection_errors").problem(round(100 * dead / every, 2), of=run, hint=f"{dead} of {every}"),
        line.limit("stack_traces").problem(stacks, of=f"{run}"),
        f"{run}: {improper} of {failed} errors have no JSON body: who calls can't read them" if improper else None,
        f"{run}: errors that no overload excuses: {told}" if strange else None,
        _partial(line, run, [*phases, run.phase(AFTER)]),
    ])  # fmt: skip


def _partial(line: Line, run: LoadRun, phases: list[Phase]) -> str | None:
    """What was acknowledged has to be there, and nothing else of the run. Raises Unobservable: nobody counted."""
    stored = run.artefact.run.stored
    if UNACKNOWLEDGED not in stored:
        raise Unobservable(
            f"{run}: nobody counted what was stored", "Map account_export with memory_ids and memory_texts"
        )
    wanted = [run.results.acknowledged(p.scenario, "memory_store") for p in phases]
    there = [round(stored.get(p.scenario, 0)) for p in phases]
    lost = sum(max(0, w - t) for w, t in zip(wanted, there, strict=True))
    ghosts = round(stored[UNACKNOWLEDGED])
    hint = f"{lost} of {sum(wanted)} acknowledged writes are not there, {ghosts} are that were refused"
    return line.limit("partial_writes").problem(lost + ghosts, of=f"{run}", hint=hint)


@verifies("AURA-9.2.1.5")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(7200)
def test_the_system_came_back_by_itself(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    seen = stressed(load_runs, line, target)
    run, size = seen.run, seen.run.artefact.run.size
    phase = run.phase(AFTER)
    if seen.gave_way is None:
        raise Unobservable(f"{run}: the system never gave way, so that it did not come back", "Load it more")
    slices = int(phase.seconds / max(SLICE, FEWEST * 2 / (phase.rate or 1)))
    points = [(at, good) for at, good in _slices(run, phase, slices, seen)]
    steady = 60 * number(line, "steady_period") * size.duration
    came = recovery(points, steady)
    of, bad = f"{run} {phase.scenario}", [at for at, good in points if not good]
    if came is None:
        raise AssertionError(
            f"{of}: was never back to normal for {steady:.0f} s in the {phase.seconds:.0f} s after the load: "
            f"{len(bad)} of {len(points)} slices were not well, the last after {max(bad, default=0):.0f} s. "
            "What is still queued, locked or switched off?"
        )
    minutes = observed(run, "back to normal after", round(came / 60 / size.duration, 2), source=run.source, unit="min")
    relapsed = [at for at in bad if at > came]
    conclude([
        line.limit("recovery_time").problem(minutes, of=of, hint=f"{len(bad)} of {len(points)} slices were not well"),
        f"{of}: was back to normal and fell back after {relapsed[0]:.0f} s" if relapsed else None,
    ])  # fmt: skip


def _slices(run: LoadRun, phase: Phase, many: int, seen: Stressed) -> Iterator[tuple[float, bool]]:
    """(seconds after the load, whether each operation that was called was well then). A slice without calls is not."""
    begin, length = run.artefact.steady(phase)[0], phase.seconds / many
    every = run.results.figures(
        ("operation",), window=run.artefact.steady(phase), scenario=phase.scenario, slices=length
    )
    for n in range(many):
        mine = [f for f in every if abs(f.begin - begin - n * length) < length / 2]
        seen_then = {f.operation: (f.count, f.failed + f.wrong, f.p99) for f in mine}
        yield n * length, well(seen_then, seen.slow, seen.errors)
