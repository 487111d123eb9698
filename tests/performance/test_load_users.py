"""Load by users who read, think and go on: levels, the ramp, and what share was slow or went wrong."""

from __future__ import annotations

import pytest

from fixtures.load import LoadRun, LoadRuns
from golive.catalogue import Line
from golive.judging import conclude
from golive.load.artefact import Phase
from golive.plugin import verifies
from golive.target import ProductTarget
from tests.judges.load import (
    enough,
    falls,
    full_minutes,
    full_users,
    plateau,
    ramp_time,
    slices_for,
    slow_spell,
    strays,
)
from tests.performance.loaded import active_users, evidence, looked_at, where_to_look, whole

pytestmark = [pytest.mark.disrupts(or_record=True), pytest.mark.timeout(7200)]
RUN, TOP = "levels", "users_1000"
LEVELS = {"level_low": "users_100", "level_mid": "users_500", "level_high": "users_1000"}


def _phases(run: LoadRun) -> list[Phase]:
    return list(run.artefact.run.phases)


@verifies("AURA-9.1.3.1")
def test_ninety_nine_of_a_hundred_requests_are_quick_under_load(
    line: Line, load_runs: LoadRuns, target: ProductTarget
) -> None:
    run = evidence(load_runs, RUN, line, target)
    limit, least = line.limit("p99"), run.profile.samples
    slow = list[str | None]()
    for phase in _phases(run):
        of = f"{run} {phase.scenario}"
        figures = whole(run, phase, least)
        slow.append(limit.problem(round(run.p99(phase), 1), of=of))
        slow.append(slow_spell(run.slices(phase, slices_for(figures.count, least)), limit, least, of))
        for f in run.steady(phase, by=("operation",)):
            if f.count >= least:
                slow.append(limit.problem(round(f.p99, 1), of=f"{of} {f.operation}"))
    conclude(slow, hint=where_to_look(run))


@verifies("AURA-9.1.3.2")
def test_few_requests_fail_under_load(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    run = evidence(load_runs, RUN, line, target)
    limit, least = line.limit("error_rate"), run.profile.samples
    problems = list[str | None]()
    for phase in _phases(run):
        looked_at(run, phase)
        for f in [whole(run, phase, least), *run.steady(phase, by=("operation",))]:
            of = f"{run} {phase.scenario} {f.operation}".strip()
            hint = f"{f.failed} of {f.count} requests failed, {f.wrong} answers had the wrong content"
            problems.append(limit.problem(round(100 * f.errors, 2), of=of, hint=hint))
    conclude(problems)


@verifies("AURA-9.1.1.3")
def test_all_levels_of_users_were_held(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    run = evidence(load_runs, RUN, line, target)
    size, problems = run.artefact.run.size, list[str | None]()
    for name, scenario in LEVELS.items():
        phase, of = run.phase(scenario), f"{run} {scenario}"
        users = active_users(run, phase)
        peak = max(n for _, n in users)
        problems.append(line.limit(name).problem(full_users(peak, size), of=of, hint="Users that were really active"))
        held = plateau(users, phase.users or peak)
        problems.append(line.limit("plateau").problem(full_minutes(held, size), of=of, hint="Time at the whole level"))
        enough(next(iter(run.steady(phase)), None), run.profile.samples, of)
    conclude(problems)


@verifies("AURA-9.1.1.4")
def test_load_was_raised_gradually(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    run = evidence(load_runs, RUN, line, target)
    size, minutes, most = run.artefact.run.size, line.limit("ramp_up").value, line.limit("ramp_deviation")
    assert isinstance(minutes, (int, float))
    wanted = 60 * minutes * size.duration
    phase = run.phase(TOP)
    users, of = active_users(run, phase), f"{run} {TOP}"
    level = phase.users or max(n for _, n in users)
    took = ramp_time(users, level)
    if took is None:
        raise AssertionError(f"{of}: the {level} users that the run asked for were never active")
    late = max(0.0, abs(took - wanted) - 1)  # users are counted each second
    hint = f"All users were active after {took:.0f} s, want {wanted:.0f} s"
    problems = [most.problem(round(100 * late / wanted, 1), of=of, hint=hint)]
    away = 100 * strays(users, level, wanted)
    hint = "The rise was not gradual: look at the users over time, and at the scenario's first stage"
    problems.append(most.problem(round(away, 1), of=f"{of}: distance from a straight rise", hint=hint))
    if falls(users, wanted):
        problems.append(f"{of}: users became fewer while the load was to rise")
    conclude(problems)


@verifies("SEI-1.3.1.3.3")
def test_each_endpoint_stays_quick_under_load(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    run = evidence(load_runs, RUN, line, target)
    phase, size, least = run.phase(TOP), run.artefact.run.size, run.profile.samples
    whole(run, phase, least)
    of, problems, slow = f"{run} {phase.scenario}", list[str | None](), list[str | None]()
    found = {f.operation: f for f in run.steady(phase, by=("operation",), good_only=True)}
    for name in phase.operations:
        f = enough(found.get(name), least, f"{of} {name}")
        if f.count - f.failed < least:
            problems.append(f"{of} {name}: only {f.count - f.failed} of {f.count} requests were answered well")
            continue
        asked = round((f.count - f.failed) / size.users / size.duration)
        problems.append(line.limit("samples_per_endpoint").problem(asked, of=f"{of} {name}"))
        hint = f"{f.failed} of {f.count} requests failed"
        slow.append(line.limit("endpoint_p95").problem(round(f.p95, 1), of=f"{of} {name}", hint=hint))
    (all_,) = run.steady(phase, good_only=True)
    slow.append(line.limit("overall_p95").problem(round(all_.p95, 1), of=of))
    conclude([*problems, *slow], hint=where_to_look(run) if any(slow) else "")
