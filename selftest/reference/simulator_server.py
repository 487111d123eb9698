"""A running simulator process for tests, and its side door."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from reference.planning import PortBlock, plan
from reference.settings import Settings


class Control:
    """The reference's own side door: request log, usage, behaviour."""

    def __init__(self, settings: Settings) -> None:
        self.url = f"{settings.simulators.url}/__reference__"
        self.headers = {"X-Control-Token": settings.control_token}

    def call(self, method: str, path: str, **how: Any) -> Any:
        answer = requests.request(method, f"{self.url}/{path}", headers=self.headers, timeout=10, **how)
        assert answer.ok, answer.text
        return answer.json()

    def break_(self, provider: str, **switches: Any) -> None:
        self.call("POST", "behaviour", json={provider: switches})

    def heal(self) -> None:
        self.call("DELETE", "behaviour")

    def requests(self, provider: str, **query: Any) -> list[dict[str, Any]]:
        return list(self.call("GET", "requests", params={"provider": provider, **query})["requests"])


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Settings]:
    ports = PortBlock()
    made = plan(tmp_path_factory.mktemp("simulators"), ports)
    made.save()
    root = Path(__file__).parents[2]
    command = [
        sys.executable,
        "-m",
        "uvicorn",
        "reference.simulators:app",
        "--host",
        "127.0.0.1",
        "--port",
        str(made.simulators.port),
    ]
    with (Path(made.folder) / "simulators.log").open("wb") as log:
        process = subprocess.Popen(
            command, cwd=root, env={**made.process_environment(), "PATH": "/usr/bin:/bin"}, stdout=log, stderr=log
        )
    try:
        for _ in range(200):
            try:
                assert requests.get(f"{made.simulators.url}/__reference__/health", timeout=2).ok
                break
            except requests.ConnectionError:
                assert process.poll() is None, Path(log.name).read_text()
                time.sleep(0.1)
        yield made
    finally:
        process.terminate()
        process.wait(10)
        ports.release()


@pytest.fixture
def control(settings: Settings) -> Iterator[Control]:
    control = Control(settings)
    yield control
    control.heal()
