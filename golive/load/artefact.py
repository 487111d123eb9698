"""A load run as it lies in a folder: `run.json` beside its results. Checks judge this, wherever it was made.

load-results/20261122T031500Z-rates/run.json
load-results/20261122T031500Z-rates/results.csv.gz
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from golive.problem import first_problem
from golive.verdict import Unobservable

RUN_FILE = "run.json"


class Part(BaseModel):
    """A part of `run.json`."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Built(Part):
    """The release that the load was put on."""

    version: str
    commit: str = ""


class Size(Part):
    """How large the run was, as shares of what the checklist asks for; 1 is the whole size."""

    profile: str = "full"
    rate: float = Field(default=1, gt=0, le=1)
    users: float = Field(default=1, gt=0, le=1)
    duration: float = Field(default=1, gt=0, le=1)
    tenants: float = Field(default=1, gt=0, le=1)

    @property
    def whole(self) -> bool:
        """Whether nothing of it was scaled down."""
        return self.rate == self.users == self.duration == self.tenants == 1

    def __str__(self) -> str:
        if self.whole:
            return "full size"
        shares = {"rates": self.rate, "users": self.users, "durations": self.duration, "tenants": self.tenants}
        smaller = ", ".join(f"{share:.0%} of the {thing}" for thing, share in shares.items() if share < 1)
        return f"{smaller} of the full size"


class Phase(Part):
    """One scenario of the run: when its steady part began, how long it was, and what it offered."""

    scenario: str
    model: Literal["open", "closed"]
    """Open: arrivals at `rate`. Closed: `users` who wait for each answer, so that a slow server is asked less."""
    operations: tuple[str, ...] = ()
    rate: float | None = None
    """Iterations a second that were to be started."""
    users: int | None = None
    begins: float = Field(default=0, ge=0)
    """Seconds from the run's start."""
    ramp: float = Field(default=0, ge=0)
    """Seconds in which the load was raised, before the steady part."""
    seconds: float = Field(gt=0)
    """Of the steady part."""
    part_of: str = ""
    """The generator's scenario, where several phases follow one another in it: its users go on, with their connections.
    What was dropped bears this name, and everything else the phase's."""

    @model_validator(mode="after")
    def _says_how_much(self) -> Phase:
        if (self.rate if self.model == "open" else self.users) is None:
            raise ValueError("an open phase needs a rate, a closed one users")
        return self


class Embedded(Part):
    """What of the stored had a vector of the provider's soon after the load was over."""

    at: float
    """When it was counted, in seconds since the epoch."""
    count: int


class Remote(Part):
    """Where in a Prometheus a run's results are."""

    labels: dict[str, str] = Field(min_length=1)
    """What tells the run's series from all others, such as `testid`; k6 writes them by `--tag`."""
    interval: float = Field(default=5, gt=0)
    """Seconds between two pushes, K6_PROMETHEUS_RW_PUSH_INTERVAL."""


class Run(Part):
    """`run.json`. Times have a zone. `counts` are the generator's own totals, by which half a file is noticed."""

    product: str
    name: str
    """Which of the product's load runs it is, such as `rates` or `levels`."""
    environment: str
    release: Built
    started: AwareDatetime
    finished: AwareDatetime
    results: list[str] = []
    """Files beside `run.json`: one, or those of a distributed run."""
    prometheus: Remote | None = None
    """In place of files: k6 wrote to the Prometheus of [PRODUCT.k6.prometheus]."""
    summary: str | None = None
    samples: str | None = None
    """What the database looked like meanwhile, see golive/load/sampling.py."""
    trace: str | None = None
    """What each journey did, see golive/load/tracing.py."""
    size: Size = Size()
    phases: list[Phase] = Field(min_length=1)
    aborted: str | None = None
    """Why it ended early, None when it ran to its end."""
    generator: str = ""
    counts: dict[str, float] = {}
    stored: dict[str, float] = {}
    """Counted on the deployment afterwards, such as rows that carry the run's marker."""
    embedded: Embedded | None = None

    @model_validator(mode="after")
    def _ends_after_it_starts(self) -> Run:
        if self.finished <= self.started:
            raise ValueError("finished is not after started")
        return self

    @model_validator(mode="after")
    def _has_results(self) -> Run:
        if bool(self.results) == bool(self.prometheus):
            raise ValueError("a run has results in files or in a Prometheus: give either results or prometheus")
        return self


@dataclass(frozen=True)
class Artefact:
    """A run and the folder that it lies in."""

    folder: Path
    run: Run

    @property
    def files(self) -> list[Path]:
        """The result files. Raises Unobservable when one is missing."""
        found = [self.folder / name for name in self.run.results]
        for path in found:
            if not path.is_file():
                raise Unobservable(f"load run {self}: {path} is missing", "Copy all of the run's files")
        return found

    def phase(self, scenario: str) -> Phase:
        """The scenario's phase. Raises Unobservable when the run did not have the scenario."""
        for phase in self.run.phases:
            if phase.scenario == scenario:
                return phase
        known = ", ".join(p.scenario for p in self.run.phases)
        raise Unobservable(
            f"load run {self} has no scenario {scenario} (it has: {known})",
            f"Run `python -m golive load --run {self.run.name}`",
        )

    def parts(self, phase: Phase) -> list[Phase]:
        """Those that follow one another in the generator's scenario that the phase is a part of; else it alone."""
        return [p for p in self.run.phases if p.part_of == phase.part_of] if phase.part_of else [phase]

    def due(self, phase: Phase) -> tuple[float, float]:
        """When its arrivals were due: from its begin to that of the next part, in seconds since the epoch."""
        zero = self.run.started.timestamp()
        later = [p.begins for p in self.parts(phase) if p.begins > phase.begins]
        return zero + phase.begins, min((zero + begins for begins in later), default=self.run.finished.timestamp())

    def steady(self, phase: Phase) -> tuple[float, float]:
        """Begin and end of the phase's steady part, in seconds since the epoch."""
        begin = self.run.started.timestamp() + phase.begins + phase.ramp
        return begin, begin + phase.seconds

    def __str__(self) -> str:
        return f"{self.run.name} of {self.run.started:%Y-%m-%d %H:%M} UTC"


def open_run(folder: Path) -> Artefact:
    """Read `run.json` of a folder. Raises Unobservable when it is missing or no run."""
    path = folder / RUN_FILE
    try:
        return Artefact(folder, Run.model_validate_json(path.read_bytes()))
    except OSError as error:
        raise Unobservable(f"{path}: {error.strerror or error}", "docs/load.md says what stands in it") from None
    except ValidationError as error:
        raise Unobservable(f"{path}: {first_problem(error)}", "docs/load.md says what stands in it") from None


def newest_run(folder: Path, name: str, product: str, environment: str) -> Artefact | None:
    """The latest run of this name, None when there is none. Raises Unobservable for a run that can't be read."""
    runs = [open_run(path.parent) for path in sorted(folder.glob(f"*/{RUN_FILE}"))]
    own = [a for a in runs if (a.run.name, a.run.product, a.run.environment) == (name, product, environment)]
    return max(own, key=_started, default=None)


def _started(artefact: Artefact) -> datetime:
    return artefact.run.started
