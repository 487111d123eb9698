"""What the checks of the stress run share: its steps as levels, and where it broke."""

from __future__ import annotations

from dataclasses import dataclass

from fixtures.load import LoadRun, LoadRuns
from golive.catalogue import Line
from golive.load.artefact import Phase
from golive.load.trends import Breaking, Step, breaking_point
from golive.observation import observed
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges.load import enough
from tests.judges.rollback_rules import number
from tests.judges.stress import Level, Outcome
from tests.performance.loaded import evidence

RUN, STEP, CORE, AFTER = "stress", "step-", "core", "after"


@dataclass(frozen=True)
class Stressed:
    """The run and its levels in order of their load."""

    run: LoadRun
    levels: list[Level]
    found: Breaking
    slow: float
    """ms of p99, and the share of errors below, beyond which a step is broken."""
    errors: float

    @property
    def gave_way(self) -> Level | None:
        """The first level above all that held their limits; None: the highest held them."""
        return next((level for level in self.levels if level.step is self.found.gave_way), None)

    @property
    def capacity(self) -> Level:
        """The last level before. Raises Unobservable: the first broke already."""
        for level in self.levels:
            if level.step is self.found.capacity:
                return level
        raise Unobservable(f"{self.run}: the lowest step broke already", "Begin with less load")


def stressed(load_runs: LoadRuns, line: Line, target: ProductTarget) -> Stressed:
    """Open the newest stress run. Raises Unobservable, NotAllowed, NotConfigured."""
    return levels_of(evidence(load_runs, RUN, line, target), line, target)


def levels_of(run: LoadRun, line: Line, target: ProductTarget) -> Stressed:
    """The steps of a run, of whatever release and age. Raises Unobservable."""
    slow = 1000 * number(line, "breach_p99_above")
    errors = number(line, "breach_error_rate_above") / 100
    success = {o.status for o in configured(target.api, f"{line.product}.api").operations.values()}
    phases = [p for p in run.artefact.run.phases if p.scenario.startswith(STEP)]
    levels = sorted((_level(run, p, frozenset(success)) for p in phases), key=lambda level: level.step.begin)
    found = breaking_point([level.step for level in levels], errors, slow)
    steps = {name: getattr(found, name) for name in ("capacity", "broken", "held", "gave_way")}
    shown = {name: step and step.offered for name, step in steps.items()}
    observed(run, "requests a second", shown, source=run.source)
    return Stressed(run, levels, found, slow, errors)


def _level(run: LoadRun, phase: Phase, success: frozenset[int]) -> Level:
    of = f"{run} {phase.scenario}"
    if phase.rate is None:
        raise Unobservable(f"{of}: users who wait for answers spare a slow system", "Let the step offer a rate")
    dropped = run.dropped(phase)
    figures = enough(run.whole(phase), run.profile.samples, of)
    outcomes = tuple(Outcome(*each) for each in run.outcomes(phase))
    good = run.served(phase) / phase.seconds
    lost = (figures.failed + figures.wrong + dropped) / (figures.count + dropped)
    step = Step(phase.begins, phase.seconds, phase.rate, good, figures.p99, lost)
    return Level(phase.scenario, step, figures.count / phase.seconds, dropped, outcomes, success)


def window_of(run: LoadRun, level: Level) -> tuple[float, float]:
    """When a level was, in seconds since the epoch."""
    begin = run.artefact.run.started.timestamp() + level.step.begin
    return begin, begin + level.step.seconds
