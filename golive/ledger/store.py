"""Opens a ledger, adds verdicts, reads them. SQLite in a file, or PostgreSQL by URL, through SQLAlchemy.

Two runs at once, on two machines, lose nothing: rows are only inserted, each flush is one transaction, and SQLite
waits for its lock. A run that is killed leaves the verdicts it had flushed, at most `FLUSH_SECONDS` behind.
"""

from __future__ import annotations

import json
import socket
import threading
import time
import uuid
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from filelock import FileLock
from sqlalchemy.engine import Connection, Engine, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError

from golive.ledger.entry import Entry, LedgerError, Subject
from golive.ledger.schema import RUN, RUN_END, VERDICT, VERSION_TABLE
from golive.report.results_json import strict
from golive.results import Gate, LineResult
from golive.verdict import Verdict

HEAD = "0001"
"""The newest migration."""
FLUSH_SECONDS = 1.0
BUSY_SECONDS = 30
_LOCK_KEY = 0x60_11_7E
"""Of the advisory lock that PostgreSQL holds while one process migrates."""


class Ledger:
    """A ledger that is open. `url` as SQLAlchemy takes it, or the path of an SQLite file.

    Raises:
        LedgerError: it can't be opened, is no ledger, or was written by a newer Golive.
    """

    def __init__(self, url: str) -> None:
        self.name, self._engine, self._file = _engine(url)
        self._pending: list[dict[str, Any]] = []
        self._flushed = time.monotonic()
        self._adding = threading.Lock()
        self._run = ""
        with self._talking():
            self._migrate()

    def __str__(self) -> str:
        return self.name

    def close(self) -> None:
        """Write what is pending, and let go."""
        self.flush()
        self._engine.dispose()

    # Writing

    def begin(self, *, golive: str, command: str, started: datetime) -> str:
        """Write that a run begins, and return its id; what is added from now on belongs to it."""
        self._run = uuid.uuid4().hex
        row = {
            "id": self._run, "golive": golive, "host": socket.gethostname(), "command": command,
            "started": _text(started),
        }  # fmt: skip
        with self._talking(), self._engine.begin() as connection:
            connection.execute(RUN.insert(), row)
        return self._run

    def add(self, subject: Subject, result: LineResult, at: datetime) -> None:
        """Add a verdict of the run. It is in the ledger after `FLUSH_SECONDS` at the latest when others follow."""
        row = {
            "run": self._run, "target": subject.target, "environment": subject.environment, "product": subject.product,
            "version": subject.version, "commit": subject.commit, "line": result.id, "verdict": result.verdict.value,
            "attempted": result.attempted, "at": _text(at), "seconds": result.seconds,
            "result": json.dumps(strict(result.as_json()), ensure_ascii=False, separators=(",", ":")),
        }  # fmt: skip
        with self._adding:
            self._pending.append(row)
        if time.monotonic() - self._flushed > FLUSH_SECONDS:
            self.flush()

    def flush(self) -> None:
        """Write what is pending, in one transaction."""
        with self._adding:
            rows, self._pending = self._pending, []
            self._flushed = time.monotonic()
        if rows:
            with self._talking(), self._engine.begin() as connection:
                connection.execute(VERDICT.insert(), rows)

    def end(self, gate: Gate, *, finished: datetime, interrupted: bool) -> None:
        """Write that the run ended, and what was decided."""
        self.flush()
        row = {
            "run": self._run, "finished": _text(finished), "interrupted": interrupted,
            "decision": "GO" if gate.go else "NO-GO", "scope": gate.scope,
        }  # fmt: skip
        with self._talking(), self._engine.begin() as connection:
            connection.execute(RUN_END.insert(), row)

    # Reading

    def newest(self, subject: Subject, *, attempted: bool = True) -> dict[str, Entry]:
        """Line id to its newest verdict for exactly this release and target.

        Args:
            attempted: take a verdict of a check that did not run only for lines that have no other.
        """
        v = VERDICT
        mine = sa.and_(
            v.c.target == subject.target, v.c.environment == subject.environment, v.c.product == subject.product,
            v.c.version == subject.version, v.c.commit == subject.commit,
        )  # fmt: skip
        order = (v.c.attempted.desc(), v.c.at.desc(), v.c.id.desc()) if attempted else (v.c.at.desc(), v.c.id.desc())
        place = sa.func.row_number().over(partition_by=v.c.line, order_by=order).label("place")
        ranked = sa.select(v.c.id, place).where(mine).subquery()
        query = sa.select(v).join(ranked, v.c.id == ranked.c.id).where(ranked.c.place == 1)
        return {e.result.id: e for e in self._entries(query)}

    def failures(self, subject: Subject, since: datetime) -> dict[str, datetime]:
        """Line id to when it failed last, for lines of this release and target that failed after `since`."""
        v = VERDICT.c
        mine = sa.and_(
            v.target == subject.target, v.environment == subject.environment, v.product == subject.product,
            v.version == subject.version, v.commit == subject.commit,
        )  # fmt: skip
        failed = sa.and_(mine, v.verdict == Verdict.FAILED.value, v.at > _text(since))
        query = sa.select(v.line, sa.func.max(v.at)).where(failed).group_by(v.line)
        with self._talking(), self._engine.connect() as connection:
            return {line: datetime.fromisoformat(at) for line, at in connection.execute(query)}

    def of_line(self, line: str, most: int = 1000) -> list[Entry]:
        """The verdicts of a line over all releases and targets, the newest first."""
        query = sa.select(VERDICT).where(VERDICT.c.line == line).order_by(VERDICT.c.at.desc()).limit(most)
        return list(self._entries(query))

    def verdicts(self, product: str) -> list[Mapping[str, Any]]:
        """All verdicts of a product without their evidence, oldest first: line, version, target, verdict, at, seconds,
        attempted, run. For statistics over many runs."""
        v = VERDICT.c
        columns = (v.line, v.version, v.commit, v.target, v.verdict, v.at, v.seconds, v.attempted, v.run)
        query = sa.select(*columns).where(v.product == product).order_by(v.at, v.id)
        with self._talking(), self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(query).mappings()]

    def recent(self, target: str, environment: str, products: Iterable[str], most: int) -> list[Mapping[str, Any]]:
        """The verdicts of a target that are among the newest `most` of the ledger, as `verdicts` returns them."""
        v = VERDICT.c
        columns = (v.line, v.version, v.commit, v.target, v.verdict, v.at, v.seconds, v.attempted, v.run)
        tail = sa.select(sa.func.max(v.id) - most).scalar_subquery()
        mine = sa.and_(v.id > tail, v.target == target, v.environment == environment, v.product.in_(list(products)))
        with self._talking(), self._engine.connect() as connection:
            return [dict(row) for row in connection.execute(sa.select(*columns).where(mine).order_by(v.id)).mappings()]

    def passed(self, target: str, product: str, lines: Iterable[str]) -> set[str]:
        """Those of a product's lines that passed on a target at least once, in whichever release."""
        v = VERDICT.c
        mine = sa.and_(v.product == product, v.line.in_(list(lines)), v.target == target)
        query = sa.select(v.line).distinct().where(mine, v.verdict == Verdict.PASSED.value)
        with self._talking(), self._engine.connect() as connection:
            return set(connection.execute(query).scalars())

    def runs(self) -> list[Mapping[str, Any]]:
        """All runs, newest first: id, host, command, started, finished (None: killed or going on), decision."""
        joined = RUN.outerjoin(RUN_END, RUN.c.id == RUN_END.c.run)
        query = sa.select(RUN, RUN_END.c.finished, RUN_END.c.interrupted, RUN_END.c.decision, RUN_END.c.scope)
        with self._talking(), self._engine.connect() as connection:
            rows = connection.execute(query.select_from(joined).order_by(RUN.c.started.desc()))
            return [dict(row) for row in rows.mappings()]

    def _entries(self, query: sa.Select[Any]) -> Iterator[Entry]:
        with self._talking(), self._engine.connect() as connection:
            rows = connection.execute(query).mappings().all()
        for row in rows:
            subject = Subject(row["target"], row["environment"], row["product"], row["version"], row["commit"])
            try:
                result = LineResult.from_json(json.loads(row["result"]))
            except (ValueError, KeyError, TypeError) as error:
                raise LedgerError(
                    f"{self.name}: verdict {row['id']} of {row['line']} can't be read: {error}. It was changed, or "
                    f"written by another Golive; restore the ledger from its backup"
                ) from error
            yield Entry(row["run"], subject, datetime.fromisoformat(row["at"]), row["attempted"], result)

    # The database

    def _migrate(self) -> None:
        """Bring the tables to what this Golive writes. One process at a time does so."""
        if self._version() == HEAD:
            return
        if self._file is not None:
            with FileLock(f"{self._file}.lock", timeout=BUSY_SECONDS):
                self._upgrade()
        else:
            self._upgrade()

    def _upgrade(self) -> None:
        from alembic import command
        from alembic.config import Config

        with self._engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(sa.text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK_KEY})
            if self._version(connection) == HEAD:
                return
            config = Config()
            config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
            config.attributes["connection"] = connection
            command.upgrade(config, HEAD)

    def _version(self, connection: Connection | None = None) -> str | None:
        if connection is None:
            with self._engine.connect() as fresh:
                return self._version(fresh)
        if not sa.inspect(connection).has_table(VERSION_TABLE):
            return None
        version = connection.execute(sa.select(sa.column("version_num")).select_from(sa.table(VERSION_TABLE))).scalar()
        if version is not None and version > HEAD:
            raise LedgerError(f"{self.name} was written by a newer Golive (schema {version}, this one knows {HEAD})")
        return version

    @contextmanager
    def _talking(self) -> Iterator[None]:
        try:
            yield
        except DBAPIError as error:
            raise LedgerError(f"ledger {self.name}: {_reason(error)}") from error


def _engine(url: str) -> tuple[str, Engine, Path | None]:
    """The name to show, the engine, and the file of an SQLite ledger."""
    if "://" not in url:
        url = f"sqlite:///{Path(url).absolute()}"
    try:
        parsed = make_url(url)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        name = parsed.render_as_string(hide_password=True)
        if parsed.get_backend_name() == "sqlite":
            file = Path(parsed.database or "")
            if not file.parent.is_dir():
                raise LedgerError(f"ledger {name}: there is no folder {file.parent}; make it, or correct --ledger")
            engine = sa.create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
            sa.event.listen(engine, "connect", _prepare_sqlite)
            return name, engine, file
        return name, sa.create_engine(parsed, connect_args={"connect_timeout": 5}, pool_pre_ping=True), None
    except (ArgumentError, NoSuchModuleError, ImportError) as error:
        raise LedgerError(
            f"--ledger is neither a file nor a database's URL that is known ({error}); use a path, sqlite:///PATH or "
            f"postgresql://HOST/DATABASE"
        ) from error


def _prepare_sqlite(connection: Any, _: object) -> None:
    # Readers and the writer don't wait for each other; what is committed survives the process's death.
    connection.execute("PRAGMA journal_mode=WAL")
    connection.execute("PRAGMA synchronous=NORMAL")
    connection.execute("PRAGMA foreign_keys=ON")


def _reason(error: DBAPIError) -> str:
    text = " ".join(str(error.orig).split())
    if "not a database" in text or "malformed" in text:
        return f"the file is no ledger, or is damaged ({text}); restore it from its backup, or name another file"
    return text


def _text(at: datetime) -> str:
    """UTC to the millisecond, in a form that sorts as time does."""
    if at.tzinfo is None:
        raise ValueError("a time without its zone")
    return at.astimezone(UTC).isoformat(timespec="milliseconds")
