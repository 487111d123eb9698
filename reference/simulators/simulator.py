"""What every simulator has: keys, usage counters, its behaviour, errors in the provider's own shape."""

from __future__ import annotations

import hmac
import json
import time
from abc import ABC, abstractmethod
from collections import Counter, deque
from collections.abc import Mapping
from typing import Any, ClassVar

from fastapi import APIRouter
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from reference.settings import Settings
from reference.simulators.behaviour import Behaviour

PRODUCTION, STAGING = "production", "staging"


class RefusedError(Exception):
    """Ends the handling of a request with this response."""

    def __init__(self, response: Response) -> None:
        super().__init__(response.status_code)
        self.response = response


class Simulator(ABC):
    """One provider. `usage` only grows; `account(key)` is `production`, `staging` or None for a key that is not
    accepted.
    """

    name: ClassVar[str]
    behaviour_type: ClassVar[type[Behaviour]] = Behaviour

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.usage: Counter[str] = Counter()
        self.recent: deque[float] = deque()
        self.behaviour: Any = self.behaviour_type()

    @property
    def base_url(self) -> str:
        return self.settings.simulators[self.name].base_url

    def staging_key(self) -> str:
        """A second account's key: valid, with nothing of production in it."""
        return self.settings.secret(f"{self.name}/staging", 40)

    def account(self, key: str | None) -> str | None:
        behaviour = self.behaviour
        if not key or behaviour.revoked or key in behaviour.revoked_keys:
            return None
        accepted = {self.settings.simulators[self.name].key: PRODUCTION, self.staging_key(): STAGING}
        accepted |= dict.fromkeys(behaviour.accepted_keys, PRODUCTION)
        return next(
            (account for known, account in accepted.items() if hmac.compare_digest(known.encode(), key.encode())), None
        )

    def minute_count(self, now: float) -> int:
        """Requests in the last 60 s, before this one."""
        while self.recent and self.recent[0] < now - 60:
            self.recent.popleft()
        return len(self.recent)

    @abstractmethod
    def key_of(self, connection: HTTPConnection) -> str | None:
        """The key that a request presents, wherever this provider takes it from."""

    @abstractmethod
    def error(self, status: int, message: str | None = None, **details: Any) -> Response:
        """An error as this provider writes it; without a message, its usual one for the status."""

    @abstractmethod
    def router(self) -> APIRouter:
        """Routes below the provider's prefix."""

    def refuse(self, status: int, message: str | None = None, **details: Any) -> RefusedError:
        return RefusedError(self.error(status, message, **details))

    def response_headers(self, _path: str) -> Mapping[str, str]:
        """Headers that this provider puts on every answer."""
        return {}

    def report(self) -> dict[str, Any]:
        """Usage so far, for the reference's own page."""
        return dict(self.usage)

    async def json_object(self, request: Request) -> dict[str, Any]:
        """The body as a JSON object. Raises RefusedError (400) in the provider's shape when it is not."""
        try:
            value = json.loads(await request.body())
        except ValueError as error:
            raise self.refuse(400, "We could not parse the JSON body of your request.") from error
        if not isinstance(value, dict):
            raise self.refuse(400, "The JSON body of the request must be an object.")
        return value


def note(connection: HTTPConnection, **facts: Any) -> None:
    """Add facts to the request's log entry (what a reader can't see from the body: hashes, counts, transcripts)."""
    connection.scope.setdefault("reference.notes", {}).update(facts)


def rate_headers(limit: int, used: int) -> dict[str, str]:
    return {"limit": str(limit), "remaining": str(max(0, limit - used)), "reset": f"{60 - time.time() % 60:.0f}s"}


__all__ = ["PRODUCTION", "STAGING", "JSONResponse", "RefusedError", "Simulator", "note", "rate_headers"]
