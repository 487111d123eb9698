"""The register of roles: who may speak about which lines, when, and what was taken back."""

from __future__ import annotations

from fnmatch import fnmatchcase

from pydantic import AwareDatetime, Field

from golive.attestation.statement import Kind, Part, Statement
from golive.sign_off import SHA256

ROLES = "roles.toml"


class Role(Part):
    """Who holds a role, when, and about which lines they may speak in it."""

    name: str
    person: str
    since: AwareDatetime
    until: AwareDatetime | None = None
    lines: list[str] = Field(min_length=1)
    may: list[Kind] = ["attestation"]


class Revocation(Part):
    """A record that was taken back."""

    sha256: str = Field(pattern=SHA256)
    on: AwareDatetime
    reason: str = Field(min_length=3)


class Register(Part):
    """The content of `roles.toml`."""

    role: list[Role]
    revoked: list[Revocation] = []

    def refuses(self, said: Statement) -> str | None:
        """Why the statement's person may not make it in the statement's role on its date; None: they may."""
        held = [r for r in self.role if r.name == said.role and r.person == said.person]
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

    def took_back(self, digest: str) -> str | None:
        """When and why the record with this hash was taken back; None: it was not."""
        for revocation in self.revoked:
            if revocation.sha256 == digest:
                return f"was taken back on {revocation.on:%Y-%m-%d}: {revocation.reason}"
        return None
