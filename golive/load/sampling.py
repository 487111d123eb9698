"""Looks at database and processes each two seconds while load is put on the deployment; the samples lie beside the run.

`samples.json`: `{"database": [{"at": seconds since the epoch, ...}], "processes": [...], "generator": {...}}`, with the
fields of `Sample`, `ProcessSample` and `GeneratorShare`. A moment at which one could not be asked is a sample with
`error`, so that silence is no health.
"""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import psutil
import psycopg
from psycopg.rows import dict_row
from pydantic import ConfigDict, ValidationError

from golive.guard.postgres import GuardedConnection, connect
from golive.load.artefact import Part
from golive.load.processes import Processes
from golive.problem import first_problem
from golive.redaction import redact_text
from golive.target import ProductTarget
from golive.target.load import Timeouts
from golive.verdict import Unobservable

EVERY = 2.0
LOOK = """
SELECT extract(epoch FROM clock_timestamp())::float8 AS at,
    count(*) FILTER (WHERE backend_type = 'client backend')::int AS connections,
    current_setting('max_connections')::int AS most_connections,
    (SELECT coalesce(max(n::float8 / rolconnlimit), 0)::float8 FROM pg_roles JOIN
        (SELECT usename, count(*) AS n FROM pg_stat_activity WHERE backend_type = 'client backend' GROUP BY usename) own
        ON rolname = usename WHERE rolconnlimit > 0) AS role_share,
    coalesce(max(extract(epoch FROM clock_timestamp() - xact_start))
        FILTER (WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()), 0)::float8 AS longest_transaction,
    coalesce(max(extract(epoch FROM clock_timestamp() - state_change))
        FILTER (WHERE state LIKE 'idle in transaction%'), 0)::float8 AS longest_idle_in_transaction,
    coalesce(max(extract(epoch FROM clock_timestamp() - state_change))
        FILTER (WHERE state = 'active' AND wait_event_type = 'Lock'), 0)::float8 AS longest_lock_wait,
    (SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()) AS deadlocks,
    (SELECT temp_files FROM pg_stat_database WHERE datname = current_database()) AS temp_files,
    (SELECT coalesce(max(extract(epoch FROM replay_lag)), 0)::float8 FROM pg_stat_replication) AS replica_lag,
    (SELECT count(*)::int FROM pg_stat_replication) AS replicas
FROM pg_stat_activity WHERE datname = current_database() OR backend_type = 'client backend'"""
STATEMENTS = """
SELECT sum(calls)::float8 AS calls, sum(total_exec_time)::float8 AS milliseconds FROM pg_stat_statements s
JOIN pg_database d ON d.oid = s.dbid WHERE d.datname = current_database()"""


class Sample(Part):
    """The database at one moment. Times in seconds, `milliseconds` and `calls` those of all statements so far."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    at: float
    connections: int = 0
    most_connections: int = 0
    role_share: float = 0
    """Of the connections that a role may have (CONNECTION LIMIT), so many are open (0..1); of the fullest role."""
    longest_transaction: float = 0
    longest_idle_in_transaction: float = 0
    longest_lock_wait: float = 0
    deadlocks: int = 0
    temp_files: int = 0
    replica_lag: float = 0
    replicas: int = 0
    calls: float | None = None
    milliseconds: float | None = None
    error: str = ""


class ProcessSample(Part):
    """A process at one moment: the bytes that it holds, when it started (seconds since 1970), what it counted."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    at: float
    instance: str
    resident: float = 0
    started: float = 0
    counters: dict[str, float] = {}
    error: str = ""


class GeneratorShare(Part):
    """What became of the processor time of the machine that puts the load, over the run. Shares, 0..1."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    stolen: float
    """Wanted here, and given to other machines by the host (proc(5), steal)."""
    idle: float


class Samples(Part):
    """`samples.json`."""

    database: list[Sample] = []
    processes: list[ProcessSample] = []
    generator: GeneratorShare | None = None


class Sampler:
    """Samples while it is entered: the database where there is [PRODUCT.postgres], processes where k6.processes is."""

    def __init__(self, target: ProductTarget, timeouts: Timeouts) -> None:
        self.settings, self.timeouts = target.postgres, timeouts
        self.samples: list[dict[str, Any]] = []
        self.processes = Processes(target, timeouts)
        self.processes_seen: list[dict[str, Any]] = []
        self._processor = psutil.cpu_times()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._look, name="load samples", daemon=True)
        self._watch = threading.Thread(target=self._look_at_processes, name="load processes", daemon=True)

    def __enter__(self) -> Self:
        if self.settings:
            self._thread.start()
        if self.processes.instances:
            self._watch.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._done.set()
        if self.settings:
            self._thread.join(2 * self.timeouts.read)
        if self.processes.instances:
            self._watch.join(2 * self.timeouts.read)
            self.processes_seen += self.processes.look()  # what they counted until the end

    def write(self, path: Path) -> bool:
        """Write what was seen; whether there was anything."""
        seen = {"database": list(self.samples), "processes": list(self.processes_seen)}
        if any(seen.values()):
            path.write_text(json.dumps(seen | {"generator": self._share()}), encoding="utf-8")
        return any(seen.values())

    def _share(self) -> dict[str, float]:
        now = psutil.cpu_times()
        # Time of guests is in that of users too (proc(5)).
        words = [word for word in now._fields if not word.startswith("guest")]
        spent = {word: getattr(now, word) - getattr(self._processor, word) for word in words}
        whole = sum(spent.values()) or 1.0
        return {"stolen": spent.get("steal", 0.0) / whole, "idle": spent["idle"] / whole}

    def _look_at_processes(self) -> None:
        while not self._done.is_set():
            begun = time.monotonic()
            self.processes_seen += self.processes.look()
            self._done.wait(max(0.0, EVERY - (time.monotonic() - begun)))

    def _look(self) -> None:
        connection: GuardedConnection[Any] | None = None
        statements = True
        while not self._done.is_set():
            begun = time.monotonic()
            try:
                connection = connection or self._connected()
                row: dict[str, Any] = connection.execute(LOOK).fetchall()[0]
                if statements:
                    try:
                        row |= connection.execute(STATEMENTS).fetchall()[0]
                    except psycopg.errors.Error:
                        statements = False
                self.samples.append(row)
            except (psycopg.Error, Unobservable) as error:
                self.samples.append({"at": time.time(), "error": redact_text(str(error))[:300]})
                connection = None
            self._done.wait(max(0.0, EVERY - (time.monotonic() - begun)))
        if connection:
            connection.close()

    def _connected(self) -> GuardedConnection[Any]:
        assert self.settings is not None
        return connect(
            self.settings.dsn.reveal(), row_factory=dict_row,
            connect_timeout=self.timeouts.connect, statement_timeout=self.timeouts.read,
        )  # fmt: skip


def read_samples(path: Path) -> Samples:
    """Read `samples.json`. Raises Unobservable when it is missing or is none."""
    try:
        return Samples.model_validate_json(path.read_bytes())
    except OSError as error:
        raise Unobservable(f"{path}: {error.strerror or error}", "Run the load again") from None
    except ValidationError as error:
        raise Unobservable(f"{path}: {first_problem(error)}", "Run the load again") from None
