"""The edge lets so many requests of a product be under way, and refuses the next in a way that callers can read."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import pytest

from reference.deployment import Deployment

SLOW, HEALTH = "/api/memory/recall", "/health"


class Instance(BaseHTTPRequestHandler):
    """Answers nothing but health until it may."""

    may = threading.Event()
    come = threading.Semaphore(0)

    def do_GET(self) -> None:
        if self.path != HEALTH:
            self.come.release()
            self.may.wait(30)
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_request(self, code: object = "-", size: object = "-") -> None:
        """Nothing: the edge writes a log."""


@pytest.fixture
def edge() -> Iterator[Deployment]:
    """An edge, and servers in place of the instances behind it."""
    deployment = Deployment()
    behind = [
        ThreadingHTTPServer(("127.0.0.1", instance.port), Instance)
        for product in deployment.settings.products.values()
        for instance in product.instances
    ]
    for server in behind:
        server.daemon_threads = True
        threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        deployment.edge.start()
        yield deployment
    finally:
        Instance.may.set()
        deployment.stop()
        for server in behind:
            server.shutdown()
            server.server_close()


def test_who_comes_when_all_are_busy_is_refused_at_once_and_health_is_not(edge: Deployment) -> None:
    product = edge.settings.products["aurastudio"]
    room = edge.edge.variables["at_once"]["aurastudio"] * len(product.instances)
    trusted = ssl.create_default_context(cafile=edge.settings.ca_file)
    with (
        httpx.Client(verify=trusted, timeout=20, limits=httpx.Limits(max_connections=None)) as client,
        ThreadPoolExecutor(room) as callers,
    ):
        busy = [callers.submit(client.get, product.api_url + SLOW) for _ in range(room)]
        assert all(Instance.come.acquire(timeout=10) for _ in range(room)), "so many are let in"
        refused, health = client.get(product.api_url + SLOW), client.get(product.api_url + HEALTH)
        elsewhere = client.get(edge.settings.products["seiketsu"].api_url + HEALTH)
        Instance.may.set()
        assert [caller.result().status_code for caller in busy] == [200] * room
        again = client.get(product.api_url + SLOW)
    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "1"
    assert refused.json() == {"detail": "too much at once"}
    assert refused.headers["x-content-type-options"] == "nosniff"
    assert (health.status_code, elsewhere.status_code, again.status_code) == (200, 200, 200)
