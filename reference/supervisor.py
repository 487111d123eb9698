"""The process of `python -m reference up`: starts a deployment, serves its control API, ends it in order.

It ends on Ctrl-C, SIGTERM, SIGHUP, `down`, and with --watch-stdin when standard input ends: when the parent died.
"""

from __future__ import annotations

import importlib
import json
import os
import shutil
import signal
import sys
import threading
import time
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

from rich.console import Console

from reference.control import ControlServer
from reference.deployment import Deployment
from reference.progress import MEGABYTE, Progress, status_table
from reference.services import PartError

TARGET_FILE = "target.toml"


def supervise(folder: Path | None, target_file: Path | None, watch_stdin: bool) -> int:
    """Run a deployment until it is told to end. Returns the exit code: 1 when it could not start."""
    began = time.monotonic()
    console = Console(stderr=watch_stdin)
    end = threading.Event()
    _on_signals(end)
    deployment = Deployment(folder)
    control = ControlServer(deployment, end.set)
    if watch_stdin:
        threading.Thread(target=_wait_for_end_of_stdin, args=(end,), name="stdin", daemon=True).start()
    try:
        problem = _start(deployment, console, end)
        if problem:
            console.print(f"[red]The deployment could not start.[/] {_plain(problem)}", highlight=False, soft_wrap=True)
            if watch_stdin:
                print(json.dumps({"ready": False, "error": problem}), flush=True)
            return 1
        if end.is_set():
            return 0
        deployment.target_file = _write_target(deployment, target_file)
        deployment.record("ready")
        _announce(deployment, console, time.monotonic() - began, watch_stdin)
        end.wait()
        return 0
    finally:
        if not watch_stdin:
            console.print("stopping ...")
        control.close()
        deployment.stop()


def _plain(text: str) -> str:
    return text.replace("[", "\\[")


def _start(deployment: Deployment, console: Console, end: threading.Event) -> str | None:
    """Start in a thread, so that an end while it starts is heard at once. Returns what went wrong."""
    outcome: list[str] = []

    def run() -> None:
        try:
            deployment.start(progress)
        except PartError as error:
            outcome.append(str(error))
        except BaseException as error:
            outcome.append(f"{type(error).__name__}: {error}")

    with Progress(deployment, console) as progress:
        thread = threading.Thread(target=run, name="start", daemon=True)
        thread.start()
        while thread.is_alive() and not end.is_set():
            thread.join(0.1)
    return outcome[0] if outcome else None


def _on_signals(end: threading.Event) -> None:
    def ask(number: int, _frame: FrameType | None) -> None:
        if end.is_set() and number == signal.SIGINT:
            # Asked twice: the guardian clears up.
            os._exit(130)
        end.set()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask)


def _wait_for_end_of_stdin(end: threading.Event) -> None:
    while os.read(0, 4096):
        pass
    end.set()


def _write_target(deployment: Deployment, wanted: Path | None) -> Path | None:
    """Write the target file to the folder, and a copy to `wanted`; None while no one can describe the deployment."""
    if find_spec("reference.describe") is None:
        return None
    text = importlib.import_module("reference.describe").target_toml(deployment.settings)
    path = deployment.folder / TARGET_FILE
    path.write_text(text)
    if wanted:
        shutil.copyfile(path, wanted)
    return wanted.resolve() if wanted else path


def _announce(deployment: Deployment, console: Console, seconds: float, watch_stdin: bool) -> None:
    rows = deployment.status()
    memory = sum(row["memory"] for row in rows) / MEGABYTE
    target = deployment.target_file
    if watch_stdin:
        ready = {"ready": True, "folder": str(deployment.folder), "settings": str(deployment.settings.path)}
        print(
            json.dumps({**ready, "target_file": str(target) if target else None, "seconds": round(seconds, 1)}),
            flush=True,
        )
        return
    console.print(status_table(rows))
    console.print(f"\nready after {seconds:.1f} s, {memory:.0f} MiB, folder {deployment.folder}", highlight=False)
    console.print(
        f"target file {target}" if target else "no target file: nothing describes the deployment yet", highlight=False
    )
    console.print("Ctrl-C or `python -m reference down` ends it.", highlight=False)
    sys.stdout.flush()
