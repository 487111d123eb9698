"""The door to HTTP: a `requests` session that only reads, only where the target says, and never waits for ever.

    http = GuardedSession([origin_of(api.base_url)], ca_file=api.ca_file, run=run_id)
    http.get(url)                                   reads by its method
    http.post(url, json=..., reading=True)          reads because the target declares the operation so
    http.get(url, address="10.0.3.7:8443")          the same request to one instance behind the name

Any other call needs a check that may write. Nothing has left when a call is refused.
"""

from __future__ import annotations

import time
from collections.abc import Iterable
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests

from golive.guard import budget, effect, rate
from golive.guard.calls import calls
from golive.guard.effect import Effect
from golive.guard.http_errors import explain, shown_url
from golive.guard.http_route import READING_METHODS, Adapter, Plan, plan_of, travel
from golive.redaction import redact_text
from golive.verdict import Refused, Unobservable

RUN_HEADER = "X-Golive-Run"
DEFAULT_LIMIT = 16 * 1024 * 1024
"""Bytes of an answer's body that are read at most."""
_CREDENTIAL_HEADERS = ("Authorization", "Cookie", "X-Api-Key", "Xi-Api-Key", "Api-Key", "Proxy-Authorization")


def origin_of(url: str) -> str:
    """Return `scheme://host:port` of a URL, the port always there. Raises `ValueError` when it has no host."""
    parts = urlsplit(url)
    scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
    port = parts.port or {"http": 80, "https": 443}.get(scheme)
    if not parts.hostname or port is None:
        raise ValueError(f"{redact_text(url)!r} is not an absolute http(s) or ws(s) URL")
    host = f"[{parts.hostname}]" if ":" in parts.hostname else parts.hostname
    return f"{scheme}://{host}:{port}"


class GuardedSession(requests.Session):
    """A `requests.Session` for one capability of the target. It keeps no cookies and takes no proxies.

    Args:
        origins: URLs or origins that may be called; everything else is refused.
        run: the run's id, sent as `X-Golive-Run`.
        ca_file: certificates to trust instead of the system's.
        connect_timeout, read_timeout: seconds, for each call that does not give its own.
        whole_timeout: seconds in which an answer's body has to be there.
        retries: how often a read that could not connect is tried again. An answer is never asked for twice.
        limit: bytes of a body that are read at most.
        source: the address of this machine to send from; None: as the system chooses.
    """

    def __init__(
        self,
        origins: Iterable[str],
        *,
        run: str = "",
        ca_file: str | None = None,
        connect_timeout: float = 3,
        read_timeout: float = 10,
        whole_timeout: float = 60,
        retries: int = 1,
        limit: int = DEFAULT_LIMIT,
        source: str | None = None,
    ) -> None:
        super().__init__()
        self.origins = frozenset(origin_of(o) for o in origins)
        self.limit = limit
        self.timeouts = (connect_timeout, read_timeout)
        self.whole_timeout = whole_timeout
        self.trust_env = False  # no proxy, .netrc or CA bundle that the target does not speak of
        self.verify = ca_file or True
        self.headers["User-Agent"] = "golive"
        if run:
            self.headers[RUN_HEADER] = run
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.mount("https://", Adapter(retries, source))
        self.mount("http://", Adapter(retries, source))

    def request(  # type: ignore[override]
        self,
        method: str,
        url: str,
        *,
        reading: bool = False,
        paid: float = 0,
        address: str | None = None,
        raw: bool = False,
        retry: bool = True,
        stream: bool = False,
        timeout: float | tuple[float, float] | None = None,
        allow_redirects: bool = True,
        verify: bool | str | None = None,
        cert: str | tuple[str, str] | None = None,
        **kwargs: Any,
    ) -> requests.Response:
        """Make a call; other arguments are those of `requests`.

        Args:
            reading: the target declares that this operation changes nothing, whatever its method.
            paid: calls to paid third parties that the call causes, counted against the run's budget.
            address: `host:port` to connect to; name, SNI and Host header stay those of the URL.
            raw: let connection errors and time-outs come as `requests.RequestException`, for checks that look at them.
            retry: try again to connect for a read, as the session says; False to see each failure.
            stream: leave the body unread, for who measures how it arrives.
            timeout: seconds, or (connect, read).
            allow_redirects: follow a redirect of a read within the target's origins, to another one without
                credentials; any other redirect is the answer.

        Raises:
            Refused: the running check may not make this call, or not to this host; nothing has left.
            Unobservable: no answer: connection, TLS, time-out, body too large, budget spent. Connection errors not with
                `raw`.
        """
        method = method.upper()
        here = url
        try:
            for _ in range(6):
                prepared = self.prepare_request(requests.Request(method, here, **kwargs))
                travel(prepared, Plan(reading, address, retry and method in READING_METHODS, paid))
                paid = 0  # not again for a redirect
                settings = self.merge_environment_settings(prepared.url or here, {}, True, verify, cert)
                response = self.send(prepared, **settings, timeout=timeout or self.timeouts, allow_redirects=False)
                if not stream:
                    self._read_body(response)
                there = self._redirect_of(response) if allow_redirects else None
                if there is None:
                    return response
                response.close()
                kwargs.pop("params", None)
                if origin_of(there) != origin_of(here):
                    address = None
                    kwargs = {k: v for k, v in kwargs.items() if k not in ("auth", "cookies")}
                    kwargs["headers"] = _without_credentials(kwargs.get("headers"))
                here = there
            raise requests.TooManyRedirects(f"more than 5 redirects from {url}")
        except requests.RequestException as error:
            if raw:
                raise
            raise Unobservable(*explain(error, method, here)) from None

    def send(self, request: requests.PreparedRequest, **kwargs: Any) -> requests.Response:
        """Send a prepared request, when the running check may. All calls of the session come through here."""
        method, url = (request.method or "").upper(), request.url or ""
        origin = self._admit(method, url, method in READING_METHODS or plan_of(request).reading)
        budget.spend(plan_of(request).paid, f"{method} {shown_url(url)}")
        rate.wait_for_turn(origin)
        calls.count_sent(origin, method)
        kwargs["timeout"] = kwargs.get("timeout") or self.timeouts
        kwargs["stream"] = True
        response = super().send(request, **kwargs)
        if response.status_code == 429:
            calls.count_throttled(origin, method)
        return response

    def _admit(self, method: str, url: str, reads: bool) -> str:
        shown, origin = f"{method} {shown_url(url)}", origin_of(url)
        try:
            if origin not in self.origins:
                effect.refuse(
                    f"refused before it left: {shown} goes to a host that the target does not list here",
                    f"Listed are {', '.join(sorted(self.origins))}; correct the target file or the check",
                )
            if not reads:
                effect.require(Effect.WRITES, shown)
        except Refused:
            calls.count_refused(origin, method)
            raise
        return origin

    def _read_body(self, response: requests.Response) -> None:
        """Read the body, within limit and time, so that the connection is free and errors come here."""
        pieces, size, end = [], 0, time.monotonic() + self.whole_timeout
        try:
            for piece in response.iter_content(64 * 1024):
                pieces.append(piece)
                size += len(piece)
                if size > self.limit:
                    raise Unobservable(
                        f"the answer of {shown_url(response.url)} is larger than {self.limit} bytes",
                        "Point the check at a smaller answer, or raise the session's limit",
                    )
                if time.monotonic() > end:
                    raise requests.ReadTimeout(f"the body was not complete after {self.whole_timeout:g} s")
        except BaseException:
            response.close()
            raise
        response._content = b"".join(pieces)

    def _redirect_of(self, response: requests.Response) -> str | None:
        """Return where the redirect of a read leads, when that is an origin of the target and no way down to http."""
        location = response.headers.get("Location")
        if not location or response.status_code not in (301, 302, 303, 307, 308):
            return None
        if response.request.method not in READING_METHODS:
            return None
        there = urljoin(response.url, location)
        try:
            known = origin_of(there) in self.origins
        except ValueError:
            return None
        down = response.url.startswith("https:") and there.startswith("http:")
        return there if known and not down else None


def _without_credentials(headers: Any) -> dict[str, Any]:
    """Return headers that leave out credentials, those of the session too (`None` removes them in `requests`)."""
    secret = {name.lower() for name in _CREDENTIAL_HEADERS}
    kept = {k: v for k, v in dict(headers or {}).items() if k.lower() not in secret}
    return kept | dict.fromkeys(_CREDENTIAL_HEADERS)
