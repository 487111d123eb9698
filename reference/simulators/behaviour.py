"""Named switches that break a simulator on purpose, common to all of them; each simulator adds its own."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field


def _pattern(value: str) -> str:
    re.compile(value)
    return value


class Behaviour(BaseModel):
    """Defaults mean: healthy. An unknown name is refused, so that a misspelt fault cannot silently do nothing.

    `status`, `hang`, `malformed`, `latency_ms` apply to requests whose path matches `match` (a regular expression,
    searched below the provider's prefix) and, with `times`, only to the next so many of them.
    """

    model_config = ConfigDict(extra="forbid", validate_assignment=True)

    status: int | None = Field(
        default=None, ge=400, le=599, description="answer with this error in the provider's own shape"
    )
    retry_after: float | None = Field(
        default=None, ge=0, description="Retry-After of a forced or limited 429 or 503, seconds"
    )
    times: int | None = Field(default=None, ge=0, description="how many more requests are affected; null: all")
    match: Annotated[str, AfterValidator(_pattern)] = ""
    hang: bool = Field(default=False, description="take the request and never answer")
    malformed: bool = Field(default=False, description="status 200 with a body that breaks off")
    latency_ms: float = Field(default=0, ge=0, le=600_000)
    requests_per_minute: int | None = Field(default=None, ge=0, description="more are answered 429")
    revoked: bool = Field(default=False, description="no key is accepted")
    revoked_keys: list[str] = []
    accepted_keys: list[str] = Field(default=[], description="further keys, with the rights of the production key")

    def affects(self, path: str) -> bool:
        return (self.times is None or self.times > 0) and re.search(self.match, path) is not None

    @property
    def disturbs(self) -> bool:
        return self.status is not None or self.hang or self.malformed or self.latency_ms > 0
