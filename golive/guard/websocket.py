"""The door to WebSockets: opening one is reading; what is sent must be declared as reading, or the check may write.

with connect(url, [origin_of(url)], run=run_id, ca_file=...) as socket:
    socket.send('{"type": "ping"}', reading=True)
    answer = socket.receive()
"""

from __future__ import annotations

import asyncio
import json
import socket as sockets
import ssl
import threading
from collections.abc import Coroutine, Iterable, Mapping
from functools import cache
from types import TracebackType
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

from websockets import exceptions
from websockets.asyncio.client import ClientConnection
from websockets.asyncio.client import connect as open_websocket

from golive.guard import budget, effect, rate
from golive.guard.calls import calls
from golive.guard.effect import Effect
from golive.guard.http import RUN_HEADER, origin_of
from golive.guard.http_errors import shown_url
from golive.redaction import redact_text
from golive.verdict import Refused, Unobservable

T = TypeVar("T")


@cache
def _loop() -> asyncio.AbstractEventLoop:
    """One event loop in a thread of its own, for all WebSockets of the process.

    The library's blocking client reads and writes a TLS connection from two threads, which OpenSSL does not allow: now
    and then an opening hung. In a loop, one thread does both.
    """
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="golive-websockets", daemon=True).start()
    return loop


def _run(work: Coroutine[Any, Any, T]) -> T:
    """Wait for `work`, which limits its time itself."""
    return asyncio.run_coroutine_threadsafe(work, _loop()).result()


class GuardedSocket:
    """An open WebSocket. Not for several threads at once."""

    def __init__(self, connection: ClientConnection, url: str, read_timeout: float) -> None:
        self.connection = connection
        self.url = url
        self.read_timeout = read_timeout

    def send(self, message: str | bytes | Mapping[str, Any], *, reading: bool = False, paid: float = 0) -> None:
        """Send a message; a mapping is sent as JSON.

        Args:
            reading: the target declares that this message changes nothing.
            paid: calls to paid third parties that it causes, counted against the budget.

        Raises:
            Refused: the running check may not send it; nothing has left.
            Unobservable: the connection is closed, or the budget is spent.
        """
        shown, service = f"a message to {shown_url(self.url)}", origin_of(self.url)
        try:
            effect.require(Effect.READS if reading else Effect.WRITES, shown)
        except Refused:
            calls.count_refused(service, "SEND")
            raise
        budget.spend(paid, shown)
        rate.wait_for_turn(service)
        calls.count_sent(service, "SEND")
        try:
            content = message if isinstance(message, (str, bytes)) else json.dumps(message)
            _run(asyncio.wait_for(self.connection.send(content), self.read_timeout))
        except TimeoutError:
            raise Unobservable(f"{shown_url(self.url)} took no message", "Look at the service's log") from None
        except exceptions.ConnectionClosed as error:
            raise self._closed(error) from None

    def receive(self, timeout: float | None = None) -> str | bytes:
        """Return the next message, waiting `timeout` seconds (by default the read time-out).

        Raises:
            Unobservable: none came, or the connection closed.
        """
        seconds = self.read_timeout if timeout is None else timeout
        try:
            return _run(asyncio.wait_for(self.connection.recv(), seconds))
        except TimeoutError:
            raise Unobservable(
                f"{shown_url(self.url)} sent no message within {seconds:g} s", "Look at the service's log"
            ) from None
        except exceptions.ConnectionClosed as error:
            raise self._closed(error) from None

    def answered(self, header: str) -> str:
        """A header of the answer to the upgrade; empty when it has none of that name."""
        response = self.connection.response
        return str(response.headers.get(header, "")) if response is not None else ""

    @property
    def close_code(self) -> int | None:
        """The code with which the connection was closed (RFC 6455, 7.4), None while it is open."""
        return self.connection.close_code

    def close(self) -> None:
        """Close the connection."""
        _run(self.connection.close())

    def drop(self) -> None:
        """End the connection without a closing handshake, as a network does that is lost."""
        _loop().call_soon_threadsafe(self.connection.transport.abort)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _closed(self, error: exceptions.ConnectionClosed) -> Unobservable:
        return Unobservable(f"{shown_url(self.url)} closed: {redact_text(str(error))}", "Look at the service's log")


def connect(
    url: str,
    origins: Iterable[str],
    *,
    run: str = "",
    ca_file: str | None = None,
    headers: Mapping[str, str] | None = None,
    connect_timeout: float = 3,
    read_timeout: float = 10,
    address: str | None = None,
    raw: bool = False,
    limit: int = 16 * 1024 * 1024,
    **options: Any,
) -> GuardedSocket:
    """Open a WebSocket.

    Args:
        url: `ws://` or `wss://`.
        origins: URLs or origins that may be called.
        run: the run's id, sent as `X-Golive-Run`.
        ca_file: certificates to trust instead of the system's.
        headers: more headers of the opening request.
        address: `host:port` to connect to instead of the URL's name, which TLS and Host keep.
        raw: let `websockets` and OS errors come (`InvalidStatus` has the answer), for checks that look at a refusal.
        limit: bytes of a message at most.
        options: more of `websockets.sync.client.connect`, such as `subprotocols`.

    Raises:
        Refused: the target does not list this host.
        Unobservable: it did not open. Not with `raw`.
    """
    origin, shown = origin_of(url), shown_url(url)
    known = {origin_of(o) for o in origins}
    if origin not in known:
        calls.count_refused(origin, "OPEN")
        effect.refuse(
            f"refused before it left: {shown} is on a host that the target does not list here",
            f"Listed are {', '.join(sorted(known))}; correct the target file or the check",
        )
    rate.wait_for_turn(origin)
    calls.count_sent(origin, "OPEN")
    if url.startswith("wss:"):
        options["ssl"] = ssl.create_default_context(cafile=ca_file)
        options["server_hostname"] = urlsplit(url).hostname
    try:
        if address:
            there = urlsplit(f"//{address}")
            options["sock"] = sockets.create_connection((there.hostname, there.port), connect_timeout)
        seconds = connect_timeout + read_timeout
        sent = {**(headers or {}), **({RUN_HEADER: run} if run else {})}
        connection = _run(asyncio.wait_for(_open(url, sent, seconds, limit, options), seconds + 1))
    except (OSError, exceptions.WebSocketException) as error:
        if raw:
            raise
        raise Unobservable(
            f"{shown} did not open: {redact_text(str(error)) or type(error).__name__}",
            "Check the address, the certificate and the token, and the service's log",
        ) from None
    return GuardedSocket(connection, url, read_timeout)


class _Opening(open_websocket):
    """Follows no redirect: where one leads, the target has not listed."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


async def _open(
    url: str, headers: Mapping[str, str], seconds: float, limit: int, options: Mapping[str, Any]
) -> ClientConnection:
    return await _Opening(
        url,
        additional_headers=headers,
        open_timeout=seconds,
        close_timeout=2,
        max_size=limit,
        proxy=None,
        user_agent_header="golive",
        **options,
    )
