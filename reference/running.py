"""Which deployments run on this machine, so that `status`, `down`, `break` and `heal` find theirs."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
from pathlib import Path
from typing import Any

import psutil

from reference.settings import STATE_FILE

PARTIAL = ".partial-"
DRIFT = 3.0
"""Seconds: a process's start is told from the machine's, which moves when the clock is set."""


class NoDeploymentError(RuntimeError):
    """None runs, or several and none was named; the message tells which."""


def _registry() -> Path:
    folder = Path(tempfile.gettempdir()) / f"golive-reference-running-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise RuntimeError(f"{folder} belongs to another user")
    return folder


def remember(name: str, folder: Path) -> None:
    """Enter a deployment whose state is written. Whoever looks meanwhile finds it whole or not at all."""
    entry = _registry() / name
    partial = entry.with_name(f"{PARTIAL}{name}")
    partial.write_text(str(folder))
    partial.rename(entry)


def forget(name: str) -> None:
    (_registry() / name).unlink(missing_ok=True)


def read_state(folder: Path) -> dict[str, Any] | None:
    with contextlib.suppress(OSError, ValueError):
        state: dict[str, Any] = json.loads((folder / STATE_FILE).read_text())
        return state
    return None


def is_running(folder: Path) -> bool:
    """Whether its supervisor lives (its process id may have been given to another program since)."""
    state = read_state(folder)
    if state is None or state["phase"] == "stopped":
        return False
    with contextlib.suppress(psutil.Error):
        process = psutil.Process(state["pid"])
        return process.status() != psutil.STATUS_ZOMBIE and bool(abs(process.create_time() - state["created"]) < DRIFT)
    return False


def deployments() -> list[dict[str, Any]]:
    """The states of all deployments that run; forgets those that are gone."""
    found = []
    for entry in sorted(_registry().iterdir()):
        if entry.name.startswith(PARTIAL):
            continue
        try:
            folder = Path(entry.read_text())
        except FileNotFoundError:
            continue  # it has gone since
        state = read_state(folder)
        if state and is_running(folder):
            found.append(state)
        else:
            forget(entry.name)
    return found


def find(folder: Path | None = None) -> dict[str, Any]:
    """The state of the deployment in `folder`, or of the only one that runs. Raises NoDeploymentError."""
    if folder is not None:
        state = read_state(folder.resolve())
        if state is None or not is_running(folder.resolve()):
            raise NoDeploymentError(f"no deployment runs in {folder}")
        return state
    found = deployments()
    if not found:
        raise NoDeploymentError("no deployment runs; start one with: python -m reference up")
    if len(found) > 1:
        folders = "\n  ".join(state["folder"] for state in found)
        raise NoDeploymentError(f"{len(found)} deployments run, name one with --folder:\n  {folders}")
    return found[0]
