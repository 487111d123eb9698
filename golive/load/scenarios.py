"""What is put on each product at full size: `load/scenarios.toml`."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Sequence
from functools import cache
from itertools import groupby, pairwise
from operator import attrgetter
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from golive.load.artefact import Part, Phase
from golive.target.load_runs import K6, LoadProfile
from golive.verdict import NotConfigured

FOLDER = Path(__file__).parents[2] / "load"
SCRIPT = FOLDER / "main.js"
REST = 14.0
"""With the gap between scenarios it is as long as limits on requests commonly need to begin anew on a small system."""


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
    part_of: str = ""
    """One scenario of k6 that goes on through all parts of this name, each at once after the one before: the users of
    one are those of the next, and keep their connections."""
    together: bool = False
    """Begins with the scenario before it."""
    throughout: bool = False
    """Goes on until the run's last scenario has ended, and the gap after it."""
    rest: float = Field(default=0, ge=0)
    """Seconds of quiet before it begins, at full size; `REST` at least, where there is any."""
    by: Literal["everybody", "victims", "greedy"] = "everybody"
    """Who acts: those of the target's `k6.greedy`, or all whom the load acts as."""
    warms: bool = False
    """Is there to fill caches and pools before anything is measured: a profile may make it denser, not only smaller."""
    tenants: int | None = None
    """So many act, each at `rate`, which no profile makes smaller."""
    times: float | None = None
    """So often as one of those who act in the run's first scenario, in place of a rate."""
    each: bool = False
    """Is a scenario of its own for each of those whom the load acts as, all at once, with a share of the users."""

    def people(self, profile: LoadProfile) -> int:
        """How many tenants act in it; 0: it does not say."""
        return max(1, round(self.tenants * profile.tenants)) if self.tenants else 0

    def parts(self, people: Sequence[str]) -> list[str]:
        """The names of everybody's own part; k6 takes letters, digits, `_` and `-`."""
        return [f"{self.name}-{re.sub(r'[^A-Za-z0-9_]', '_', who)}" for who in people]

    def phase(self, profile: LoadProfile, begins: float) -> Phase:
        """The scenario as a profile scales it, beginning so many seconds after the run."""
        users = max(1, round(self.users * profile.users)) if self.users else 1 if self.times else None
        share = self.people(profile) or profile.rate * (profile.warm_up if self.warms else 1)
        return Phase(
            scenario=self.name,
            model="open" if self.rate else "closed",
            operations=self.operations,
            rate=self.rate * share if self.rate else None,
            users=users,
            begins=begins,
            ramp=self.ramp * profile.duration,
            seconds=self.seconds * profile.duration,
            part_of=self.part_of,
        )


class Spell(Part):
    """So many steps of so many seconds."""

    count: int = Field(gt=0)
    seconds: float = Field(gt=0)


class Climb(Part):
    """What a scenario says in place of `seconds` that is written once for all steps of a climb."""

    name: str
    rate: float = Field(gt=0)
    """Of the first step."""
    growth: float = Field(gt=1)
    steps: tuple[Spell, ...] = Field(min_length=1)


class LoadRun(Part):
    """What one start of the generator does: scenarios one after another."""

    scenarios: tuple[Scenario, ...] = Field(min_length=1)
    remember: bool = False
    """Store what is asked for later before the scenarios begin."""
    embeds: bool = False
    """Count what is embedded as soon as the last scenario is over."""

    gap: float = Field(default=6, ge=0)
    """Seconds between two scenarios: until then the users of the one before have ended."""

    @field_validator("scenarios", mode="before")
    @classmethod
    def _steps_are_scenarios(cls, given: Any) -> Any:
        """Write a scenario with `steps` out: `name-01` and so on, each at `growth` times the rate of the one before."""
        return [s for one in given for s in (_steps(one) if isinstance(one, dict) and "steps" in one else [one])]

    @model_validator(mode="after")
    def _parts_go_on(self) -> LoadRun:
        for before, after in pairwise(self.scenarios):
            same = after.part_of and after.part_of == before.part_of
            if same and not (before.rate and after.rate and before.journey == after.journey and not after.together):
                raise ValueError(f"{before.name} and {after.name} are parts of one: both need a rate, and one journey")
        names = [name for name, _ in groupby(self.scenarios, key=attrgetter("part_of")) if name]
        if twice := {name for name in names if names.count(name) > 1}:
            raise ValueError(f"the parts of {', '.join(sorted(twice))} do not follow one another")
        return self

    @property
    def greedy(self) -> bool:
        """Whether one tenant takes more than the others."""
        return any(s.by == "greedy" for s in self.scenarios)

    def phases(self, profile: LoadProfile, people: Sequence[str] = (), victims: int = 0) -> list[Phase]:
        """The scenarios as phases of a run. `victims`: how many share the first scenario's rate."""
        phases: list[Phase] = []
        for scenario in self.scenarios:
            begins = 0.0
            if phases:
                last = phases[-1]
                over = last.begins + last.ramp + last.seconds
                goes_on = scenario.part_of and scenario.part_of == last.part_of
                begins = last.begins if scenario.together else over if goes_on else over + self.gap
                begins += max(REST, scenario.rest * profile.duration) if scenario.rest else 0
            phase = scenario.phase(profile, begins)
            if scenario.times and phases:
                phase = phase.model_copy(
                    update={
                        "model": "open",
                        "users": None,
                        "rate": scenario.times * (phases[0].rate or 0) / max(1, victims),
                    }
                )
            if scenario.each:
                users = max(1, round((phase.users or 0) / max(1, len(people))))
                phases += [phase.model_copy(update={"scenario": n, "users": users}) for n in scenario.parts(people)]
            else:
                phases.append(phase)
        end, lasting = (
            max(p.begins + p.ramp + p.seconds for p in phases),
            {s.name for s in self.scenarios if s.throughout},
        )
        return [
            p.model_copy(update={"seconds": end + self.gap - p.begins - p.ramp}) if p.scenario in lasting else p
            for p in phases
        ]


def _steps(given: dict[str, Any]) -> list[dict[str, Any]]:
    climb = Climb.model_validate({k: given[k] for k in Climb.model_fields if k in given})
    lengths = [spell.seconds for spell in climb.steps for _ in range(spell.count)]
    same = {k: v for k, v in given.items() if k not in Climb.model_fields}
    return [
        same | {"name": f"{climb.name}-{n + 1:02d}", "rate": round(climb.rate * climb.growth**n), "seconds": seconds,
                "together": n == 0 and same.get("together", False)}
        for n, seconds in enumerate(lengths)
    ]  # fmt: skip


@cache
def load_runs() -> dict[str, dict[str, LoadRun]]:
    """Product to name of a run to what it does."""
    with (FOLDER / "scenarios.toml").open("rb") as file:
        read = tomllib.load(file)
    return {
        product: {name: LoadRun.model_validate(run) for name, run in runs.items()} for product, runs in read.items()
    }


def sized_run(product: str, settings: K6, name: str, profile: str) -> tuple[LoadRun, LoadProfile]:
    """Return a run and how large it is made.

    Raises:
        NotConfigured: the product has no such run, or the target no such profile.
    """
    runs = load_runs().get(product, {})
    if name not in runs:
        raise NotConfigured(f"{product} has no load run {name!r}; it has: {', '.join(runs)}")
    try:
        return runs[name], settings.sized(profile).of(name)
    except KeyError as error:
        raise NotConfigured(str(error.args[0]), f"Add [{product}.k6.profiles.{profile}]") from None
