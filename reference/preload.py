"""Imports once what all application processes import, then forks each of them: `python -m reference.preload SOCKET`.

Six interpreters that import the same for a second each would be most of a deployment's start and memory.
A forked process has its own environment, log, command line and module state from there on. It must be forked from a
process of one thread, hence this one, which does nothing else.

Protocol, one connection a process: the supervisor sends a line of JSON {"module", "arguments", "environment", "log",
"folder"}; the answer is a line {"pid"}, and when that process has ended a line {"exit"} (negative: the signal).
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import sys
from pathlib import Path
from typing import Any

from reference.process import PR_SET_PDEATHSIG

MODULES = (
    "uvicorn.main",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.httptools_impl",
    "celery.bin.celery",
    "celery.apps.worker",
    "celery.apps.beat",
    "celery.backends.redis",
    "celery.concurrency.thread",
    "kombu.transport.redis",
    "reference.app.aurastudio.application",
    "reference.app.seiketsu.application",
)


def main() -> None:
    for module in MODULES:
        importlib.import_module(module)
    # Collections in the forked processes leave these objects, and so the pages that they share, alone.
    gc.collect()
    gc.freeze()
    path = Path(sys.argv[1])
    with socket.socket(socket.AF_UNIX) as listener, selectors.DefaultSelector() as selector:
        # That the socket is there says that the imports are done: it takes its name when it listens, not when it is
        # bound, for who connects in between is refused.
        path.parent.mkdir(mode=0o711, parents=True, exist_ok=True)
        unnamed = path.with_suffix(".partial")
        unnamed.unlink(missing_ok=True)
        listener.bind(str(unnamed))
        listener.listen()
        unnamed.rename(path)
        wake, woken = socket.socketpair()
        for end in (wake, woken):
            end.setblocking(False)
        signal.set_wakeup_fd(woken.fileno())
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
        selector.register(listener, selectors.EVENT_READ)
        selector.register(wake, selectors.EVENT_READ)
        connections: dict[int, socket.socket] = {}
        while True:
            for key, _ in selector.select():
                if key.fileobj is listener:
                    _accept(listener, connections)
                else:
                    with contextlib.suppress(BlockingIOError):
                        wake.recv(4096)
            _reap(connections)


def _accept(listener: socket.socket, connections: dict[int, socket.socket]) -> None:
    connection, _ = listener.accept()
    with connection.makefile("r") as file:
        request = json.loads(file.readline())
    if pid := os.fork():
        connections[pid] = connection
        connection.sendall(json.dumps({"pid": pid}).encode() + b"\n")
        return
    status = 1
    try:
        listener.close()
        for other in (connection, *connections.values()):
            other.close()
        _become(request)
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        sys.excepthook(*sys.exc_info())
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _become(request: dict[str, Any]) -> None:
    """In the forked process: run the module as the main program."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGCHLD, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    for standard in (1, 2):
        os.dup2(log, standard)
    os.close(log)
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(line_buffering=True, write_through=True)  # type: ignore[union-attr]
    os.environ.clear()
    os.environ.update(request["environment"])
    os.chdir(request["folder"])
    sys.argv = [request["module"], *request["arguments"]]
    runpy.run_module(request["module"], run_name="__main__", alter_sys=True)


def _reap(connections: dict[int, socket.socket]) -> None:
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not pid:
            return
        if connection := connections.pop(pid, None):
            with contextlib.suppress(OSError):
                connection.sendall(json.dumps({"exit": os.waitstatus_to_exitcode(status)}).encode() + b"\n")
            connection.close()


if __name__ == "__main__":
    main()
