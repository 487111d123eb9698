"""Child processes that can't outlive their deployment.

Three nets, because each alone has a hole:
- every child asks the kernel for a signal when the supervisor dies (PDEATHSIG); the kernel means the *thread* that
  forked, so one thread that lives as long as the supervisor forks them all;
- all children share one process group; a guardian, a small process, reads a pipe from the supervisor and kills the
  group when the pipe ends (grandchildren too, whom PDEATHSIG does not reach), then removes the deployment's folder;
- an orderly stop ends each part with its own signal and then kills what is left of the group.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Protocol

import psutil

PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None, use_errno=True)

# Runs as `python -c`: no import from the project, so that it starts at once and can't break with it. The anchor, its
# child, keeps the group in being while the deployment has no other process; the guardian stays outside to clear up.
GUARDIAN = """
import os, shutil, signal, sys, time
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
    signal.signal(number, signal.SIG_IGN)
heard, anchor_hears = os.pipe(), os.pipe()
group = os.fork()
if group == 0:
    os.setpgid(0, 0)
    os.close(0), os.close(1), os.close(anchor_hears[1])
    os.write(heard[1], b"x")
    os.read(anchor_hears[0], 1)
    os._exit(0)
os.read(heard[0], 1)
os.write(1, str(group).encode())
os.close(1)
if sys.stdin.read() != "done":
    os.killpg(group, signal.SIGQUIT)
    os.killpg(group, signal.SIGCONT)
    time.sleep(0.3)
os.killpg(group, signal.SIGKILL)
for attempt in range(20):
    for folder in sys.argv[1:]:
        shutil.rmtree(folder, ignore_errors=True)
    if attempt > 4 and not any(map(os.path.exists, sys.argv[1:])):
        break
    time.sleep(0.1)
"""


class Spawner:
    """Starts every child of one deployment, from one thread, into one process group that a guardian watches.

    `doomed`: folders that the guardian removes at the end, also when the supervisor was killed.
    `group`: the process group id of every child.
    """

    def __init__(self, doomed: Sequence[Path] = ()) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="spawner")
        self._guardian, self.group = self._thread.submit(
            self._start_guardian, [str(folder) for folder in doomed]
        ).result()

    @staticmethod
    def _start_guardian(doomed: list[str]) -> tuple[subprocess.Popen[bytes], int]:
        argv = [sys.executable, "-I", "-S", "-c", GUARDIAN, *doomed]
        # A group of its own: Ctrl-C at the terminal is for the supervisor alone.
        guardian = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, process_group=0)
        assert guardian.stdout is not None
        with guardian.stdout as answer:
            group = int(answer.read() or 0)
        if not group:
            raise RuntimeError("the guardian process did not start")
        return guardian, group

    def spawn(
        self,
        argv: Sequence[str],
        *,
        log: Path,
        environment: Mapping[str, str],
        folder: Path,
        user: str | None = None,
        death_signal: int = signal.SIGKILL,
    ) -> subprocess.Popen[bytes]:
        """Start a process in `folder` with output appended to `log`. Raises OSError when it can't be executed."""

        def ask_for_signal() -> None:
            _LIBC.prctl(PR_SET_PDEATHSIG, death_signal, 0, 0, 0)

        def start() -> subprocess.Popen[bytes]:
            with log.open("ab") as output:
                return subprocess.Popen(
                    list(argv),
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    env=dict(environment),
                    cwd=folder,
                    user=user,
                    group=_group_of(user),
                    extra_groups=[] if user else None,
                    process_group=self.group,
                    preexec_fn=ask_for_signal,
                )

        future: Future[subprocess.Popen[bytes]] = self._thread.submit(start)
        return future.result()

    def refuse(self) -> None:
        """From now on `spawn` raises RuntimeError."""
        self._thread.shutdown(wait=True)

    def kill_all(self) -> None:
        """Kill every process of the group at once; the group stays usable for the guardian."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.group, signal.SIGKILL)

    def close(self) -> None:
        """Kill what is left of the group; the guardian removes the folders and ends."""
        self.refuse()
        assert self._guardian.stdin is not None
        with contextlib.suppress(OSError), self._guardian.stdin as word:
            word.write(b"done")
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._guardian.wait(timeout=10)


def _group_of(user: str | None) -> int | None:
    if user is None:
        return None
    import pwd

    return pwd.getpwnam(user).pw_gid


def base_environment() -> dict[str, str]:
    """What children inherit: how to find programs and this project; no credential or proxy of the caller."""
    kept = {
        name: os.environ[name]
        for name in ("PATH", "LANG", "TZ", "TMPDIR", "COVERAGE_PROCESS_START")
        if name in os.environ
    }
    project = str(Path(__file__).resolve().parent.parent)
    return {"PATH": "/usr/local/bin:/usr/bin:/bin", "LANG": "C.UTF-8", "PYTHONPATH": project, "NO_PROXY": "*", **kept}


class Process(Protocol):
    """What a child needs of a started process; a subprocess.Popen has it."""

    @property
    def pid(self) -> int: ...
    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def send_signal(self, sig: int) -> None: ...


class Child:
    """One process of a part: can be started, stopped, killed, paused and started again (faults do)."""

    def __init__(self, name: str, start: Callable[[], Process], stop_signal: int = signal.SIGTERM) -> None:
        self.name = name
        self._start = start
        self._stop_signal = stop_signal
        self._process: Process | None = None
        self._lock = threading.RLock()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def exit_code(self) -> int | None:
        """Negative: the signal that ended it."""
        return self._process.poll() if self._process else None

    def start(self) -> None:
        with self._lock:
            if not self.alive:
                self._process = self._start()

    def signal(self, number: int) -> None:
        if self.alive and self._process:
            self._process.send_signal(number)

    def stop(self, timeout: float = 5.0) -> None:
        """Ask with the part's own signal, kill after `timeout` seconds; returns when it is gone."""
        with self._lock:
            if self._process is None:
                return
            self.signal(signal.SIGCONT)
            self.signal(self._stop_signal)
            try:
                self._process.wait(timeout)
            except subprocess.TimeoutExpired:
                self.kill()

    def kill(self) -> None:
        with self._lock:
            if self._process is not None:
                self.signal(signal.SIGKILL)
                self._process.wait(10)

    def workers(self) -> set[int]:
        """Process ids of its children."""
        with contextlib.suppress(psutil.Error):
            return {process.pid for process in psutil.Process(self.pid).children()} if self.alive else set()
        return set()


class Processes:
    """All processes of the machine at one moment, by parent: each child that is asked for its own reads them all."""

    def __init__(self) -> None:
        self._below: dict[int, list[psutil.Process]] = {}
        self._known: dict[int, psutil.Process] = {}
        for process in psutil.process_iter(["ppid"]):
            self._known[process.pid] = process
            self._below.setdefault(process.info["ppid"], []).append(process)

    def memory(self, pids: Iterable[int], counted: Collection[int] = ()) -> int:
        """Bytes of processes and those below them, shared pages counted once where the kernel tells (PSS).

        What is gone has none. `counted`: process ids that are asked for themselves; below another they are left out.
        """
        tops = [self._known[pid] for pid in pids if pid in self._known]
        trees = ((top, process) for top in tops for process in self._tree(top))
        return sum(_memory_of(process) for top, process in trees if process is top or process.pid not in counted)

    def _tree(self, top: psutil.Process) -> Iterator[psutil.Process]:
        yield top
        for process in self._below.get(top.pid, []):
            yield from self._tree(process)


def _memory_of(process: psutil.Process) -> int:
    with contextlib.suppress(psutil.Error, OSError):
        info: Any = process.memory_full_info()
        return int(getattr(info, "pss", 0) or info.rss)
    return 0


def tail(path: Path, lines: int = 12) -> str:
    """The last lines of a log, for error messages."""
    if not path.exists():
        return "(no log)"
    return "\n".join(path.read_text(errors="replace").splitlines()[-lines:])
