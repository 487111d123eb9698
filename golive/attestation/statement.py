"""What a record says."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

from golive.guard.http import origin_of
from golive.sign_off import SHA256, SignOff

WAIVER_DAYS = 30
"""How long a waiver may last."""

Kind = Literal["attestation", "waiver", "sign-off"]


class Part(BaseModel):
    """A table of a record or of the register; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Evidence(Part):
    """What a statement rests on: a file (relative to the record) or a link, with the SHA-256 of its content."""

    file: str | None = None
    link: str | None = None
    sha256: str = Field(pattern=SHA256)

    @model_validator(mode="after")
    def _names_one_thing(self) -> Evidence:
        if (self.file is None) == (self.link is None):
            raise ValueError("evidence is either a file or a link")
        if self.link is not None:
            origin_of(self.link)
        return self


class Statement(Part):
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
