"""Signed records of what only people know: who stated what of a release, when, on what evidence, until when.

A record is a TOML file `NAME.toml` in `[PRODUCT.attestations] folder`; beside it lies its signature `NAME.toml.sig`,
made by `ssh-keygen -Y sign -n golive -f KEY NAME.toml`. Two more files say who may sign: `allowed_signers` (see
ssh-keygen(1), ALLOWED SIGNERS; the principal is the person's address) and `roles.toml`, the register of roles:

    [[role]]
    name = "Security Lead"
    person = "mira@example.com"
    since = 2026-01-01T00:00:00Z
    until = 2027-01-01T00:00:00Z      # optional
    lines = ["SEI-1.1.2.*"]           # what the role may speak about; patterns
    may = ["attestation", "waiver"]   # what it may do; attestation alone by default

    [[revoked]]                       # a record that was taken back
    sha256 = "..."                    # of the record's file
    on = 2026-11-22T09:00:00Z
    reason = "The budget was cut."

No cryptography is done here: `ssh-keygen` verifies.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import subprocess
import tomllib
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError, model_validator

from golive import clock
from golive.problem import first_problem
from golive.sign_off import SHA256, SignOff
from golive.verdict import Unobservable

NAMESPACE = "golive"
SIGNERS, ROLES = "allowed_signers", "roles.toml"
SECONDS = 10

WAIVER_DAYS = 30
"""How long a waiver may last."""

Kind = Literal["attestation", "waiver", "sign-off"]
M = TypeVar("M", bound=BaseModel)


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Evidence(_Part):
    """What a statement rests on: a file (relative to the record) or a link, with the SHA-256 of its content."""

    file: str | None = None
    link: str | None = None
    sha256: str = Field(pattern=SHA256)

    @model_validator(mode="after")
    def _names_one_thing(self) -> Evidence:
        if (self.file is None) == (self.link is None):
            raise ValueError("evidence is either a file or a link")
        return self


class Statement(_Part):
    """The content of a record. Times carry their zone."""

    kind: Kind = "attestation"
    line: str
    statement: str = Field(min_length=10)
    role: str
    person: str
    date: AwareDatetime
    release: str
    commit: str | None = Field(default=None, min_length=7)
    expires: AwareDatetime
    accepts: list[str] = []
    """Findings by name that the signer takes on until `expires`."""
    evidence: list[Evidence] = []
    mitigation: str = ""
    """Of a waiver: what is done about the risk meanwhile."""
    sign_off: SignOff | None = None
    """Of a sign-off; other kinds have none."""

    @model_validator(mode="after")
    def _sign_offs_are_complete(self) -> Statement:
        if (self.kind == "sign-off") != (self.sign_off is not None):
            raise ValueError("a record of the kind sign-off has [sign_off], and no other kind has")
        if self.kind == "sign-off" and self.commit is None:
            raise ValueError("a sign-off names the commit that it is for")
        return self

    @model_validator(mode="after")
    def _waivers_are_complete(self) -> Statement:
        if self.kind == "waiver":
            if len(self.mitigation) < 10:
                raise ValueError("a waiver says under mitigation what is done about the risk meanwhile")
            if self.commit is None:
                raise ValueError("a waiver names the commit that it is for")
            if self.expires - self.date > timedelta(days=WAIVER_DAYS):
                raise ValueError(f"a waiver expires within {WAIVER_DAYS} days of its date")
        return self


class Role(_Part):
    """Who holds a role, when, and about which lines it may speak."""

    name: str
    person: str
    since: AwareDatetime
    until: AwareDatetime | None = None
    lines: list[str] = Field(min_length=1)
    may: list[Kind] = ["attestation"]


class Revocation(_Part):
    """A record that was taken back."""

    sha256: str = Field(pattern=SHA256)
    on: AwareDatetime
    reason: str = Field(min_length=3)


class _Register(_Part):
    role: list[Role]
    revoked: list[Revocation] = []


@dataclass(frozen=True)
class Record:
    """A record as it lies in the folder; `said` is not to be trusted before `Records.problems` is empty."""

    path: Path
    said: Statement

    def __str__(self) -> str:
        return f"record {self.path.name}"


class Records:
    """The records of one folder, and who may sign them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

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
            Unobservable: ssh-keygen is missing or broken, or a file that says who may sign can't be read.
        """
        said, now = record.said, now or clock.now()
        found = [self._signature(record), self._role(said), self._revoked(record)]
        if said.date > now:
            found.append(f"is dated {said.date:%Y-%m-%d %H:%M}Z, which is yet to come")
        if said.expires <= now:
            found.append(f"expired on {said.expires:%Y-%m-%d}")
        if said.release != version:
            found.append(f"is about release {said.release}, not {version}")
        if said.commit and not (commit.startswith(said.commit) or said.commit.startswith(commit)):
            found.append(f"is about commit {said.commit[:7]}, not {commit[:7]}")
        found += [_changed(record, evidence) for evidence in said.evidence]
        return [f"{record}: {problem}" for problem in found if problem]

    def key(self, record: Record) -> str:
        """The fingerprint of the key that signed the record, whoever it is listed for; empty: no sound signature.

        Raises:
            Unobservable: see `problems`.
        """
        done = self._keygen(record, "check-novalidate", "-n", NAMESPACE)
        found = re.search(rb"\bSHA256:\S+", done.stdout) if done is not None and done.returncode == 0 else None
        return found.group().decode() if found else ""

    def _signature(self, record: Record) -> str | None:
        """By `ssh-keygen -Y verify`, with the key's validity on the record's date."""
        done = self._keygen(record, "verify", "-n", NAMESPACE, "-I", record.said.person)
        if done is None:
            return f"is not signed: there is no {record.path.name}.sig"
        if done.returncode == 0:
            return None
        why = (done.stderr or done.stdout).decode(errors="replace").strip().splitlines()
        return f"its signature is not {record.said.person}'s: {why[-1] if why else 'ssh-keygen refuses it'}"

    def _keygen(self, record: Record, *what: str) -> subprocess.CompletedProcess[bytes] | None:
        """What ssh-keygen says of the signature; None: there is none."""
        signature, signers = record.path.with_name(record.path.name + ".sig"), self.folder / SIGNERS
        if not signers.is_file():
            raise Unobservable(f"{signers} is not there", "List the keys of who may sign, see ssh-keygen(1)")
        program = shutil.which("ssh-keygen")
        if program is None:
            raise Unobservable("ssh-keygen is not on this machine", "Install OpenSSH 8.9 or later")
        if not signature.is_file():
            return None
        at = f"{record.said.date.astimezone(UTC):%Y%m%d%H%M%S}Z"
        command = [program, "-Y", *what, "-f", str(signers), "-s", str(signature), "-O", f"verify-time={at}"]
        try:
            content = record.path.read_bytes()
            return subprocess.run(command, input=content, capture_output=True, timeout=SECONDS, check=False)
        except (OSError, subprocess.TimeoutExpired) as error:
            raise Unobservable(f"{record}: ssh-keygen could not verify it: {error}", "Run again") from None

    def _revoked(self, record: Record) -> str | None:
        try:
            digest = sha256_of(record.path)
        except OSError as error:
            raise Unobservable(f"{record} can't be read: {error}", "Run again") from None
        for revocation in self._register.revoked:
            if revocation.sha256 == digest:
                return f"was taken back on {revocation.on:%Y-%m-%d}: {revocation.reason}"
        return None

    def _role(self, said: Statement) -> str | None:
        held = [r for r in self.roles if r.name == said.role and r.person == said.person]
        if not held:
            return f"{said.person} does not have the role {said.role}"
        in_time = [r for r in held if r.since <= said.date and (r.until is None or said.date < r.until)]
        if not in_time:
            return f"{said.person} did not have the role {said.role} on {said.date:%Y-%m-%d}"
        if not any(fnmatchcase(said.line, pattern) for r in in_time for pattern in r.lines):
            return f"the role {said.role} may not speak about {said.line}"
        if not any(said.kind in r.may for r in in_time if any(fnmatchcase(said.line, p) for p in r.lines)):
            return f"the role {said.role} may not give a {said.kind}"
        return None

    @property
    def roles(self) -> list[Role]:
        """The register. Raises Unobservable."""
        return self._register.role

    @property
    def _register(self) -> _Register:
        return _read(self.folder / ROLES, _Register)


def sha256_of(path: Path) -> str:
    """The hex digest of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _changed(record: Record, evidence: Evidence) -> str | None:
    """What a link leads to is not fetched here: its hash is for who compares it."""
    if evidence.file is None:
        return None
    try:
        digest = sha256_of(record.path.parent / evidence.file)
    except OSError:
        return f"its evidence {evidence.file} is not there"
    return None if digest == evidence.sha256 else f"its evidence {evidence.file} has another hash now"


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
