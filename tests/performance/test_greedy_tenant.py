"""A tenant that takes all it gets, and its neighbours, who must not notice."""

from __future__ import annotations

import pytest

from fixtures.load import LoadRun, LoadRuns
from golive.catalogue import Line
from golive.judging import conclude
from golive.load.artefact import Phase
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import Unobservable
from tests.judges.greed import Bout, Spell, greed_problems
from tests.judges.load import full_minutes, full_tenants
from tests.performance.loaded import evidence, looked_at

RUN, VICTIMS, WAITING = "greedy", "victims", "waiting"
REFUSED = 429
LATER = 5.0
"""Seconds after a bout in which ends what it held up; the next begins later."""


@verifies("SEI-2.2.2.2.3")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(7200)
def test_neighbours_of_a_greedy_tenant_do_not_notice(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    run = evidence(load_runs, RUN, line, target)
    victims, size, of = run.phase(VICTIMS), run.artefact.run.size, f"{run} {RUN}"
    looked_at(run, victims)
    tenants = {f.tenant for f in run.steady(victims, by=("tenant",)) if f.tenant}
    problems = [line.limit("victims").problem(full_tenants(len(tenants), size), of=of, hint="Add k6.greedy.victims")]
    bouts = _bouts(run, victims, len(tenants))
    if not bouts:
        raise Unobservable(f"{run} has no greedy tenant", f"Run `python -m golive load --run {RUN}`")
    quiet = sum(end - begin for (begin, end), _ in _windows(run, victims))
    problems.append(line.limit("baseline").problem(full_minutes(quiet, size), of=of))
    conclude([*problems, *greed_problems(line, of, bouts)])


def _greedy(run: LoadRun) -> list[Phase]:
    phases = [p for p in run.artefact.run.phases if p.scenario not in (VICTIMS, WAITING)]
    return sorted(phases, key=lambda p: p.begins)


def _windows(run: LoadRun, victims: Phase) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Of each bout the quiet before it, and itself with what it held up; seconds since the epoch."""
    found, quiet_since = list[tuple[tuple[float, float], tuple[float, float]]](), run.artefact.steady(victims)[0]
    for phase in _greedy(run):
        begin, end = run.artefact.steady(phase)
        found.append(((quiet_since, begin), (begin, end + LATER)))
        quiet_since = end + LATER
    return found


def _bouts(run: LoadRun, victims: Phase, many: int) -> list[Bout]:
    found = []
    for phase, (before, during) in zip(_greedy(run), _windows(run, victims), strict=True):
        outcomes = run.outcomes(phase)
        sent, refused = run.arrivals(phase), sum(n for _, status, n, _ in outcomes if status == REFUSED)
        load = None
        if phase.rate and victims.rate:
            asked = (sent + run.dropped(phase) + 1) / phase.seconds
            load = asked / (victims.rate / max(1, many))
        sent += run.counted("golive_sessions", phase)
        kind = phase.scenario.rpartition("-")[0]
        quiet, greedy = (_spell(run, victims, window) for window in (before, during))
        shown = {"quiet": quiet.shown, "greedy": greedy.shown, "sent": sent, "refused": refused}
        observed(f"{run} {phase.scenario}", "neighbours", shown, source=run.source)
        found.append(Bout(kind, quiet, greedy, sent, refused, load))
    return found


def _spell(run: LoadRun, victims: Phase, window: tuple[float, float]) -> Spell:
    """What they had in a window: times of those who call, errors of those who wait for reports too."""
    figures = next(iter(run.results.figures((), window=window, scenario=VICTIMS)), None)
    waits = run.results.figures((), window=window, scenario=WAITING)
    jobs = run.results.percentile(0.5, metric="golive_job_wait", window=window, scenario=WAITING)
    hits, misses = (
        run.results.total(f"golive_{word}", window=window, scenario=VICTIMS)[1] for word in ("cached", "uncached")
    )
    due = (victims.rate or 0) * (window[1] - window[0])
    if figures is None:
        return Spell(due, 0, float("nan"), 0, jobs, round(hits), round(misses))
    bad = sum(f.failed + f.wrong for f in (figures, *waits))
    return Spell(due, figures.count, figures.p95, bad, jobs, round(hits), round(misses))
