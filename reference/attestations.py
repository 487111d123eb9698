"""Signed records of a deployment: throw-away keys, a register of roles, records signed by `ssh-keygen`."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomlkit

if TYPE_CHECKING:
    from reference.settings import Settings

# Who holds which role, and which lines it may speak about.
ROLES = {
    "Infrastructure Lead": ("tomas", ["SEI-1.1.*", "SEI-2.1.1.*", "SEI-5.1.2.*"]),
    "Security Lead": ("priya", ["SEI-1.1.2.*", "SEI-1.3.1.4.1", "SEI-4.1.1.2.*"]),
    "Launch Chair": ("sofia", ["SEI-2.3.1.2.4"]),
    "Finance Lead": ("jonas", ["SEI-1.1.1.1.3", "SEI-5.1.2.1.*"]),
    "Acceptance Lead": ("marta", ["SEI-2.1.2.4.2"]),
    "Client Representative": ("theo", ["SEI-2.1.2.4.2"]),
    "Reputation Watch": ("kenji.mori@seiketsu.example", ["SEI-4.1.2.1.3"]),
    "General Counsel": ("irene", ["SEI-5.2.1.2.4", "SEI-4.1.2.1.4"]),
    "Rollback Authority": ("hana.kim@seiketsu.example", ["SEI-4.1.2.1.1"]),
    "Customer Communications": ("milo", ["SEI-2.3.2.1.4"]),
    "Marketing Lead": ("lin", ["SEI-5.2.1.2.1"]),
    "Sales Lead": ("bruna", ["SEI-5.2.1.2.2"]),
    "Review Chair": ("ada", ["SEI-5.2.2.1.4"]),
    "Operations Trainer": ("pavel", ["SEI-2.3.1.2.1"]),
    "Support Lead": ("ines", ["AURA-10.2.2.4", "SEI-2.3.1.2.2", "SEI-5.2.1.1.4"]),
    "Engineering Manager": ("sofia.bianchi@aurastudio.example", ["AURA-10.2.1.4", "AURA-13.3.2"]),
}
# Those who are on call and speak for themselves, by product: person to role.
CREW = {
    "aurastudio": {
        "mira.okafor@aurastudio.example": "On-call Engineer",
        "jonas.lindqvist@aurastudio.example": "On-call Engineer",
        "priya.raman@aurastudio.example": "On-call Engineer",
        "tomas.novak@aurastudio.example": "On-call Engineer",
        "sofia.bianchi@aurastudio.example": "Engineering Manager",
    },
}
CREW_LINES = {"On-call Engineer": ["AURA-13.3.2"]}
# Who decides on AuraStudio's launch, one line in two roles.
DECIDERS = {"Product Owner": "nadia", "Engineering Lead": "omar"}
DECIDED = "AURA-10.3.1.6"
PREFIX = {"aurastudio": "AURA-", "seiketsu": "SEI-"}
# Line that is signed off to the role that does so, and who holds it.
LEADS = {
    "SEI-6.1.1": ("Development Team Lead", "aiko"),
    "SEI-6.1.2": ("DevOps Lead", "tomas"),
    "SEI-6.1.3": ("Security Team Lead", "priya"),
    "SEI-6.1.4": ("QA Lead", "mateo"),
    "SEI-6.2.1": ("Product Manager", "lena"),
    "SEI-6.2.2": ("Client Success Manager", "oscar"),
    "SEI-6.2.3": ("Operations Manager", "kenji"),
    "SEI-6.2.4": ("Executive Sponsor", "ruth"),
    "SEI-6.3.1": ("CTO", "noor"),
    "SEI-6.3.2": ("CEO", "victor"),
}
DAYS = 25


class Desk:
    """Where a product's records are written and signed. Raises OSError, CalledProcessError when ssh-keygen fails."""

    def __init__(self, settings: Settings, product: str) -> None:
        self.settings, self.product = settings, product
        self.folder = settings.part_folder("attestations") / product
        self.keys = settings.part_folder("attestations") / "keys"

    def open(self) -> None:
        """Make keys, the signers' file and the register anew. Nothing without ssh-keygen: then nothing is signed."""
        shutil.rmtree(self.folder, ignore_errors=True)
        self.folder.mkdir(parents=True)
        self.keys.mkdir(mode=0o700, exist_ok=True)
        register, signers = tomlkit.document(), []
        entries = tomlkit.aot()
        since = datetime.now(UTC).replace(microsecond=0) - timedelta(days=200)
        for role, person, lines, may in (held := list(_held(self.product))):
            said = {"name": role, "person": self.address(person), "since": since, "lines": lines, "may": [may]}
            entries.append(tomlkit.item(said))
        if shutil.which("ssh-keygen"):
            people = dict.fromkeys(person for _, person, _, _ in held)
            signers += [f'{self.address(p)} namespaces="golive" {self.make_key(p).read_text()}' for p in people]
        register["role"] = entries
        (self.folder / "roles.toml").write_text(tomlkit.dumps(register))
        (self.folder / "allowed_signers").write_text("".join(signers))

    def sign(self, name: str, line: str, role: str, statement: str, evidence: list[Path], **more: Any) -> Path:
        """Write the record `name` about the line, sign it by who holds the role. `more`: further keys of the record."""
        return self.write(
            name, {"line": line, "statement": statement, "role": role} | more, self.holder(role, more), evidence
        )

    def holder(self, role: str, more: Mapping[str, Any]) -> str:
        """Who signs in a role: the person of `more`, or who holds it."""
        return str(more["person"]).removesuffix(f"@{self.product}.test") if "person" in more else ROLES[role][0]

    def write(self, name: str, more: dict[str, Any], person: str, evidence: list[Path]) -> Path:
        """Write a record with the keys of `more`, all others as for a statement on this release, and sign it."""
        release = self.settings.products[self.product].release
        now = datetime.now(UTC).replace(microsecond=0)
        said: dict[str, Any] = {
            "person": self.address(person),
            "date": now - timedelta(hours=9),
            "release": release.version,
            "commit": release.commit,
            "expires": now + timedelta(days=DAYS),
        } | more
        if evidence:
            said["evidence"] = [
                {"file": os.path.relpath(path, self.folder), "sha256": digest(path)} for path in evidence
            ]
        path = self.folder / f"{name}.toml"
        # Tables go last: a key that follows one would be read as its own.
        path.write_text(tomlkit.dumps(dict(sorted(said.items(), key=lambda item: _is_table(item[1])))))
        self.put_signature(path, person)
        return path

    def put_signature(self, path: Path, person: str) -> None:
        """Sign the file anew."""
        path.with_name(path.name + ".sig").unlink(missing_ok=True)
        if shutil.which("ssh-keygen"):
            _keygen("-q", "-Y", "sign", "-n", "golive", "-f", str(self.keys / person), str(path))

    @contextmanager
    def signing(self, name: str, *arguments: Any, **more: Any) -> Iterator[None]:
        """Inside the block the record `name` is another one; arguments as of `sign`."""
        path = self.folder / f"{name}.toml"
        with kept(path, path.with_name(path.name + ".sig")):
            self.sign(name, *arguments, **more)
            yield

    def make_key(self, person: str) -> Path:
        """The public half of somebody's key, made when it is not there."""
        key = self.keys / person
        if not key.exists():
            _keygen("-q", "-t", "ed25519", "-N", "", "-C", person, "-f", str(key))
        return key.with_name(f"{key.name}.pub")

    def address(self, person: str) -> str:
        return person if "@" in person else f"{person}@{self.product}.test"


def _held(product: str) -> Iterator[tuple[str, str, list[str], str]]:
    """Role, who holds it, the lines that it may speak about, and how."""
    mine = PREFIX[product]
    for role, (person, lines) in ROLES.items():
        if own := [line for line in lines if line.startswith(mine)]:
            yield role, person, own, "attestation"
    for person, role in CREW.get(product, {}).items():
        if role in CREW_LINES:
            yield role, person, CREW_LINES[role], "attestation"
    for line, (role, person) in LEADS.items():
        if line.startswith(mine):
            yield role, person, [line], "sign-off"
    for role, person in DECIDERS.items():
        if DECIDED.startswith(mine):
            yield role, person, [DECIDED], "sign-off"


@contextmanager
def kept(*paths: Path) -> Iterator[None]:
    """After the block the files hold what they held before, or are gone as before."""
    before = {path: path.read_bytes() if path.exists() else None for path in paths}
    try:
        yield
    finally:
        for path, content in before.items():
            if content is None:
                path.unlink(missing_ok=True)
            else:
                path.write_bytes(content)


def _is_table(value: Any) -> bool:
    return isinstance(value, dict) or (isinstance(value, list) and any(isinstance(v, dict) for v in value))


def digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()


def _keygen(*arguments: str) -> None:
    subprocess.run(["ssh-keygen", *arguments], check=True, capture_output=True, timeout=20)
