"""One deployment: plans it, starts its parts in the order of their needs, knows them while it runs, stops them.

It is also what a fault gets: handles to break and heal every part.
"""

from __future__ import annotations

import json
import os
import shutil
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from enum import StrEnum
from pathlib import Path
from typing import Any, cast

import httpx
import psutil
import psycopg
import redis

from reference import running
from reference.clients import aws_client
from reference.faulting import Faulting
from reference.fleet import Fleet
from reference.planning import PortBlock, plan
from reference.process import Child, Processes, Spawner
from reference.recovering import Recovering
from reference.redis_primary import HOST as REDIS_HOST
from reference.redis_primary import primary_port
from reference.rollouts import Rollouts
from reference.services import Context, Part, PartError, make_parts
from reference.services.edge import Edge
from reference.services.gateway import Gateway
from reference.services.names import Names
from reference.services.pki import write_pki
from reference.services.postgres import Primary
from reference.services.restore import Backups
from reference.settings import STATE_FILE, Settings

# Data stores outlive those who use them, and a process its parent: they stop in the second wave.
LAST_TO_STOP = ("preload", "backups", "postgres", "replica", "redis", "sentinels", "queue", "gateway")


class State(StrEnum):
    waiting = "waiting"
    starting = "starting"
    ready = "ready"
    failed = "failed"
    stopped = "stopped"


Listener = Callable[[str, State, float], None]
"""Called with a part's name, its new state, and the seconds that it has been starting."""


class Deployment:
    """Make it, `start` it, `stop` it; a second one shares nothing with it. A given `folder` is kept after the stop."""

    def __init__(self, folder: Path | None = None) -> None:
        self.temporary = folder is None
        self.folder = _new_folder() if folder is None else _given_folder(folder)
        self._ports = PortBlock()
        self.settings: Settings = plan(self.folder, self._ports)
        doomed = (
            [self.folder, Path(self.settings.socket_folder)] if self.temporary else [Path(self.settings.socket_folder)]
        )
        self.spawner = Spawner(doomed)
        self.context = self._context = Context(self.settings, self.spawner)
        self._idle = threading.Event()
        self._idle.set()
        self.parts: dict[str, Part] = make_parts(self._context)
        self.states: dict[str, State] = dict.fromkeys(self.parts, State.waiting)
        self.faults = Faulting(self)
        self.fleet = Fleet(self)
        self.recovering = Recovering(self)
        self.rollouts = Rollouts(self)
        self.started_at = time.time()
        self.target_file: Path | None = None
        self._listeners: list[Listener] = []
        for name in ("logs", "secrets"):
            (self.folder / name).mkdir(mode=0o700, exist_ok=True)
        write_pki(self.settings)
        self.settings.save()

    # Starting and stopping

    def start(self, listener: Listener | None = None) -> None:
        """Start all parts, each as soon as those that it needs are ready. Raises PartError, and stops nothing then."""
        if listener:
            self._listeners.append(listener)
        self.record("starting")
        self._idle.clear()
        ready = {name: threading.Event() for name in self.parts}
        try:
            with ThreadPoolExecutor(max_workers=len(self.parts), thread_name_prefix="start") as pool:
                outcomes = pool.map(lambda part: self._bring_up(part, ready), self.parts.values())
                problems = [error for error in outcomes if error]
        finally:
            self._idle.set()
        if problems:
            raise problems[0]
        self.record("ready")

    def _bring_up(self, part: Part, ready: dict[str, threading.Event]) -> PartError | None:
        """Start one part when its needs are met. A failure ends the waiting of all others."""
        for need in part.needs:
            ready[need].wait()
        began = time.monotonic()
        try:
            if self._context.ended.is_set():
                return None
            self._now(part.name, State.starting, 0.0)
            part.start()
        except Exception as error:
            # Those that fail after the first do so because of it.
            first = not self._context.ended.is_set()
            self._context.ended.set()
            self._now(part.name, State.failed, time.monotonic() - began)
            if not first:
                return None
            return error if isinstance(error, PartError) else PartError(f"{part.name}: {type(error).__name__}: {error}")
        else:
            self._now(part.name, State.ready, time.monotonic() - began)
            return None
        finally:
            ready[part.name].set()

    def stop(self) -> None:
        """Stop everything and remove what is temporary. Safe at any time, also while it starts or after it failed."""
        self._context.ended.set()
        self.record("stopping")
        if not self._idle.is_set():
            self.spawner.refuse()
            self.spawner.kill_all()
            self._idle.wait(20)
        waves = (
            [part for name, part in self.parts.items() if name not in LAST_TO_STOP],
            [part for name, part in self.parts.items() if name in LAST_TO_STOP],
        )
        for wave in waves:
            with ThreadPoolExecutor(max_workers=len(wave)) as pool:
                list(pool.map(self._stop_part, wave))
        self.spawner.close()
        running.forget(self.settings.name)
        self._ports.release()
        if not self.temporary:
            self.record("stopped")

    def _stop_part(self, part: Part) -> None:
        try:
            part.stop()
        finally:
            self.states[part.name] = State.stopped

    def _now(self, name: str, state: State, seconds: float) -> None:
        self.states[name] = state
        for listener in self._listeners:
            listener(name, state, seconds)

    def record(self, phase: str) -> None:
        """Write state.json, by which `status`, `down` and sessions find the supervisor."""
        if not self.folder.exists():
            return
        state = {
            "name": self.settings.name,
            "folder": str(self.folder),
            "phase": phase,
            "pid": os.getpid(),
            "created": psutil.Process().create_time(),
            "group": self.spawner.group,
            "control_url": self.settings.control_url,
            "control_token": self.settings.control_token,
            "target_file": str(self.target_file) if self.target_file else None,
        }
        path = self.folder / STATE_FILE
        partial = path.with_suffix(".partial")
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(state, file)
        partial.rename(path)
        if phase == "starting":
            running.remember(self.settings.name, self.folder)

    def adopt(self, part: Part) -> None:
        """Know a part that runs since a moment ago: it is stopped with the others."""
        self.states = {**self.states, part.name: State.ready}
        self.parts = {**self.parts, part.name: part}

    def dismiss(self, name: str) -> None:
        """Forget a part that is about to be stopped."""
        self.parts = {known: part for known, part in self.parts.items() if known != name}

    # Knowing

    def status(self) -> list[dict[str, Any]]:
        """One row a part: name, state, alive, pids, memory in bytes, seconds since nothing, address."""
        # What the preload process forked is its child and a part of its own.
        known = {child.pid for part in self.parts.values() for child in part.children if child.pid}
        processes = Processes()
        return [
            {
                "part": name,
                "state": str(self.states[name]),
                "alive": self.states[name] is State.ready and part.alive,
                "pids": part.pids,
                "dead": [child.name for child in part.children if not child.alive],
                "memory": processes.memory(part.pids, known),
                "address": part.address,
            }
            for name, part in self.parts.items()
        ]

    def child(self, name: str) -> Child:
        """A process by its name: `aurastudio-1`, `redis-2`, `worker`, ... Raises KeyError with the names there are."""
        children = {child.name: child for part in self.parts.values() for child in part.children}
        if name not in children:
            raise KeyError(f"no process {name!r}; there are {', '.join(sorted(children))}")
        return children[name]

    # Handles for faults

    @property
    def edge(self) -> Edge:
        """The load balancer: `with deployment.edge.relisten("seiketsu-api", plain=["/"]): ...`."""
        return cast(Edge, self.parts["edge"])

    @property
    def gateway(self) -> Gateway:
        """TLS in front of PostgreSQL and Redis."""
        return cast(Gateway, self.parts["gateway"])

    @property
    def backups(self) -> Backups:
        """Base backups, and instances restored from them."""
        return cast(Backups, self.parts["backups"])

    @property
    def names(self) -> Names:
        """DNS: `with deployment.names.bend("127.0.0.3", "api.seiketsu.test", "A", ["127.0.0.9"]): ...`."""
        return cast(Names, self.parts["names"])

    def sql(self, database: str = "postgres") -> AbstractContextManager[psycopg.Connection[Any]]:
        """A superuser session on the primary, autocommit."""
        return cast(Primary, self.parts["postgres"]).connect(database)

    def redis(self, database: int = 0) -> redis.Redis:
        """The current primary, with all rights."""
        settings = self.settings.redis
        port = primary_port(
            [node.port for node in settings.sentinels], settings.sentinel_password, settings.primary_name
        )
        return redis.Redis(
            REDIS_HOST, port, db=database, password=settings.password, socket_timeout=5, decode_responses=True
        )

    def queue(self, database: int = 1) -> redis.Redis:
        """The queue's instance, with all rights."""
        settings = self.settings.redis
        return redis.Redis(
            REDIS_HOST,
            settings.queue.port,
            db=database,
            password=settings.password,
            socket_timeout=5,
            decode_responses=True,
        )

    def aws(self, product: str, service: str, region: str | None = None) -> Any:
        """A boto3 client with all rights in the product's account."""
        return aws_client(self.settings, product, service, "admin", region)

    def behave(self, product: str, switches: dict[str, Any]) -> None:
        """Set behaviour switches of every instance of a product; False or None takes one away. Raises RuntimeError.

        All instances change or an error is raised: a fault that is half in place proves nothing.
        """
        for instance in self.settings.products[product].instances:
            self._switch(instance.url, {"set": switches})

    def behave_instance(self, product: str, instance: str, switches: dict[str, Any]) -> None:
        """The same for one instance, such as `seiketsu-2`. Raises KeyError, RuntimeError."""
        urls = {known.id: known.url for known in self.settings.products[product].instances}
        self._switch(urls[instance], {"set": switches})

    def simulate(self, provider: str, switches: dict[str, Any] | None) -> None:
        """Set behaviour switches of a third party; None heals it. Raises RuntimeError."""
        self._switch(self.settings.simulators.url, {provider: switches})

    def _switch(self, url: str, body: dict[str, Any]) -> None:
        headers = {"X-Control-Token": self.settings.control_token}
        answer = httpx.post(f"{url}/__reference__/behaviour", json=body, headers=headers, timeout=10, trust_env=False)
        if answer.is_error:
            raise RuntimeError(f"{url} refuses the switches {body}: {answer.status_code} {answer.text[:300]}")


def _new_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="golive-reference-"))
    # Others may pass (PostgreSQL and nginx's workers run as another user) and can't list; what is secret is 0600 below.
    folder.chmod(0o711)
    return folder


def _given_folder(folder: Path) -> Path:
    """Check and empty the folder that the user named. Raises RuntimeError for one that holds something else."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        if not (folder / STATE_FILE).exists():
            raise RuntimeError(f"{folder} is not empty and holds no deployment; name an empty or new folder")
        if running.is_running(folder):
            raise RuntimeError(
                f"the deployment in {folder} is running; stop it with: python -m reference down --folder {folder}"
            )
        for path in folder.iterdir():
            shutil.rmtree(path) if path.is_dir() and not path.is_symlink() else path.unlink()
    folder.chmod(0o711)
    blocked = [parent for parent in folder.parents if os.getuid() == 0 and not parent.stat().st_mode & 0o001]
    if blocked:
        raise RuntimeError(
            f"{blocked[0]} is closed to the unprivileged user that PostgreSQL runs as; use a folder below /tmp"
        )
    return folder
