"""One line of a checklist."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from golive.catalogue.limit import Limit


class Phase(StrEnum):
    """When in a release's life a line is judged. Also the pytest marker of the line's check."""

    PREDEPLOY = "predeploy"
    DEPLOY = "deploy"
    POSTDEPLOY = "postdeploy"
    SUSTAINED = "sustained"
    ROLLBACK = "rollback"
    RECURRING = "recurring"
    GOLIVE = "golive"


class Method(StrEnum):
    """How a line becomes known: seen on the deployment, read from a record, or stated by a person."""

    PROBE = "probe"
    ARTIFACT = "artifact"
    ATTESTED = "attested"


class Kind(StrEnum):
    """Headings and groups have no check of their own: they roll up."""

    HEADING = "heading"
    GROUP = "group"
    ITEM = "item"


Folder = Literal[
    "smoke",
    "infra",
    "security",
    "tenancy",
    "performance",
    "integrations",
    "frontend",
    "delivery",
    "monitoring",
    "readiness",
]
FOLDERS: tuple[str, ...] = get_args(Folder)


class Line(BaseModel):
    """A heading, a group, or an item to verify. `product` is set on loading, from the file's head."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[A-Z]+-\d+(\.\d+)*$")
    kind: Kind
    title: str = Field(min_length=3)
    parent: str | None = None
    folder: Folder | None = None
    phase: Phase | None = None
    method: Method | None = None
    needs: tuple[str, ...] = ()
    max_age_hours: int | None = Field(default=None, gt=0)
    waivable: bool = True
    after_launch: bool = False
    """Judged once the release is live: it can't be needed for the first GO, but a later failure takes the GO back."""
    limits: tuple[Limit, ...] = ()
    rolls_up: tuple[str, ...] = ()
    rolls_up_except: tuple[str, ...] = ()
    covers: tuple[str, ...] = ()
    """Of a sign-off: the lines, groups and headings that the signer speaks for; `waived`: all that anybody waived."""
    follows: tuple[str, ...] = ()
    """Of a sign-off: those that must have been given before it."""
    note: str = ""
    product: str = ""

    @model_validator(mode="after")
    def _items_are_complete(self) -> Line:
        if self.kind is Kind.ITEM:
            missing = [k for k in ("folder", "phase", "method", "max_age_hours") if getattr(self, k) is None]
            if missing:
                raise ValueError(f"{self.id}: an item needs {', '.join(missing)}")
        elif self.rolls_up:
            raise ValueError(f"{self.id}: only an item, a final box, has rolls_up; a {self.kind} has what is under it")
        elif self.limits or self.folder or self.phase:
            raise ValueError(f"{self.id}: a {self.kind} rolls up and has no folder, phase or limits of its own")
        names = [limit.name for limit in self.limits]
        if len(names) != len(set(names)):
            raise ValueError(f"{self.id}: two limits have the same name")
        return self

    def limit(self, name: str) -> Limit:
        """Return the line's limit `name`, with the target's override applied.

        Raises:
            LookupError: the line has no such limit (a defect of the check).
        """
        for limit in self.limits:
            if limit.name == name:
                return limit
        known = ", ".join(limit.name for limit in self.limits) or "none"
        raise LookupError(f"{self.id} has no limit {name!r} in the catalogue; it has: {known}")

    @property
    def checked(self) -> bool:
        """Whether the line is verified by a check of its own, rather than rolled up from others."""
        return self.kind is Kind.ITEM and not self.rolls_up

    def __str__(self) -> str:
        return f"{self.id} {self.title}"
