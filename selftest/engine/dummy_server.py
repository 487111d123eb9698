"""A local HTTP server that answers 200 to everything and keeps what arrived, to show that a refused call never did."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Arrived:
    """One request as it arrived."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Dummy:
    """`answer(request)` may return `(status, headers, body)`; by default 200 and nothing."""

    url: str = ""
    arrived: list[Arrived] = field(default_factory=list)
    answer: Callable[[Arrived], tuple[int, dict[str, str], bytes]] = lambda _: (200, {}, b"")

    @property
    def methods(self) -> list[str]:
        return [request.method for request in self.arrived]


@contextmanager
def dummy_server() -> Iterator[Dummy]:
    """Serve on a free loopback port while the body runs."""
    dummy = Dummy()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _handle(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            request = Arrived(self.command, self.path, dict(self.headers), body)
            dummy.arrived.append(request)
            status, headers, answer = dummy.answer(request)
            self.send_response(status)
            for name, value in {
                "Content-Type": "application/json",
                "Content-Length": str(len(answer)),
                **headers,
            }.items():
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(answer)

        do_GET = do_HEAD = do_OPTIONS = do_POST = do_PUT = do_PATCH = do_DELETE = _handle  # noqa: N815

        def log_message(self, *_: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *_: object) -> None:
            pass  # clients that hang up are part of the tests

    server = Server(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    dummy.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield dummy
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
