"""The system carried the forecast peak with reserve, and what is really asked of it is far from where it bends."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fixtures.documents import Documents
from fixtures.documents.forecast import forecast
from fixtures.load import LoadRun, LoadRuns
from fixtures.metrics.plugin import SeriesReader
from golive.catalogue import Line
from golive.judging import conclude
from golive.load.artefact import Phase
from golive.load.trends import Step
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import Unobservable
from tests.judges.capacity import forecast_problems, knee
from tests.judges.load import enough, full_minutes, full_users, plateau
from tests.performance.loaded import active_users, evidence, looked_at, where_to_look, whole

RUN, PEAK, STEP = "peak", "peak", "step-"
WEEK, PERIOD = timedelta(days=7), timedelta(minutes=5)
KNOWN = 0.5
"""The share of the week's periods that must be known, for their greatest to be the peak."""
BROKEN_P99 = 4.0
"""A step whose p99 is so many times the objective of p95 is broken."""


@verifies("SEI-5.1.2.1.1")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(7200)
def test_forecast_peak_was_carried_with_reserve(
    line: Line, load_runs: LoadRuns, documents: Documents, metrics: SeriesReader, target: ProductTarget
) -> None:
    expected = forecast(documents)
    if expected is None:
        raise AssertionError(f"{documents.place('forecast')} is not there: nothing says how much has to be carried")
    live = _live_peak(metrics)
    run = evidence(load_runs, RUN, line, target)
    problems = forecast_problems(line, expected, live, datetime.now(UTC).date())
    phase, size, of = run.phase(PEAK), run.artefact.run.size, f"{run} {PEAK}"
    figures = whole(run, phase, run.profile.samples)
    looked_at(run, phase)
    users = active_users(run, phase)
    most = full_users(max(n for _, n in users), size)
    good = (figures.count - figures.failed - figures.wrong) / phase.seconds / size.users
    shares = {"users": most / expected.users, "requests": good / expected.rate}
    hint = f"{most:g} users were active, who got {good:.0f} good answers a second"
    problems += [
        line.limit("load_of_forecast").problem(round(share, 2), of=f"{of}, {name}", hint=hint)
        for name, share in shares.items()
    ]
    problems.append(line.limit("users").problem(most, of=of))
    held = full_minutes(plateau(users, phase.users or max(n for _, n in users)), size)
    problems.append(line.limit("duration").problem(held, of=of, hint="Time at the whole level"))
    steps = [step for step in run.artefact.run.phases if step.scenario.startswith(STEP)]
    problems += [_few_tenants(line, run, which) for which in (phase, *steps)]
    missed = _missed(line, run, phase)
    hint = ". ".join([*missed, where_to_look(run)])
    problems.append(line.limit("missed_objectives").problem(len(missed), of=of, hint=hint))
    bends, why = knee(
        [_step(run, step) for step in steps], _value(line, "error_rate") / 100, BROKEN_P99 * _value(line, "p95")
    )
    share = round(100 * live / (bends / size.rate), 1)
    hint = f"{live:.1f} requests/s lately; the system bends at {bends / size.rate:.0f}: {why}"
    problems.append(line.limit("live_peak_of_knee").problem(share, of="the live peak of a week", hint=hint))
    conclude(problems)


def _live_peak(metrics: SeriesReader) -> float:
    """The most requests a second, over five minutes, of the last week."""
    series = metrics.series("api_requests", WEEK, statistic="Sum", period=PERIOD, samples=int(KNOWN * (WEEK / PERIOD)))
    peak = max(series.values) / PERIOD.total_seconds()
    return observed(series, "peak", round(peak, 2), source=series.source, unit="requests/s")


def _few_tenants(line: Line, run: LoadRun, phase: Phase) -> str | None:
    tenants = {f.tenant for f in run.steady(phase, by=("tenant",)) if f.tenant}
    hint = "One tenant's data are warm after its first request: give the load identities of more tenants"
    return line.limit("tenants").problem(len(tenants), of=f"{run} {phase.scenario}", hint=hint)


def _missed(line: Line, run: LoadRun, phase: Phase) -> list[str]:
    """The objectives that were missed at the peak: of all requests, and of each operation."""
    each = {f.operation: f for f in run.steady(phase, by=("operation",))}
    for operation in phase.operations:
        enough(each.get(operation), run.profile.samples, f"{run} {phase.scenario} {operation}")
    found: list[str | None] = []
    for f in [*run.steady(phase), *each.values()]:
        of = f"{phase.scenario} {f.operation}".strip()
        found.append(line.limit("p95").problem(round(f.p95, 1), of=of))
        found.append(line.limit("error_rate").problem(round(100 * f.errors, 2), of=of))
    return [problem for problem in found if problem]


def _step(run: LoadRun, phase: Phase) -> Step:
    """A phase of rising load; what was due and not sent is lost."""
    of, figures = f"{run} {phase.scenario}", next(iter(run.steady(phase)), None)
    if phase.rate is None:
        raise Unobservable(f"{of}: users who wait for answers show no knee", "Let it offer a rate")
    figures = enough(figures, run.profile.samples, of)
    dropped = run.dropped(phase)
    good = (figures.count - figures.failed - figures.wrong) / phase.seconds
    lost = (figures.failed + figures.wrong + dropped) / (figures.count + dropped)
    return Step(phase.begins, phase.seconds, phase.rate * max(1, len(phase.operations)), good, figures.p99, lost)


def _value(line: Line, name: str) -> float:
    return float(str(line.limit(name).value))
