"""Backups of the database and instances restored from them, as the managed service keeps and makes them.

A snapshot is a base backup by pg_basebackup. A restore starts a PostgreSQL of its own: from a snapshot's copy, or from
the newest one before a moment with the archived WAL replayed up to that moment. `state.json` tells the accounts' API
what there is. Clients reach a restored instance by TLS, as they do the primary.
"""

from __future__ import annotations

import asyncio
import json
import re
import shutil
import signal
import ssl
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg

from reference.backup_state import STATE, first_snapshots
from reference.process import Child, base_environment, tail
from reference.services.part import PartError
from reference.services.postgres import HBA, PostgresServer
from reference.services.postgres_template import BINARIES, copy_cluster
from reference.services.relay import Relay

AVAILABLE, CREATING = "available", "creating"
UNSAFE = re.compile(r"[^A-Za-z0-9_.-]+")


@dataclass
class Base:
    """A base backup. `finished`: seconds since 1970; it holds everything that was committed before."""

    name: str
    status: str = CREATING
    finished: float = 0.0


@dataclass
class Restored:
    """An instance made from a backup, under the statuses that RDS has. `port` is that of TLS."""

    name: str
    status: str = CREATING
    port: int = 0
    problem: str = ""
    child: Child | None = field(default=None, repr=False)
    relay: Relay | None = field(default=None, repr=False)


class Backups(PostgresServer):
    """Takes a first backup of each product when the deployment starts, the others when the API asks for them."""

    needs = ("seeds", "launch")

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self.bases: dict[str, Base] = {}
        self.restored: dict[str, Restored] = {}
        self.lock = threading.RLock()
        self.pool = ThreadPoolExecutor(max_workers=4, thread_name_prefix="backups")
        self.loop = asyncio.new_event_loop()
        self.mishaps: list[tuple[str, str]] = []
        """Database and statement that happen to every copy before anybody sees it: faults set them."""

    @property
    def folder(self) -> Path:
        return Path(self.settings.postgres.backup_folder)

    @property
    def address(self) -> str:
        return f"{len(self.bases)} base backups, {len(self.restored)} restored instances"

    @property
    def alive(self) -> bool:
        return True

    def prepare(self) -> None:
        self.make_folder(self.folder)
        threading.Thread(target=self.loop.run_forever, name="restored instances", daemon=True).start()

    def probe(self) -> None:
        """Nothing to wait for: `finish` does its work in full."""

    def finish(self) -> None:
        """One backup at the start, under the name of each product's snapshot that the account has from the start."""
        names = list(first_snapshots(self.settings).values())
        self.take(names[0])
        for name in names[1:]:
            self.take(name, like=names[0])

    def stop(self) -> None:
        for name in list(self.restored):
            self.drop(name)
        self.pool.shutdown(wait=False)
        self.loop.call_soon_threadsafe(self.loop.stop)

    # Backups

    def path(self, name: str) -> Path:
        """The files of a backup."""
        return self.folder / f"base-{UNSAFE.sub('-', name)}"

    def take(self, name: str, like: str | None = None) -> None:
        """Make a base backup; `like`: share the files of one that was just made. Raises PartError."""
        with self.lock:
            if name in self.bases:
                return
            base = self.bases[name] = Base(name)
            self._tell()
        if like:
            source, copy = self.path(like), self.path(name)
            subprocess.run(["cp", "-al", source, copy], check=True, timeout=60)
            problem = ""
        else:
            problem = self._base_backup(self.path(name))
        with self.lock:
            base.status, base.finished = "failed" if problem else AVAILABLE, time.time()
            self._tell()
        if problem:
            raise PartError(f"no base backup {name}: {problem}")

    def take_later(self, name: str) -> None:
        """Begin a backup and return."""
        self.pool.submit(self.take, name)

    def forget(self, name: str) -> None:
        """Remove a backup."""
        with self.lock:
            self.bases.pop(name, None)
            shutil.rmtree(self.path(name), ignore_errors=True)
            self._tell()

    def _base_backup(self, destination: Path) -> str:
        postgres = self.settings.postgres
        log = self.settings.log_file(self.name)
        options = ["-h", postgres.socket_folder, "-U", postgres.replication_role, "-c", "fast", "-X", "fetch"]
        process = self.context.spawner.spawn(
            [str(BINARIES / "pg_basebackup"), "-D", str(destination), *options, "--no-sync"],
            log=log,
            environment={**base_environment(), "PGPASSWORD": postgres.replication_password},
            folder=self.folder,
            user=self.settings.user,
        )
        return tail(log) if process.wait(120) else ""

    # Restores

    def restore(self, name: str, snapshot: str | None, moment: datetime | None) -> None:
        """Begin to make an instance from a snapshot, or from the newest backup before `moment` and the archived WAL."""
        with self.lock:
            instance = self.restored[name] = Restored(name)
            self._tell()
        self.pool.submit(self._restore, instance, snapshot, moment)

    def drop(self, name: str) -> None:
        """Stop a restored instance and remove all that it had. No error when there is none."""
        with self.lock:
            instance = self.restored.pop(name, None)
            if instance is None:
                return
            self._tell()
        if instance.relay:
            instance.relay.close()
        if instance.child:
            instance.child.signal(signal.SIGQUIT)
            instance.child.stop()
            if instance.child in self.children:
                self.children.remove(instance.child)
        shutil.rmtree(self._place(name), ignore_errors=True)

    def _restore(self, instance: Restored, snapshot: str | None, moment: datetime | None) -> None:
        try:
            self._make(instance, snapshot, moment)
        except Exception as error:
            print(f"restore of {instance.name}: {type(error).__name__}: {error}", flush=True)
            with self.lock:
                instance.status = "incompatible-restore" if moment else "failed"
                instance.problem = str(error)
                self._tell()

    def _make(self, instance: Restored, snapshot: str | None, moment: datetime | None) -> None:
        place = self._place(instance.name)
        data, sockets = place / "data", place / "s"
        for folder in (place, data, sockets):
            self.make_folder(folder)
        copy_cluster(self._source(snapshot, moment), data)
        self.configure(data, sockets, {"cluster_name": "restored", **SCRATCH, **self._recovery(moment)})
        (data / "postgresql.auto.conf").write_text("")
        (data / "pg_hba.conf").write_text(HBA)
        files = [data / name for name in ("postgresql.conf", "postgresql.auto.conf", "pg_hba.conf")]
        if moment:
            (data / "recovery.signal").touch()
            files.append(data / "recovery.signal")
        self.own(*files)
        child = self.child(
            [BINARIES / "postgres", "-D", data],
            name=UNSAFE.sub("-", instance.name),
            user=self.settings.user,
            stop_signal=signal.SIGINT,
            death_signal=signal.SIGQUIT,
        )
        instance.child = child
        child.start()
        self._wait_for(child, sockets)
        for database, statement in self.mishaps:
            self._run(sockets, database, statement)
        instance.relay = Relay(self.loop, self._context(), sockets / ".s.PGSQL.5432")
        with self.lock:
            instance.port, instance.status = instance.relay.port, AVAILABLE
            self._tell()

    def _source(self, snapshot: str | None, moment: datetime | None) -> Path:
        """The files to begin with. Raises PartError for a snapshot of which the account has the record alone."""
        if moment is None:
            if snapshot not in self.bases:
                raise PartError(f"nothing is kept of snapshot {snapshot}")
            return self.path(str(snapshot))
        before = [
            b for b in self.bases.values() if moment and b.status == AVAILABLE and b.finished <= moment.timestamp()
        ]
        return self.path(max(before, key=lambda b: b.finished).name) if before else self.template()

    def _recovery(self, moment: datetime | None) -> dict[str, str]:
        if moment is None:
            return {}
        return {
            "restore_command": f'cp "{self.settings.postgres.archive_folder}/%f" "%p"',
            "recovery_target_time": moment.astimezone(UTC).isoformat(sep=" "),
            "recovery_target_action": "promote",
        }

    def _wait_for(self, child: Child, sockets: Path) -> None:
        """Return when it takes sessions, out of recovery. Raises PartError with the server's last words."""
        postgres, deadline = self.settings.postgres, time.monotonic() + 120
        login = {"user": postgres.superuser, "password": postgres.superuser_password, "dbname": "postgres"}
        while time.monotonic() < deadline and child.alive and not self.context.ended.is_set():
            try:
                with psycopg.connect(host=str(sockets), connect_timeout=2, **login) as connection:
                    if connection.execute("select pg_is_in_recovery()").fetchone() == (False,):
                        return
            except psycopg.OperationalError as error:
                if "password authentication failed" in str(error):  # older than the passwords: up, and nobody's
                    return
            time.sleep(0.05)
        raise PartError(f"the restored server did not come up:\n{tail(self.settings.log_file(child.name))}")

    def _run(self, sockets: Path, database: str, statement: str) -> None:
        postgres = self.settings.postgres
        login = {"user": postgres.superuser, "password": postgres.superuser_password, "dbname": database}
        with psycopg.connect(host=str(sockets), autocommit=True, **login) as connection:
            connection.execute(statement)

    def _context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(self.settings.certificate_file, self.settings.key_file)
        context.set_alpn_protocols(["postgresql"])
        return context

    def _place(self, name: str) -> Path:
        # A socket's path is short: see planning.
        return Path(self.settings.socket_folder) / UNSAFE.sub("-", name)

    def _tell(self) -> None:
        state = {
            "snapshots": {name: asdict(base) for name, base in self.bases.items()},
            "instances": {
                name: {"status": i.status, "port": i.port, "problem": i.problem} for name, i in self.restored.items()
            },
        }
        partial = self.folder / f"{STATE}.partial"
        partial.write_text(json.dumps(state))
        partial.rename(self.folder / STATE)


SCRATCH = {
    "shared_buffers": "24MB",
    "archive_mode": "off",
    "hot_standby": "off",
    "fsync": "off",
    "max_wal_size": "64MB",
    "log_statement": "none",
}
