"""The records of a folder, and which of them hold for a release."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import BaseModel, ValidationError

from golive import clock
from golive.attestation import signature
from golive.attestation.evidence import Links, changed, sha256_of
from golive.attestation.register import ROLES, Register, Role
from golive.attestation.statement import Kind, Statement
from golive.problem import first_problem
from golive.target.people import Attestations
from golive.verdict import Unobservable

M = TypeVar("M", bound=BaseModel)


@dataclass(frozen=True)
class Record:
    """A record as it lies in the folder; `said` is not to be trusted before `Records.problems` is empty."""

    path: Path
    said: Statement

    def __str__(self) -> str:
        return f"record {self.path.name}"


class Records:
    """The records of one folder, and who may sign them."""

    def __init__(self, folder: Path, links: Links | None = None) -> None:
        self.folder, self.links = folder, links or Links()

    @classmethod
    def kept(cls, settings: Attestations) -> Self:
        """Return those of the folder that the target names, with the places where links may be asked."""
        return cls(Path(settings.folder), Links(settings.links))

    def __str__(self) -> str:
        return f"records in {self.folder.name}"

    def of(self, line: str, kind: Kind = "attestation") -> list[Record]:
        """The records of a kind about a line, newest first.

        Raises:
            Unobservable: there is no such folder, or a file in it is no record and may be one about this line.
        """
        paths = [p for p in self._paths() if _line_of(p) in (None, line)]
        found = [r for r in (Record(p, _read(p, Statement)) for p in paths) if r.said.kind == kind]
        return sorted(found, key=lambda r: r.said.date, reverse=True)

    def broken(self, line: str) -> list[str]:
        """What is wrong with files that mean to be records about a line and are none, one sentence each."""
        found = []
        for path in self._paths():
            if _line_of(path) == line:
                try:
                    _read(path, Statement)
                except Unobservable as error:
                    found.append(f"record {error.reason}")
        return found

    def all(self) -> list[Record]:
        """Every record.

        Raises:
            Unobservable: there is no such folder, or a file in it is no record: it may be the newest.
        """
        return [Record(p, _read(p, Statement)) for p in self._paths()]

    def _paths(self) -> list[Path]:
        if not self.folder.is_dir():
            raise Unobservable(f"{self.folder} is no folder", "Correct [PRODUCT.attestations] folder")
        return [p for p in sorted(self.folder.glob("*.toml")) if p.name != ROLES]

    def problems(self, record: Record, *, version: str, commit: str, now: datetime | None = None) -> list[str]:
        """What keeps the record from holding for this release, one sentence each; empty: it holds.

        Raises:
            Unobservable: ssh-keygen is missing or broken, a file that says who may sign can't be read, or nothing
                else is wrong and a link of the evidence can't be asked.
        """
        said, now = record.said, now or clock.now()
        found = [signature.problem_of(record.path, said.person, said.date), self._register.refuses(said)]
        found.append(self._register.took_back(_digest(record)))
        if said.date > now:
            found.append(f"is dated {said.date:%Y-%m-%d %H:%M}Z, which is yet to come")
        if said.expires <= now:
            found.append(f"expired on {said.expires:%Y-%m-%d}")
        if said.release != version:
            found.append(f"is about release {said.release}, not {version}")
        if said.commit and not (commit.startswith(said.commit) or said.commit.startswith(commit)):
            found.append(f"is about commit {said.commit[:7]}, not {commit[:7]}")
        found += self._evidence(record, asking=not any(found))
        return [f"{record}: {problem}" for problem in found if problem]

    def _evidence(self, record: Record, *, asking: bool) -> list[str | None]:
        """What is wrong with the evidence. Links are asked only of a record that holds but for them."""
        links = [e for e in record.said.evidence if e.link]
        found = [changed(e, record.path.parent, self.links) for e in record.said.evidence if e.file]
        if not asking or any(found):
            return found
        try:
            return [changed(e, record.path.parent, self.links) for e in links]
        except Unobservable as error:
            raise Unobservable(f"{record}: its evidence {error.reason}", error.remedy) from None

    def key(self, record: Record) -> str:
        """The fingerprint of the key that signed the record, whoever it is listed for; empty: no sound signature.

        Raises:
            Unobservable: see `problems`.
        """
        return signature.key_of(record.path, record.said.date)

    @property
    def roles(self) -> list[Role]:
        """The register. Raises Unobservable."""
        return self._register.role

    @property
    def _register(self) -> Register:
        return _read(self.folder / ROLES, Register)


def _digest(record: Record) -> str:
    try:
        return sha256_of(record.path)
    except OSError as error:
        raise Unobservable(f"{record} can't be read: {error}", "Run again") from None


def _line_of(path: Path) -> str | None:
    """The line that a file is about, even if it is no sound record; None: it does not say."""
    try:
        line = tomllib.loads(path.read_text(encoding="utf-8")).get("line")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError):
        return None
    return line if isinstance(line, str) else None


def _read(path: Path, model: type[M]) -> M:
    try:
        raw: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return model.model_validate(raw)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise Unobservable(f"{path.name} can't be read: {error}", "Correct or remove the file") from None
    except ValidationError as error:
        raise Unobservable(f"{path.name}: {first_problem(error)}", "Correct or remove the file") from None
