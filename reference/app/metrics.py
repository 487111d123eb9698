"""Prometheus metrics of one process."""

from __future__ import annotations

from prometheus_client import CONTENT_TYPE_LATEST, Counter, Gauge, Histogram, generate_latest
from starlette.responses import Response

REQUESTS = Counter("http_requests_total", "Requests answered", ["method", "route", "status"])
SECONDS = Histogram(
    "http_request_duration_seconds",
    "Seconds from the first byte in to the last byte out",
    ["method", "route"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0),
)
IN_FLIGHT = Gauge("http_requests_in_flight", "Requests being answered")
INFO = Gauge("app_info", "1, labelled with the running release", ["product", "version", "commit", "instance"])
STARTED = Gauge("app_started_timestamp_seconds", "When this process started")
SOCKETS = Gauge("websocket_connections", "Open WebSocket connections")
PROVIDER_CALLS = Counter("provider_requests_total", "Calls to third parties", ["provider", "operation", "outcome"])
PROVIDER_SECONDS = Histogram(
    "provider_request_duration_seconds", "Seconds a third party took", ["provider", "operation"]
)
PROVIDER_UNITS = Counter("provider_units_total", "Units billed by third parties", ["provider", "unit"])
CACHE = Counter("cache_lookups_total", "Cache lookups", ["cache", "result"])
LOGINS = Counter("logins_total", "Sign-ins", ["outcome"])
FIRST_AUDIO = Histogram(
    "voice_first_audio_seconds",
    "Seconds from the end of the caller's speech to the first audio out",
    ["cached"],
    buckets=(0.1, 0.25, 0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0),
)
ABANDONED = Counter("voice_turns_abandoned_total", "Voice turns that ended without audio")


def exposition() -> Response:
    return Response(generate_latest(), headers={"Content-Type": CONTENT_TYPE_LATEST})
