"""Structured log: one JSON object a line on standard output, and in `REQUEST_LOG_FILE` when that is set."""

from __future__ import annotations

import logging
import re
import sys

import structlog

from reference.app.settings import AppSettings

QUERY = re.compile(r"\?[^\s\"']*")
NOISE = (
    "ASGI callable returned without completing handshake",
    "connection open",
    "connection closed",
    "connection rejected",
)
"""The server's remarks about WebSockets that the request log says better."""


class IntoStructlog(logging.Handler):
    """Records of libraries as events of the same stream, without query strings: they may hold a token."""

    def __init__(self, logger: structlog.typing.FilteringBoundLogger) -> None:
        super().__init__()
        self.logger = logger

    def emit(self, record: logging.LogRecord) -> None:
        message = record.getMessage()
        if message.startswith(NOISE) or ' - "WebSocket ' in message:
            return
        level = (
            record.levelname.lower()
            if record.levelname.lower() in ("debug", "info", "warning", "error", "critical")
            else "info"
        )
        getattr(self.logger, level)(QUERY.sub("?...", message), logger=record.name, exc_info=record.exc_info)


def configure(settings: AppSettings) -> structlog.typing.FilteringBoundLogger:
    """Bound to product, instance, version. Never log a body, a query string or a header but the request id."""
    target = open(settings.log_file, "a", buffering=1) if settings.log_file else sys.stdout  # noqa: SIM115 - open for life
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True, key="timestamp"),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.WriteLoggerFactory(file=target),
        cache_logger_on_first_use=True,
    )
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(
        product=settings.product, instance=settings.instance, version=settings.version, environment=settings.environment
    )
    handler = IntoStructlog(logger)
    for name in ("", "uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers = [handler] if name != "uvicorn.error" else []
    logging.getLogger("uvicorn").propagate = False
    logging.getLogger("uvicorn.access").disabled = True
    quiet()
    return logger


def quiet() -> None:
    """Request lines of clients hold keys in their addresses."""
    for name in ("httpx", "httpcore", "botocore", "urllib3"):
        logging.getLogger(name).setLevel(logging.WARNING)
