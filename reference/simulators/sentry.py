"""An error tracker after Sentry: the ingestion protocol that its SDKs speak, and the events and issues of its web API.

Envelopes (develop.sentry.dev/sdk/data-model/envelopes) and the older store endpoint come below `/api/PROJECT/`, the
web API (docs.sentry.io/api) is below `/api/0/`. Errors are grouped by the type and place of the innermost exception,
or by the fingerprint that the event brings. Before the start lies a made-up week: the same few errors again and again.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import time
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter
from pydantic import Field
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from reference.environment import SENTRY_PROJECTS
from reference.simulators.behaviour import Behaviour
from reference.simulators.simulator import Simulator

ORGANISATION, PROJECTS = "example", SENTRY_PROJECTS
HOUR, PAGE, LARGEST = 3600.0, 100, 1_000_000
KNOWN = (
    ("ProviderError", "reference.app.providers in json", "elevenlabs speak: answered 503", 9.0),
    ("TimeoutError", "reference.app.cache in get", "Timeout reading from cache", 15.0),
    ("ValidationError", "reference.app.jobs in read", "1 validation error for Job", 31.0),
)
"""Type, place, message and how many hours lie between two of the errors that were there before."""
FORMER = timedelta(days=21)


class SentryBehaviour(Behaviour):
    """Further ways in which errors can be told wrongly."""

    planted: list[dict[str, Any]] = Field(
        default=[], description="errors of the past: type, place, message, minutes_ago, level (optional)"
    )


@dataclass(frozen=True)
class Event:
    """One error. `at` in seconds since 1970; `group` is the id of its issue."""

    id: str
    group: str
    kind: str
    place: str
    message: str
    at: float
    tags: tuple[tuple[str, str], ...] = ()

    @property
    def title(self) -> str:
        return f"{self.kind}: {self.message}" if self.message else self.kind


class Sentry(Simulator):
    name = "sentry"
    behaviour_type = SentryBehaviour

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.public_key = settings.secret("sentry/public", 32)
        self.received: dict[str, list[Event]] = {project: [] for project in PROJECTS}
        self.started = time.time()

    def key_of(self, connection: HTTPConnection) -> str | None:
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        return token or None if scheme.lower() == "bearer" else None

    def error(self, status: int, message: str | None = None, **_details: Any) -> Response:
        return JSONResponse({"detail": message or "The requested resource does not exist"}, status)

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/api")

        @router.get("/0/projects/{organisation}/{project}/events/")
        async def events(request: Request, organisation: str, project: str) -> Response:
            self._readable(request, organisation, project)
            query = request.query_params
            start, end = _moment(query.get("start"), 0.0), _moment(query.get("end"), time.time() + 60)
            found = sorted((e for e in self._all(project) if start <= e.at <= end), key=lambda e: -e.at)
            return _page(request, [_event(e) for e in found])

        @router.get("/0/projects/{organisation}/{project}/issues/")
        async def issues(request: Request, organisation: str, project: str) -> Response:
            self._readable(request, organisation, project)
            return _page(request, self._issues(project))

        @router.post("/{project}/envelope/")
        async def envelope(request: Request, project: str) -> dict[str, str]:
            name, ids = self._ingesting(request, project), []
            for kind, payload in _items(await _body(request)):
                if kind == "event":
                    ids.append(self._keep(name, payload))
            return {"id": ids[-1] if ids else ""}

        @router.post("/{project}/store/")
        async def store(request: Request, project: str) -> dict[str, str]:
            name = self._ingesting(request, project)
            return {"id": self._keep(name, json.loads(await _body(request)))}

        return router

    def _readable(self, request: Request, organisation: str, project: str) -> None:
        if self.account(self.key_of(request)) is None:
            raise self.refuse(401, "Invalid token")
        if organisation != ORGANISATION or project not in PROJECTS:
            raise self.refuse(404)

    def _ingesting(self, request: Request, number: str) -> str:
        """The project of an event. Raises RefusedError for a key or project that is not known."""
        given = request.headers.get("x-sentry-auth", "") + request.query_params.get("sentry_key", "")
        name = next((name for name, known in PROJECTS.items() if known == number), None)
        if self.public_key not in given or name is None:
            raise self.refuse(403, "event submission rejected with_reason: ProjectId")
        return name

    def _keep(self, project: str, payload: dict[str, Any]) -> str:
        values = (payload.get("exception") or {}).get("values") or [{}]
        frames = (values[-1].get("stacktrace") or {}).get("frames") or [{}]
        kind = str(values[-1].get("type") or "Message")
        place = f"{frames[-1].get('module', '')} in {frames[-1].get('function', '')}"
        given = payload.get("tags") or {}
        tags = dict(given) if isinstance(given, dict) else {str(k): str(v) for k, v in given}
        tags |= {n: str(payload[n]) for n in ("environment", "release", "level", "server_name") if payload.get(n)}
        message = str(values[-1].get("value") or payload.get("message") or "")
        group = _group(project, *(payload.get("fingerprint") or (kind, place)))
        event = Event(str(payload["event_id"]), group, kind, place, message, time.time(), tuple(sorted(tags.items())))
        self.received[project] = [*self.received[project][-5000:], event]
        self.usage["events"] += 1
        return event.id

    def _all(self, project: str) -> list[Event]:
        return [*self._before(project), *self.received[project]]

    def _before(self, project: str) -> Iterator[Event]:
        """What came in before the start: made up here, and what a fault planted."""
        tags = (
            ("environment", "production"),
            ("release", f"{project}@{self.settings.products[project].release.version}"),
        )
        for kind, place, message, hours in KNOWN:
            for number in range(int(FORMER.total_seconds() / HOUR / hours)):
                at = self.started - (0.5 + number) * hours * HOUR
                id_ = hashlib.sha256(f"{project}{kind}{number}".encode()).hexdigest()[:32]
                yield Event(id_, _group(project, kind, place), kind, place, message, at, tags)
        for planted in self.behaviour.planted:
            if planted.get("project", "aurastudio") == project:
                kind, place = str(planted["type"]), str(planted["place"])
                for minutes in planted["minutes_ago"]:
                    id_ = hashlib.sha256(f"{kind}{place}{minutes}".encode()).hexdigest()[:32]
                    at = self.started - 60 * float(minutes)
                    level = (("level", str(planted["level"])),) if "level" in planted else ()
                    text = str(planted["message"])
                    yield Event(id_, _group(project, kind, place), kind, place, text, at, (*tags, *level))

    def _issues(self, project: str) -> list[dict[str, Any]]:
        groups: dict[str, list[Event]] = {}
        for event in self._all(project):
            groups.setdefault(event.group, []).append(event)
        shown = []
        for group, events in groups.items():
            newest = max(events, key=lambda e: e.at)
            shown.append(
                {
                    "id": group, "title": newest.title, "culprit": newest.place,
                    "level": dict(newest.tags).get("level", "error"),
                    "status": "unresolved",
                    "firstSeen": _stamp(min(e.at for e in events)), "lastSeen": _stamp(newest.at),
                    "count": str(len(events)), "project": {"slug": project},
                }
            )  # fmt: skip
        return sorted(shown, key=lambda i: i["lastSeen"], reverse=True)


def _event(event: Event) -> dict[str, Any]:
    return {
        "id": event.id, "eventID": event.id, "groupID": event.group, "event.type": "error", "title": event.title,
        "message": event.message, "culprit": event.place, "dateCreated": _stamp(event.at), "platform": "python",
        "tags": [{"key": key, "value": value} for key, value in event.tags],
    }  # fmt: skip


def _page(request: Request, rows: list[dict[str, Any]]) -> Response:
    """A page, with the address of the next one in `Link`, as the API gives it: `results` says whether there is more."""
    begin = int(request.query_params.get("cursor", "0:0:0").split(":")[1])
    more = begin + PAGE < len(rows)
    here = str(request.url.remove_query_params("cursor"))
    link = f'<{here}>; rel="next"; results="{str(more).lower()}"; cursor="0:{begin + PAGE}:0"'
    return JSONResponse(rows[begin : begin + PAGE], headers={"Link": link})


async def _body(request: Request) -> bytes:
    body, how = await request.body(), request.headers.get("content-encoding", "")
    if how == "gzip":
        return gzip.decompress(body)
    return zlib.decompress(body) if how == "deflate" else body


def _items(body: bytes) -> Iterator[tuple[str, Any]]:
    """Type and payload of an envelope's items that are JSON."""
    _, _, rest = body.partition(b"\n")
    while rest.strip():
        line, _, rest = rest.partition(b"\n")
        header = json.loads(line)
        length = header.get("length")
        payload = rest[:length] if length is not None else rest.partition(b"\n")[0]
        rest = rest[len(payload) :].removeprefix(b"\n")
        if header.get("type") == "event" and len(payload) <= LARGEST:
            yield "event", json.loads(payload)


def _group(project: str, *parts: object) -> str:
    return str(int(hashlib.sha256("\0".join([project, *map(str, parts)]).encode()).hexdigest()[:10], 16))


def _moment(text: str | None, default: float) -> float:
    if not text:
        return default
    at = datetime.fromisoformat(text)
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def _stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
