"""What a sign-off says beyond other statements: the decision, what exactly was decided on, what came before it."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, model_validator

SHA256 = r"^[0-9a-f]{64}$"


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Preceding(_Part):
    """A sign-off that was there before this one: its line, and the SHA-256 of its record."""

    line: str
    sha256: str = Field(pattern=SHA256)


class Window(_Part):
    """When the release may go live."""

    opens: AwareDatetime
    closes: AwareDatetime

    @model_validator(mode="after")
    def _is_a_span(self) -> Window:
        if self.closes <= self.opens:
            raise ValueError("a window closes after it opens")
        return self


class SignOff(_Part):
    """`[sign_off]` of a record of that kind."""

    decision: Literal["approve", "reject"]
    report_sha256: str = Field(pattern=SHA256)
    """The `results.json` that the signer has read."""
    images: list[str] = []
    """Digests of all images that make up the release, `sha256:...`."""
    plan_sha256: str | None = Field(default=None, pattern=SHA256)
    """The Terraform plan as it was reviewed."""
    conditions: list[str] = []
    """What is still to be done. An approval with conditions is none."""
    follows: list[Preceding] = []
    """The sign-offs that the signer has seen."""
    lead: str = ""
    """Who leads the deployment: an address that the on-call register knows, as the next two."""
    emergency_contact: str = ""
    rollback_authority: str = ""
    window: Window | None = None
