"""How one HTTP request travels: to the address that is asked for, trying again to connect or not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import BaseAdapter, HTTPAdapter
from urllib3.util.retry import Retry

READING_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True)
class Plan:
    """How one prepared request travels; `address` is `host:port`, None for where the URL's name leads."""

    reading: bool = False
    address: str | None = None
    retry: bool = False
    paid: float = 0


def plan_of(request: requests.PreparedRequest) -> Plan:
    """Return the plan that `travel` put on the request, or that of an ordinary request."""
    return getattr(request, "golive_plan", None) or Plan()


def travel(request: requests.PreparedRequest, plan: Plan) -> None:
    """Have the request travel by `plan`."""
    request.golive_plan = plan  # type: ignore[attr-defined]
    if plan.address:
        request.headers["Host"] = urlsplit(request.url or "").netloc.rpartition("@")[2]


class Adapter(BaseAdapter):
    """Sends by plan. `retries` counts connections that fail; an answer, whatever it is, is never asked for twice.

    `source` is the address of this machine to send from; None: as the system chooses.
    """

    def __init__(self, retries: int, source: str | None = None) -> None:
        super().__init__()
        again = Retry(
            total=retries,
            connect=retries,
            read=False,  # raised as what it is
            status=0,
            redirect=0,
            other=0,
            allowed_methods=READING_METHODS,
            backoff_factor=0.1,
            raise_on_status=False,
            raise_on_redirect=False,
        )
        self.patient, self.strict = _ByAddress(source, again), _ByAddress(source, 0)

    def send(
        self,
        request: requests.PreparedRequest,
        stream: bool = False,
        timeout: Any = None,
        verify: bool | str = True,
        cert: Any = None,
        proxies: Mapping[str, str] | None = None,
    ) -> requests.Response:
        """Send the request by its plan. Raises what `requests` raises."""
        adapter = self.patient if plan_of(request).retry else self.strict
        return adapter.send(request, stream, timeout, verify, cert, dict(proxies or {}))

    def close(self) -> None:
        """Close all connections."""
        self.patient.close()
        self.strict.close()


class _ByAddress(HTTPAdapter):
    """Connects to the plan's address, while TLS checks and speaks the name of the URL."""

    def __init__(self, source: str | None, retries: Retry | int) -> None:
        self.source = source
        super().__init__(max_retries=retries)

    def init_poolmanager(self, *args: Any, **named: Any) -> Any:
        """Make the pools, whose connections leave from the source address."""
        if self.source is None:
            return super().init_poolmanager(*args, **named)
        return super().init_poolmanager(*args, **named, source_address=(self.source, 0))

    def build_connection_pool_key_attributes(self, request: Any, verify: Any, cert: Any = None) -> Any:
        host, tls = super().build_connection_pool_key_attributes(request, verify, cert)
        address = plan_of(request).address
        if address is None:
            return host, tls
        there, name = urlsplit(f"//{address}"), host["host"]
        host = {**host, "host": there.hostname or name, "port": there.port or host["port"]}
        if host["scheme"] != "https":
            return host, tls
        return host, {**tls, "server_hostname": name, "assert_hostname": name if verify else False}
