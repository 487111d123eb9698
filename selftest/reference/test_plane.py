"""The process plane of the reference deployment: it starts whole, stands beside another, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from reference import running
from reference.control import ControlError
from reference.session import Session, StartError

pytestmark = pytest.mark.xdist_group("plane")
BUDGET_BYTES = int(2.5 * 2**30)
PROJECT = Path(__file__).resolve().parents[2]


def processes_of(folder: str, group: int) -> list[str]:
    """What still runs for a deployment: its group, and whatever has its folder in the command line or as cwd."""
    found = []
    for process in psutil.process_iter():
        try:
            if process.status() == psutil.STATUS_ZOMBIE or process.pid == os.getpid():
                continue
            command = " ".join(process.cmdline())
            if os.getpgid(process.pid) == group or folder in command or process.cwd().startswith(folder):
                found.append(f"{process.pid} {command[:120]}")
        except (psutil.Error, ProcessLookupError):
            continue
    return found


def eventually(observe: Callable[[], object], seconds: float = 15) -> object:
    """The last observation, which is false as soon as `observe` returned something false; true when it never did."""
    deadline = time.monotonic() + seconds
    while (seen := observe()) and time.monotonic() < deadline:
        time.sleep(0.2)
    return seen


def left_of(folder: str, group: int) -> list[str]:
    return processes_of(folder, group) + ([folder] if Path(folder).exists() else [])


def state_of(session: Session) -> dict[str, object]:
    return running.find(Path(session.settings.folder))


@pytest.fixture(scope="module")
def deployment() -> Iterator[Session]:
    with Session() as session:
        yield session


def test_every_part_is_alive_within_the_memory_budget(deployment: Session) -> None:
    parts = deployment.status()["parts"]
    assert {"postgres", "replica", "redis", "sentinels", "edge", "aws", "simulators", "worker", "beat"} <= {
        p["part"] for p in parts
    }
    assert [part["part"] for part in parts if not part["alive"]] == []
    assert 0 < sum(part["memory"] for part in parts) < BUDGET_BYTES


def test_secrets_are_readable_for_nobody_else(deployment: Session) -> None:
    folder = Path(deployment.settings.folder)
    open_files = [
        path.name for path in [folder / "settings.json", folder / "state.json"] if path.stat().st_mode & 0o077
    ]
    assert open_files == []
    assert (folder / "secrets").stat().st_mode & 0o077 == 0


def test_status_names_a_part_that_died(deployment: Session) -> None:
    deployment.control.call("POST", "/processes/aurastudio-1/kill")
    try:
        part = next(part for part in deployment.status()["parts"] if part["part"] == "aurastudio-1")
        assert (part["alive"], part["dead"]) == (False, ["aurastudio-1"])
        command = [sys.executable, "-m", "reference", "status", "--folder", deployment.settings.folder]
        done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, timeout=60)
        assert done.returncode == 1
        assert "dead: aurastudio-1" in done.stdout
    finally:
        deployment.control.call("POST", "/processes/aurastudio-1/start")

    def still_dead() -> list[str]:
        return [part["part"] for part in deployment.status()["parts"] if not part["alive"]]

    assert eventually(still_dead) == []


def test_an_unknown_fault_is_a_clear_error(deployment: Session) -> None:
    with pytest.raises(ControlError, match="no fault 'no-such-fault'"):
        deployment.break_("no-such-fault")


def test_control_needs_the_token(deployment: Session) -> None:
    state = {**state_of(deployment), "control_token": "wrong"}
    from reference.control import Control

    with pytest.raises(ControlError, match="control token"):
        Control(state).call("GET", "/status")


def test_a_second_deployment_beside_it_shares_nothing_and_goes_without_trace(deployment: Session) -> None:
    with Session() as other:
        assert other.settings.folder != deployment.settings.folder
        assert other.settings.postgres.superuser_password != deployment.settings.postgres.superuser_password
        assert [part["part"] for part in other.status()["parts"] if not part["alive"]] == []
        state = state_of(other)
    assert eventually(lambda: left_of(str(state["folder"]), int(str(state["group"])))) == []
    assert [part["part"] for part in deployment.status()["parts"] if not part["alive"]] == []


def test_nothing_is_left_when_the_supervisor_is_killed() -> None:
    with Session() as session:
        state = state_of(session)
        os.kill(session.pid, signal.SIGKILL)
        assert eventually(lambda: left_of(str(state["folder"]), int(str(state["group"])))) == []


def test_nothing_is_left_when_the_parent_is_killed() -> None:
    code = """
import os, signal, sys
from reference.session import Session
session = Session().start()
print(session.settings.folder, flush=True)
os.kill(os.getpid(), signal.SIGKILL)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=PROJECT, stdout=subprocess.PIPE, text=True, timeout=270)
    assert done.returncode == -signal.SIGKILL
    folder = done.stdout.strip()
    state = running.read_state(Path(folder))
    group = state["group"] if state else -1
    assert eventually(lambda: left_of(folder, group), 30) == []


def test_nothing_is_left_when_it_is_killed_while_it_starts() -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "reference", "up", "--watch-stdin"],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:

        def states() -> list[dict[str, object]]:
            return [state for state in running.deployments() if state["pid"] == process.pid]

        assert eventually(lambda: not states(), 90) is False, f"it did not begin to start, exit code {process.poll()}"
        state = states()[0]
        time.sleep(1)
    finally:
        process.kill()
        process.wait(10)
    assert eventually(lambda: left_of(str(state["folder"]), int(str(state["group"])))) == []


def test_a_folder_with_other_things_is_refused(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(StartError, match="is not empty and holds no deployment"):
        Session(folder=tmp_path).start()
    assert (tmp_path / "thesis.txt").read_text() == "mine"
