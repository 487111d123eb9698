"""Unhandled exceptions go to the error tracker, through its own SDK."""

from __future__ import annotations

from typing import Any

import sentry_sdk

from reference.app import behaviour
from reference.app.settings import AppSettings

Options = tuple[str, str, float, bool]


class VerificationError(Exception):
    """Raised on request, to see that an error gets where people look."""


class Errors:
    """The SDK of one process, set up when the first error comes, and anew when its settings changed."""

    def __init__(self, settings: AppSettings) -> None:
        self.settings = settings
        self._client: sentry_sdk.Client | None = None
        self._options: Options | None = None

    def report(self, error: BaseException) -> None:
        """Send an exception; the SDK does so in its own thread. Never raises for a tracker that is away."""
        client = self._current()
        if client is None:
            return
        with sentry_sdk.new_scope() as scope:
            scope.set_client(client)
            scope.set_tag("instance", self.settings.instance)
            scope.capture_exception(error)

    def _current(self) -> sentry_sdk.Client | None:
        options = self._wanted()
        if options != self._options:
            if self._client is not None:
                self._client.close(timeout=1)
            self._client, self._options = _client(self.settings, options), options
        return self._client

    def _wanted(self) -> Options:
        dsn = "" if behaviour.on("errors_without_dsn") else self.settings.sentry_dsn
        environment = str(behaviour.value("errors_environment") or self.settings.environment)
        return dsn, environment, 0.0 if behaviour.on("errors_unsampled") else 1.0, behaviour.on("errors_dropped")


def _client(settings: AppSettings, options: Options) -> sentry_sdk.Client | None:
    dsn, environment, rate, dropping = options
    if not dsn:
        return None

    def before_send(event: Any, _hint: dict[str, Any]) -> Any:
        return None if dropping else event

    return sentry_sdk.Client(
        dsn=dsn, environment=environment, release=f"{settings.product}@{settings.version}", sample_rate=rate,
        before_send=before_send, server_name=settings.instance, default_integrations=False,
        auto_enabling_integrations=False,
        send_default_pii=False, max_breadcrumbs=0, include_local_variables=False, ca_certs=settings.ca_file,
    )  # fmt: skip
