"""Structured log: one JSON object a line on standard output, and in `REQUEST_LOG_FILE` when that is set."""

from __future__ import annotations

import logging
import sys

import structlog

from reference.app.settings import AppSettings


def configure(settings: AppSettings) -> structlog.typing.FilteringBoundLogger:
    """Bound to product, instance, version. Never log a body, a query string or a header value other than the request id."""
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
    # Request lines with query strings, and drivers' messages with addresses in them, stay out of the stream.
    logging.getLogger("uvicorn.access").disabled = True
    logging.getLogger("httpx").setLevel(logging.WARNING)
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger(
        product=settings.product, instance=settings.instance, version=settings.version
    )
    return logger
