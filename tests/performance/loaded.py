"""What several checks of load runs ask: is the run evidence for this release, and did a scenario keep its rate."""

from __future__ import annotations

from datetime import UTC, datetime

from fixtures.load import LoadRun, LoadRuns
from golive.catalogue import Line
from golive.load.artefact import Phase
from golive.load.results import Figures
from golive.target import ProductTarget
from golive.verdict import Unobservable
from tests.judges.load import AGAIN, COVERED, enough, full_minutes, full_rate, slices_for, slow_spell, trusted, unfit

HINT = "Look at the run's pictures, and at what the operation waited for then"


def evidence(load_runs: LoadRuns, name: str, line: Line, target: ProductTarget) -> tuple[LoadRun, list[str | None]]:
    """The run to judge, and what makes it none for this release. Raises Unobservable when it says nothing."""
    found = load_runs.run(name)
    run = found.artefact.run
    found.quality.ensure(found)
    assert line.max_age_hours is not None
    trusted(run, found.profile, datetime.now(UTC), line.max_age_hours, found.requests)
    return found, list(unfit(run, target.release))


def whole(run: LoadRun, phase: Phase, least: int) -> Figures:
    """The steady part's figures, all operations together. Raises Unobservable: too few, or not to its end."""
    of = f"{run} {phase.scenario}"
    figures = enough(next(iter(run.steady(phase)), None), least, of)
    lasted = run.lasted(phase)
    if lasted < COVERED * phase.seconds:
        raise Unobservable(f"{of} has requests for {lasted:.1f} of {phase.seconds:.0f} s of steady load", AGAIN)
    return figures


def active_users(run: LoadRun, phase: Phase) -> list[tuple[float, float]]:
    """(seconds after the phase began, users). Raises Unobservable when the run's files do not say."""
    users = run.users(phase)
    if not users:
        raise Unobservable(f"{run} {phase.scenario}: its files do not say how many users were active", "Keep k6's vus")
    return users


def looked_at(run: LoadRun, phase: Phase) -> None:
    """Raise Unobservable when the contents of good answers were not looked at: an error may come with status 200."""
    found = run.results.figures((), scenario=phase.scenario)
    good = sum(f.count - f.failed for f in found)
    if run.checked(phase) < good:
        raise Unobservable(
            f"{run} {phase.scenario}: the contents of {run.checked(phase)} of {good} good answers were looked at",
            "A scenario of your own has to check each answer's content",
        )


def rate_problems(run: LoadRun, scenario: str, line: Line) -> list[str | None]:
    """What is wrong with a scenario that had to keep a rate: rate, length, latency, errors, what was dropped."""
    phase, size, of = run.phase(scenario), run.artefact.run.size, f"{run} {scenario}"
    least = run.profile.samples
    dropped = run.dropped(phase)
    rate = full_rate(run.arrivals(phase), phase.seconds, size)
    problems = [
        line.limit("rate").problem(round(rate, 2), of=of, hint=f"{dropped} iterations were due and not started"),
        line.limit("duration").problem(full_minutes(phase.seconds, size), of=of),
        line.limit("dropped").problem(dropped, of=of, hint="The service was too slow for the rate, or the generator"),
    ]
    figures = whole(run, phase, least)
    limit = line.limit("p99")
    problems += [
        limit.problem(round(run.p99(phase), 1), of=of, hint=HINT),
        slow_spell(run.slices(phase, slices_for(figures.count, least)), limit, least, of),
    ]
    looked_at(run, phase)
    problems.append(line.limit("error_rate").problem(round(100 * figures.errors, 2), of=of, hint=_errors(figures)))
    return problems


def _errors(figures: Figures) -> str:
    return f"{figures.failed} requests failed and {figures.wrong} answers had the wrong content, of {figures.count}"
