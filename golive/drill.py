"""Drills: what a disruptive check found out, kept as a dated record, so that a run that may not disrupt can read it.

A drill is performed where the target and the command line allow it. Elsewhere the newest record of the folder
`[PRODUCT.drills]` is judged by the same rules, and the evidence says that a record was read. A record is one JSON file.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Generic, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue, ValidationError

from golive.catalogue import Line
from golive.guard import effect
from golive.observation import observed
from golive.problem import first_problem
from golive.run_id import run_id
from golive.target import ProductTarget
from golive.verdict import NotAllowed, Unobservable

F = TypeVar("F", bound="Facts")

DEFAULT_HOURS = 720
"""How old a record may be where the line does not say."""


class Facts(BaseModel):
    """What one kind of drill observed. Each kind derives its own; the same facts are performed, recorded and judged."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Record(BaseModel):
    """One drill as its file holds it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str = Field(min_length=1)
    """Such as `redis-failover`; drills of one kind have the same facts."""
    product: str
    environment: str
    version: str
    """The release that ran."""
    started: AwareDatetime
    finished: AwareDatetime
    run: str
    """Who did it: a run's id, or a person."""
    facts: dict[str, JsonValue]

    @property
    def file_name(self) -> str:
        return f"{self.kind}-{self.product}-{self.started.astimezone(UTC):%Y%m%dT%H%M%SZ}.json"


@dataclass(frozen=True)
class Drill(Generic[F]):
    """What a drill showed, and where it is known from."""

    facts: F
    finished: datetime
    source: str
    """`drill performed in this run`, or the record's file."""
    performed: bool

    def __str__(self) -> str:
        return self.source


class Drills:
    """The drills of one product.

    Args:
        needed: the effect that the running check declares for performing one.
        folder: of the records; None: the target names none, so nothing is kept, and nothing can be read.
    """

    def __init__(self, target: ProductTarget, line: Line, needed: effect.Effect) -> None:
        self.target, self.line, self.needed = target, line, needed
        self.folder = Path(target.drills.folder) if target.drills else None

    def performed_or_recorded(self, kind: str, facts: type[F], perform: Callable[[], F]) -> Drill[F]:
        """Perform the drill where it is allowed, and keep its record; else return what the newest record says.

        Args:
            perform: does it and returns what was seen. It leaves the deployment as it found it.

        Raises:
            NotAllowed: it may not be performed here, and the target has no folder of records.
            Unobservable: there is no record of this kind, the newest can't be read, or is older than the line allows.
        """
        if effect.current() >= self.needed:
            started = datetime.now(UTC)
            seen = perform()
            return self._keep(kind, seen, started)
        return self.recorded(kind, facts)

    def recorded(self, kind: str, facts: type[F]) -> Drill[F]:
        """The newest record's facts. Raises as `performed_or_recorded` does."""
        remedy = f"Run the line with --allow {self.needed.word} where that may be, and keep the record it writes"
        if self.folder is None:
            raise NotAllowed(
                f"the check {self.needed.word}, which this run may not do, and the target has no "
                f"[{self.line.product}.drills] with records of earlier drills",
                remedy,
            )
        newest = max(self._records(kind), key=lambda found: found[1].finished, default=None)
        if newest is None:
            raise Unobservable(
                f"{self.folder} holds no record of a {kind} drill of {self.line.product} in {self.target.environment}",
                remedy,
            )
        path, record = newest
        age, most = datetime.now(UTC) - record.finished, timedelta(hours=self.line.max_age_hours or DEFAULT_HOURS)
        observed(path.name, "drill record", record.finished, source=f"record by {record.run}")
        if age > most or age < timedelta(minutes=-5):
            when = f"{age / timedelta(days=1):.1f} days old" if age > most else f"dated {-age} in the future"
            raise Unobservable(
                f"the newest {kind} drill record, {path.name}, is {when}; this line takes at most "
                f"{most / timedelta(days=1):g} days",
                remedy,
            )
        try:
            seen = facts.model_validate(record.facts)
        except ValidationError as error:
            raise Unobservable(f"{path}: facts.{first_problem(error)}", "Perform the drill again") from None
        for name, value in seen.model_dump(mode="json").items():
            observed(f"{kind} drill", name, value, source=f"record {path.name}", at=record.finished)
        return Drill(seen, record.finished, f"drill record {path.name} of {record.finished:%Y-%m-%d %H:%M} UTC", False)

    def _records(self, kind: str) -> list[tuple[Path, Record]]:
        """This deployment's records of the kind. Raises Unobservable for a file that is none: it may be the newest."""
        assert self.folder is not None
        found = []
        for path in sorted(self.folder.glob(f"{kind}-*.json")):
            try:
                record = Record.model_validate_json(path.read_bytes())
            except (OSError, ValidationError) as error:
                why = first_problem(error) if isinstance(error, ValidationError) else str(error)
                raise Unobservable(f"{path} is no drill record: {why}", "Correct or remove the file") from None
            mine = (kind, self.line.product, self.target.environment)
            if (record.kind, record.product, record.environment) == mine:
                found.append((path, record))
        return found

    def _keep(self, kind: str, seen: F, started: datetime) -> Drill[F]:
        finished = datetime.now(UTC)
        values = seen.model_dump(mode="json")
        for name, value in values.items():
            observed(f"{kind} drill", name, value, source="performed in this run", at=finished)
        if self.folder is not None:
            record = Record(
                kind=kind, product=self.line.product, environment=self.target.environment,
                version=self.target.release.version, started=started, finished=finished, run=run_id(), facts=values,
            )  # fmt: skip
            self.folder.mkdir(parents=True, exist_ok=True)
            (self.folder / record.file_name).write_text(record.model_dump_json(indent=2) + "\n", encoding="utf-8")
        return Drill(seen, finished, "drill performed in this run", True)
