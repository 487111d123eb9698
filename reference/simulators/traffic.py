"""Between the server and the simulators: every request is logged and counted, and disturbed where the behaviour says
so.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
import time
from collections import deque
from typing import Any

from starlette.requests import HTTPConnection
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reference.simulators.simulator import Simulator

KEPT = 20_000
KEPT_BODY_BYTES = 64_000
_HEADERS = (
    "content-type",
    "user-agent",
    "openai-organization",
    "openai-project",
    "x-pinecone-api-version",
    "x-request-id",
    "traceparent",
    "accept",
)


class RequestLog:
    """The newest requests, oldest first. Keys appear only as the first 12 hex digits of their SHA-256."""

    def __init__(self) -> None:
        self.entries: deque[dict[str, Any]] = deque(maxlen=KEPT)
        self._next = 1

    def add(self, entry: dict[str, Any]) -> dict[str, Any]:
        entry = {"id": self._next} | entry
        self._next += 1
        self.entries.append(entry)
        return entry

    def select(
        self, provider: str = "", path: str = "", after: int = 0, contains: str = "", limit: int = 1000
    ) -> list[dict[str, Any]]:
        found = [
            entry
            for entry in self.entries
            if entry["id"] > after
            and provider in ("", entry["provider"])
            and path in entry["path"]
            and (
                not contains
                or contains in json.dumps([entry["body"], entry["notes"], entry["query"]], ensure_ascii=False)
            )
        ]
        return found[-limit:]


def fingerprint(key: str) -> str:
    return hashlib.sha256(key.encode()).hexdigest()[:12]


class Traffic:
    """ASGI middleware. A path that begins with a simulator's name belongs to it; everything else passes untouched."""

    def __init__(self, app: ASGIApp, simulators: dict[str, Simulator], log: RequestLog) -> None:
        self.app, self.simulators, self.log = app, simulators, log

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        name, _, rest = scope.get("path", "").lstrip("/").partition("/")
        simulator = self.simulators.get(name)
        if simulator is None or scope["type"] not in ("http", "websocket"):
            await self.app(scope, receive, send)
            return
        path = f"/{rest}"
        body, receive = await _body(receive) if scope["type"] == "http" else (b"", receive)
        notes: dict[str, Any] = scope.setdefault("reference.notes", {})
        entry = self.log.add(_entry(simulator, scope, path, body, notes))
        started = time.perf_counter()

        async def watched(message: Message) -> None:
            if message["type"] == "http.response.start":
                entry["status"] = message["status"]
                headers = [(k.encode(), v.encode()) for k, v in simulator.response_headers(path).items()]
                message["headers"] = [*message.get("headers", []), *headers]
            elif message["type"] in ("websocket.accept", "websocket.close") and entry["status"] is None:
                entry["status"] = 101 if message["type"] == "websocket.accept" else 403
            await send(message)

        try:
            disturbance = await _disturb(simulator, path, scope["type"], receive)
            await (disturbance or self.app)(scope, receive, watched)
        finally:
            entry["duration_ms"] = round((time.perf_counter() - started) * 1000, 1)
            simulator.usage["requests"] += 1
            simulator.usage[f"status_{entry['status']}"] += 1


async def _body(receive: Receive) -> tuple[bytes, Receive]:
    chunks: list[bytes] = []
    more = True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            break
        chunks.append(message.get("body", b""))
        more = message.get("more_body", False)
    body = b"".join(chunks)
    replayed = False

    async def again() -> Message:
        nonlocal replayed
        if replayed:
            return await receive()
        replayed = True
        return {"type": "http.request", "body": body, "more_body": False}

    return body, again


async def _disturb(simulator: Simulator, path: str, kind: str, receive: Receive) -> ASGIApp | None:
    """Wait, hang, or return the error that replaces the simulator's answer; None: go on as usual."""
    behaviour = simulator.behaviour
    now = time.time()
    used = simulator.minute_count(now)
    simulator.recent.append(now)
    if behaviour.requests_per_minute is not None and used >= behaviour.requests_per_minute:
        return simulator.error(429, retry_after=behaviour.retry_after or 1) if kind == "http" else _close
    if not behaviour.disturbs or not behaviour.affects(path):
        return None
    if behaviour.times is not None:
        behaviour.times -= 1
    if behaviour.latency_ms:
        await asyncio.sleep(behaviour.latency_ms / 1000)
    if behaviour.hang:
        # Until the caller gives up: a disconnect is the next thing that happens on this connection.
        while (await receive())["type"] not in ("http.disconnect", "websocket.disconnect"):
            continue
        return _nothing
    if behaviour.status is not None:
        return simulator.error(behaviour.status, retry_after=behaviour.retry_after) if kind == "http" else _close
    if behaviour.malformed and kind == "http":
        return Response(b'{"data": [{"object": ', media_type="application/json")
    return None


async def _close(_scope: Scope, _receive: Receive, send: Send) -> None:
    await send({"type": "websocket.close", "code": 1011, "reason": "service unavailable"})


async def _nothing(_scope: Scope, _receive: Receive, _send: Send) -> None:
    return None


def _entry(simulator: Simulator, scope: Scope, path: str, body: bytes, notes: dict[str, Any]) -> dict[str, Any]:
    connection = HTTPConnection(scope)
    key = simulator.key_of(connection)
    return {
        "time": time.time(),
        "provider": simulator.name,
        "method": scope.get("method", "WEBSOCKET"),
        "path": path,
        "query": [
            [name, value]
            for name, value in connection.query_params.multi_items()
            if name not in ("key", "auth_key", "xi-api-key")
        ],
        "headers": {name: connection.headers[name] for name in _HEADERS if name in connection.headers},
        "key": fingerprint(key) if key else None,
        "bytes": len(body),
        "sha256": hashlib.sha256(body).hexdigest() if body else None,
        "body": _readable(body, connection.headers.get("content-type", "")),
        "notes": notes,
        "status": None,
        "duration_ms": None,
    }


def _readable(body: bytes, content_type: str) -> Any:
    """JSON and form bodies as values, vectors shortened; None for anything else."""
    if not body or len(body) > KEPT_BODY_BYTES * 50:
        return None
    if "json" in content_type:
        try:
            value = _shortened(json.loads(body))
        except ValueError:
            return None
        return value if len(json.dumps(value)) <= KEPT_BODY_BYTES else None
    if "x-www-form-urlencoded" in content_type and len(body) <= KEPT_BODY_BYTES:
        return body.decode(errors="replace")
    return None


def _shortened(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _shortened(item) for key, item in value.items()}
    if isinstance(value, list):
        if len(value) > 16 and all(isinstance(item, int | float) for item in value):
            return {"numbers": len(value)}
        return [_shortened(item) for item in value]
    return value
