"""The outermost layer: request id, timing, CORS, metrics, request log, and an answer to every exception.

It lies outside Starlette's error handler on purpose: answers to 401, 404 and 500 carry the CORS headers as well.
"""

from __future__ import annotations

import asyncio
import json
import re
import secrets
import time
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from uuid import uuid4

import structlog
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from reference.app import behaviour, metrics
from reference.app.errors import Errors
from reference.app.settings import AppSettings

METHODS = "GET, POST, PUT, PATCH, DELETE, OPTIONS"
HEADERS = "Authorization, Content-Type, X-Request-ID, X-API-Key, X-Tenant-ID, X-Organization-ID"
EXPOSED = "X-Request-ID, X-Response-Time, X-RateLimit-Limit, X-RateLimit-Remaining, X-RateLimit-Reset, Retry-After"
IDLE_SECONDS = 1.0
ALWAYS = ("/health", "/api/health", "/api/version", "/api/auth/", "/metrics")
CONTROL_PATH = "/__reference__/"
MOST_BODY = 4 * 1024 * 1024
"""Bytes of JSON that are taken; recordings have limits of their own."""
REQUEST_ID = re.compile(r"[A-Za-z0-9._:-]{1,128}")


class Edge:
    def __init__(self, app: ASGIApp, settings: AppSettings, log: structlog.typing.FilteringBoundLogger) -> None:
        self.app = app
        self.settings = settings
        self.errors = Errors(settings)
        self.asked: dict[str, float] = {}
        """Path to when it was asked for last, kept while it is slow after a pause."""
        self.under_way = 0
        """Requests that are being answered."""
        self.turns: dict[str, int] = {}
        """Path to how often it was asked for while it hesitates now and then."""
        self.log = log
        self.tenant_before: str | None = None
        """Whose the last request was, for a log that mixes them up."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and not scope["path"].startswith(CONTROL_PATH):
            await self.http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self.websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def http(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        started, wall = time.perf_counter(), time.time()
        state = scope.setdefault("state", {})
        state["request_id"] = self.request_id(headers)
        seen: dict[str, Any] = {"status": 0, "bytes": 0}

        async def answer(message: Message) -> None:
            if message["type"] == "http.response.start":
                redirect_within(MutableHeaders(scope=message), headers)
                status = seen["status"] = self.changed_status(scope, message)
                message["status"] = status
                self.decorate(MutableHeaders(scope=message), headers, state, status, time.perf_counter() - started)
            elif message["type"] == "http.response.body":
                seen["bytes"] += len(message.get("body", b""))
            await send(message)

        metrics.IN_FLIGHT.inc()
        self.under_way += 1
        try:
            if self.full(scope["path"]):
                await respond(answer, 503, {"detail": "Too much at once"}, {"Retry-After": "1"})
            elif preflight := self.preflight(scope["method"], headers):
                await respond(answer, *preflight)
            elif too_large(headers):
                await respond(answer, 413, {"detail": "Too large"})
            elif not await self.broken(scope, answer):
                await self.app(scope, measured(headers, receive), answer)
        except Exception as error:
            if seen["status"]:
                raise
            self.log.error("unhandled", request_id=state["request_id"], error=type(error).__name__, exc_info=error)
            self.errors.report(error)
            await respond(answer, 500, {"detail": "Internal server error"})
        finally:
            metrics.IN_FLIGHT.dec()
            self.under_way -= 1
            self.record(scope, state, seen, started, wall)

    async def websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        state = scope.setdefault("state", {})
        state["request_id"] = self.request_id(Headers(scope=scope))
        started, wall = time.perf_counter(), time.time()
        seen: dict[str, Any] = {"status": 403, "bytes": 0}

        async def answer(message: Message) -> None:
            if message["type"] == "websocket.accept":
                seen["status"] = 101
                message.setdefault("headers", []).append((b"x-instance-id", self.settings.instance.encode()))
            elif message["type"] == "websocket.close":
                seen["close"] = message.get("code", 1000)
            elif message["type"] == "websocket.http.response.start":
                seen["status"] = message["status"]
            await send(message)

        metrics.SOCKETS.inc()
        try:
            await self.app(scope, receive, answer)
        finally:
            metrics.SOCKETS.dec()
            self.record({**scope, "method": "WEBSOCKET"}, state, seen, started, wall)

    def request_id(self, headers: Headers) -> str:
        given = headers.get("x-request-id", "")
        return given if REQUEST_ID.fullmatch(given) else str(uuid4())

    def decorate(
        self, out: MutableHeaders, headers: Headers, state: dict[str, Any], status: int, seconds: float
    ) -> None:
        out["X-Request-ID"] = state["request_id"]
        out["X-Instance-Id"] = self.settings.instance
        out["X-App-Version"] = self.settings.version
        out["X-Response-Time"] = f"{seconds * 1000:.1f}ms"
        if tenant := state.get("tenant"):
            out["X-Tenant-ID"] = str(tenant)
        if quota := state.get("quota"):
            for name, value in quota.headers.items():
                out[name] = value
        if "cache-control" not in out:
            out["Cache-Control"] = "no-store"
        out.add_vary_header("Origin")
        if not (status >= 400 and behaviour.on("cors_missing_on_errors")):
            self.allow_origin(out, headers.get("origin"))

    def allow_origin(self, out: MutableHeaders, origin: str | None) -> None:
        if origin and self.admits(origin):
            out["Access-Control-Allow-Origin"] = origin
            out["Access-Control-Allow-Credentials"] = "true"
            out["Access-Control-Expose-Headers"] = EXPOSED

    def admits(self, origin: str) -> bool:
        """Exact match only: scheme, host and port."""
        if behaviour.on("cors_allow_none"):
            return False
        if behaviour.on("cors_reflect_any"):
            return True
        if behaviour.on("cors_allow_null") and origin == "null":
            return True
        if behaviour.on("cors_suffix_match"):
            hosts = [urlsplit(allowed).hostname or "" for allowed in self.settings.cors_origins]
            return any(host in origin for host in hosts)
        return origin in self.settings.cors_origins

    def preflight(self, method: str, headers: Headers) -> tuple[int, Any, dict[str, str]] | None:
        if method != "OPTIONS" or "origin" not in headers or "access-control-request-method" not in headers:
            return None
        if not self.admits(headers["origin"]):
            return 400, {"detail": "Origin not allowed"}, {}
        methods = METHODS.replace("DELETE, ", "") if behaviour.on("cors_without_delete") else METHODS
        allow = {
            "Access-Control-Allow-Methods": methods,
            "Access-Control-Allow-Headers": HEADERS,
            "Access-Control-Max-Age": "600",
        }
        return 204, None, allow

    def changed_status(self, scope: Scope, message: Message) -> int:
        status = int(message["status"])
        return 200 if status == 404 and scope.get("route") is None and behaviour.on("catch_all_200") else status

    def idle(self, path: str) -> bool:
        """Whether nobody asked this process for the path for a while."""
        now = time.monotonic()
        before, self.asked[path] = self.asked.get(path, 0.0), now
        return now - before > IDLE_SECONDS

    def full(self, path: str) -> bool:
        """Whether so many requests are under way that another is refused; what keeps the service alive never is."""
        most = self.settings.most_in_flight
        return most > 0 and self.under_way > most and not path.startswith(ALWAYS)

    def due(self, path: str, every: int) -> bool:
        """Whether this is the turn of a path that hesitates so often."""
        self.turns[path] = self.turns.get(path, 0) + 1
        return self.turns[path] % every == 0

    async def broken(self, scope: Scope, answer: Send) -> bool:
        """Apply the switches of this path; True when one of them has answered."""
        if not behaviour.any_set():
            return False
        path = scope["path"]
        if path.endswith("/") and behaviour.for_path("unguarded with slash", path):
            scope["path"] = scope["unslashed"] = path.rstrip("/")
        if bounds := behaviour.for_path("takes any", path):
            scope["query_string"] = bounded(scope["query_string"], bounds)
        if delay := behaviour.for_path("slow", path):
            await asyncio.sleep(float(delay) / 1000)
        if (lag := behaviour.for_path("hesitates", path)) and self.due(path, int(lag["every"])):
            await asyncio.sleep(float(lag["ms"]) / 1000)
        if (delay := behaviour.for_path("cold", path)) and self.idle(path):
            await asyncio.sleep(float(delay) / 1000)
        if behaviour.for_path("disabled", path):
            await respond(answer, 404, {"detail": "Not Found"})
        elif secrets.randbelow(1_000_000) < 1_000_000 * float(behaviour.for_path("error_share", path) or 0):
            await respond(answer, 500, {"detail": "Internal server error"})
        elif status := behaviour.for_path("status", path):
            await respond(answer, int(status), {"detail": "Service error"})
        else:
            return False
        return True

    def record(self, scope: Scope, state: dict[str, Any], seen: dict[str, Any], started: float, wall: float) -> None:
        seconds = time.perf_counter() - started
        route = getattr(scope.get("route"), "path", None) or "(unmatched)"
        method, status = scope["method"], seen["status"] or 499
        metrics.REQUESTS.labels(method, route, str(status)).inc()
        if method != "WEBSOCKET":
            metrics.SECONDS.labels(method, route).observe(seconds)
        if behaviour.on("request_log_off") or (status >= 400 and behaviour.on("request_log_skips_errors")):
            return
        tenant = state.get("tenant")
        if behaviour.on("log_names_tenant_before"):
            tenant, self.tenant_before = self.tenant_before or tenant, tenant
        self.log.info(
            "request",
            request_id=state["request_id"],
            method=method,
            path=scope["path"],
            route=route,
            status=status,
            duration_ms=round(seconds * 1000, 2),
            bytes=seen["bytes"],
            user_id=state.get("user"),
            tenant_id=tenant,
            client=(scope.get("client") or ("",))[0],
            started=wall,
            **({"close_code": seen["close"]} if "close" in seen else {}),
        )


def is_json(headers: Headers) -> bool:
    return "json" in headers.get("content-type", "") and not behaviour.on("body_unlimited")


def too_large(headers: Headers) -> bool:
    """Whether a request says of itself that it is larger than what is taken."""
    declared = headers.get("content-length", "")
    return is_json(headers) and declared.isdigit() and int(declared) > MOST_BODY


def measured(headers: Headers, receive: Receive) -> Receive:
    """Receive, and refuse what turns out larger than what is taken, whatever was declared."""
    if not is_json(headers) or behaviour.on("body_measured_by_header"):
        return receive
    size = 0

    async def counting() -> Message:
        nonlocal size
        message = await receive()
        size += len(message.get("body", b""))
        if size > MOST_BODY:
            raise HTTPException(413, "Too large")
        return message

    return counting


def redirect_within(out: MutableHeaders, headers: Headers) -> None:
    """Redirects to another path here name no host: the one that the caller says may not be this one."""
    there = urlsplit(out.get("location", ""))
    if there.netloc and there.netloc == headers.get("host") and not behaviour.on("redirects_by_host"):
        out["Location"] = there._replace(scheme="", netloc="").geturl()


def bounded(query: bytes, bounds: dict[str, list[int]]) -> bytes:
    """The query with each of these numbers within its bounds, as if the application took any and thought its part."""
    pairs = parse_qsl(query.decode(), keep_blank_values=True)
    return urlencode(
        [(k, str(min(max(int(v), bounds[k][0]), bounds[k][1])) if k in bounds else v) for k, v in pairs]
    ).encode()


async def respond(send: Send, status: int, body: Any, headers: dict[str, str] | None = None) -> None:
    content = b"" if body is None else json.dumps(body).encode()
    raw = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    if body is not None:
        raw += [(b"content-type", b"application/json"), (b"content-length", str(len(content)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": content})
