"""The release that should be running, and since when."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field, field_validator

from golive.target.base import Section
from golive.verdict import NotConfigured


class Release(Section):
    """What should be running."""

    version: str
    commit: str = Field(min_length=7)
    image_digest: str | None = Field(default=None, pattern=r"^sha256:[0-9a-f]{64}$")
    deployed_at: datetime | None = None
    launched_at: datetime | None = None
    """When users came first; None: this release's own deployment."""

    @field_validator("deployed_at", "launched_at")
    @classmethod
    def _has_zone(cls, value: datetime | None) -> datetime | None:
        if value is not None and value.tzinfo is None:
            raise ValueError("give the time with its zone, such as 2026-11-22T03:00:00Z")
        return value

    def __str__(self) -> str:
        return f"{self.version} ({self.commit[:7]})"


def deployed_at(release: Release, product: str) -> datetime:
    """Return when it was deployed. Raises NotConfigured."""
    if release.deployed_at is None:
        raise NotConfigured(f"the target has no {product}.release.deployed_at", "Let the pipeline write it")
    return release.deployed_at


def launched_at(release: Release, product: str) -> datetime:
    """Return when users came first. Raises NotConfigured."""
    if release.launched_at is None:
        return deployed_at(release, product)
    return release.launched_at
