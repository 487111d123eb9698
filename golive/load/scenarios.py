"""What is put on each product at full size: `load/scenarios.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from pydantic import Field

from golive.load.artefact import Part, Phase
from golive.target.load_runs import LoadProfile

FOLDER = Path(__file__).parents[2] / "load"
SCRIPT = FOLDER / "main.js"


class Scenario(Part):
    """One journey at one rate, or by so many users. Rates a second, times in seconds, all at full size."""

    name: str
    journey: str
    operations: tuple[str, ...] = ()
    """What it calls, in order; none when it speaks over the product's stream."""
    rate: float | None = None
    users: int | None = None
    ramp: float = 0
    seconds: float = Field(gt=0)
    waits: float = Field(default=4, gt=0)
    """Seconds that an answer may take before an open scenario runs out of users: arrivals beyond are dropped."""
    together: bool = False
    """Begins with the scenario before it."""
    each: bool = False
    """Is a scenario of its own for each of those whom the load acts as, all at once, with a share of the users."""

    def parts(self, people: Sequence[str]) -> list[str]:
        """The names of everybody's own part; k6 takes letters, digits, `_` and `-`."""
        return [f"{self.name}-{re.sub(r'[^A-Za-z0-9_]', '_', who)}" for who in people]

    def phase(self, profile: LoadProfile, begins: float) -> Phase:
        """The scenario as a profile scales it, beginning so many seconds after the run."""
        users = max(1, round(self.users * profile.users)) if self.users else None
        return Phase(
            scenario=self.name,
            model="open" if self.rate else "closed",
            operations=self.operations,
            rate=self.rate * profile.rate if self.rate else None,
            users=users,
            begins=begins,
            ramp=self.ramp * profile.duration,
            seconds=self.seconds * profile.duration,
        )


class LoadRun(Part):
    """What one start of the generator does: scenarios one after another."""

    scenarios: tuple[Scenario, ...] = Field(min_length=1)
    remember: bool = False
    """Store what is asked for later before the scenarios begin."""

    def phases(self, profile: LoadProfile, people: Sequence[str] = (), gap: float = 6.0) -> list[Phase]:
        """The scenarios as phases of a run, `gap` seconds apart: until then the users before have ended."""
        phases: list[Phase] = []
        for scenario in self.scenarios:
            begins = 0.0
            if phases:
                last = phases[-1]
                begins = last.begins if scenario.together else last.begins + last.ramp + last.seconds + gap
            phase = scenario.phase(profile, begins)
            if scenario.each:
                users = max(1, round((phase.users or 0) / max(1, len(people))))
                phases += [phase.model_copy(update={"scenario": n, "users": users}) for n in scenario.parts(people)]
            else:
                phases.append(phase)
        return phases


@cache
def load_runs() -> dict[str, dict[str, LoadRun]]:
    """Product to name of a run to what it does."""
    with (FOLDER / "scenarios.toml").open("rb") as file:
        read = tomllib.load(file)
    return {
        product: {name: LoadRun.model_validate(run) for name, run in runs.items()} for product, runs in read.items()
    }
