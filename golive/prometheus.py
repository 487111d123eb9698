"""A Prometheus server's HTTP API, as far as it answers matrices.

Source: prometheus.io/docs/prometheus/latest/querying/api.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests

from golive.guard.http import DEFAULT_LIMIT, GuardedSession
from golive.secrets import Secret
from golive.target.load import Timeouts
from golive.verdict import Unobservable


class PrometheusApi:
    """One server.

    Args:
        key: the target's section that names it, for messages.
        limit: bytes of an answer.
    """

    def __init__(
        self, url: str, ca_file: str | None, token: Secret | None, timeouts: Timeouts, key: str,
        limit: int = DEFAULT_LIMIT,
    ) -> None:  # fmt: skip
        self.url, self.key = url.rstrip("/"), key
        self.http = GuardedSession(
            [self.url], ca_file=ca_file, connect_timeout=timeouts.connect, read_timeout=timeouts.read, limit=limit
        )
        if token:
            self.http.headers["Authorization"] = f"Bearer {token.reveal()}"

    def matrix(self, what: str, params: Mapping[str, str]) -> list[dict[str, Any]]:
        """Return the series that `query` or `query_range` answers, with `metric` and `values` or `histograms`.

        Raises:
            Unobservable: no answer, not with success, or with something else than a matrix.
        """
        where = f"{self.url}/api/v1/{what}"
        try:
            response = self.http.get(where, params=dict(params))
            body = response.json()
        except requests.exceptions.JSONDecodeError:
            raise Unobservable(
                f"{where} answered HTTP {response.status_code} with no JSON", f"Is [{self.key}] url that of Prometheus?"
            ) from None
        if not isinstance(body, dict) or body.get("status") != "success":
            said = body.get("error", "") if isinstance(body, dict) else ""
            raise Unobservable(f"{where} answered HTTP {response.status_code}: {said or 'no result'}")
        data = body.get("data") or {}
        if data.get("resultType") != "matrix":
            raise Unobservable(f"{where} answered a {data.get('resultType')}, not a matrix")
        return list(data["result"])
