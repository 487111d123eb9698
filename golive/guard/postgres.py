"""The door to PostgreSQL: psycopg 3 connections whose sessions are read only and stay so while a check only reads.

    with connect(dsn) as db:
        rows = db.execute("select ...").fetchall()

Each statement is judged before it leaves (`golive.guard.sql`), and the server enforces the read only mode besides.
Statements have a time-out. With autocommit, the default here, each statement is its own transaction.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Self

import psycopg
from psycopg import sql
from psycopg.abc import Params, Query
from psycopg.conninfo import conninfo_to_dict, make_conninfo
from psycopg.pq import TransactionStatus
from psycopg.rows import Row, RowFactory, TupleRow, tuple_row

from golive.guard import effect, rate
from golive.guard.calls import calls
from golive.guard.effect import Effect
from golive.guard.sql import what_it_does
from golive.redaction import redact_text
from golive.secrets import register_value
from golive.verdict import Refused, Unobservable

_PLACEHOLDER = re.compile(r"%(?:(%)|(?:\(([^)]*)\))?[sbt])")

_USER_FUNCTIONS = """
select distinct p.proname from pg_catalog.pg_proc p
join pg_catalog.pg_namespace n on n.oid = p.pronamespace
where n.nspname not in ('pg_catalog', 'information_schema') and p.provolatile = 'v'
  and not exists (select from pg_catalog.pg_depend d
                  where d.classid = 'pg_catalog.pg_proc'::regclass and d.objid = p.oid and d.deptype = 'e')
"""
"""The product's own functions that don't promise to change nothing (VOLATILE, which is the default)."""


class GuardedConnection(psycopg.Connection[Row]):
    """A connection that asks the guard before each statement."""

    service = "postgres"
    pooled = False
    longest_wait: float | None = None
    """Seconds that one answer may take before the connection is given up, whatever the server does or does not do."""
    _reading = True
    _user_functions: frozenset[str] | None = None

    def admit(self, query: Query, has_parameters: bool) -> None:
        """Let a statement pass when the running check may run it.

        Raises:
            Refused: it may not; nothing has left.
        """
        text = _text_of(query, self, has_parameters)
        doing = what_it_does(text)
        needed, what = doing.effect, doing.what
        if needed is Effect.READS and doing.functions and effect.current() is Effect.READS:
            called = sorted(doing.functions & self._volatile_functions())
            if called:
                needed, what = (
                    Effect.WRITES,
                    f"SQL {called[0]}(), the product's own function that is not declared STABLE,",
                )
        try:
            effect.require(needed, what)
        except Refused:
            calls.count_refused(self.service, what.removeprefix("SQL ").split("(")[0])
            raise
        self._switch_mode()
        rate.wait_for_turn(self.service)
        calls.count_sent(self.service, text.split(None, 1)[0].upper() if text.strip() else "")

    def wait(self, gen: Any, interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the server, as psycopg does, and never for ever: a frozen one does not end its statements itself.

        Raises:
            psycopg.OperationalError: no answer within `longest_wait`; the connection is closed.
        """
        try:
            return super().wait(gen, interval, timeout or self.longest_wait)
        except psycopg.errors._WaitTimeout:
            if timeout is not None:
                raise
            self.pgconn.finish()
            raise psycopg.OperationalError(f"the server did not answer within {self.longest_wait:g} s") from None

    def _volatile_functions(self) -> frozenset[str]:
        if self._user_functions is None:
            if self.info.transaction_status is TransactionStatus.INERROR:
                return frozenset()
            with psycopg.Cursor(self, row_factory=tuple_row) as cursor:
                cursor.execute(_USER_FUNCTIONS)
                self._user_functions = frozenset(row[0].lower() for row in cursor)
        return self._user_functions

    def _switch_mode(self) -> None:
        """Have the session's read only mode follow the running check, between transactions."""
        reading = effect.current() is Effect.READS
        if reading is self._reading or self.info.transaction_status is not TransactionStatus.IDLE:
            return
        self.read_only = reading
        if self.pooled:  # a setting of the session would reach others; BEGIN says the mode each time
            self._reading = reading
            return
        with psycopg.Cursor(self, row_factory=tuple_row) as cursor:
            cursor.execute(f"set default_transaction_read_only = {'on' if reading else 'off'}")
        if not self.autocommit:
            self.commit()
        self._reading = reading

    def _set_read_only_gen(self, value: bool | None) -> Any:
        if not value:
            effect.require(Effect.WRITES, "SQL SET transaction_read_only")
        return super()._set_read_only_gen(value)


class GuardedCursor(psycopg.Cursor[Row]):
    """A cursor that asks the guard before each statement."""

    def execute(self, query: Query, params: Params | None = None, **options: Any) -> Self:
        """Run a statement. Raises `Refused` besides what psycopg raises."""
        _guarded(self).admit(query, params is not None)
        return super().execute(query, params, **options)  # type: ignore[arg-type]  # a Template is refused

    def executemany(self, query: Query, params_seq: Iterable[Params], **options: Any) -> None:
        """Run a statement for each of the parameters. Raises `Refused` besides what psycopg raises."""
        _guarded(self).admit(query, True)
        super().executemany(query, params_seq, **options)

    def stream(self, query: Query, params: Params | None = None, **options: Any) -> Iterator[Row]:
        """Run a statement and yield rows as they come. Raises `Refused` besides what psycopg raises."""
        _guarded(self).admit(query, params is not None)
        yield from super().stream(query, params, **options)

    def copy(self, statement: Query, params: Params | None = None, **options: Any) -> Any:
        """Run a COPY. Raises `Refused` besides what psycopg raises."""
        _guarded(self).admit(statement, params is not None)
        return super().copy(statement, params, **options)


class GuardedServerCursor(psycopg.ServerCursor[Row]):
    """A named cursor that asks the guard before its statement."""

    def execute(self, query: Query, params: Params | None = None, **options: Any) -> Self:
        """Declare the cursor. Raises `Refused` besides what psycopg raises."""
        _guarded(self).admit(query, params is not None)
        return super().execute(query, params, **options)


def connect(
    dsn: str,
    *,
    autocommit: bool = True,
    row_factory: RowFactory[Any] = tuple_row,
    connect_timeout: float = 3,
    statement_timeout: float = 10,
    lock_timeout: float = 2,
    pooled: bool = False,
    raw: bool = False,
    **parameters: Any,
) -> GuardedConnection[Any]:
    """Open a guarded connection.

    Args:
        dsn: a libpq connection string or URL; its password is registered with redaction.
        connect_timeout, statement_timeout, lock_timeout: seconds; the DSN's own connect_timeout is overridden. A server
            that does not end a statement itself is given up two seconds after `statement_timeout`.
        pooled: the DSN leads to a transaction pooler such as PgBouncer, which forgets session settings: work in
            explicit read only transactions instead (no autocommit, no server-side statement time-out).
        raw: let `psycopg.OperationalError` come, for checks that look at how a connection is refused.
        parameters: more connection parameters of libpq, such as `sslmode`.

    Raises:
        Unobservable: no connection. Not with `raw`.
    """
    register_value(dsn)
    settings: dict[str, Any] = {"application_name": "golive", "connect_timeout": max(2, round(connect_timeout))}
    if not pooled:
        options = (
            f"-c default_transaction_read_only=on -c statement_timeout={round(statement_timeout * 1000)} "
            f"-c lock_timeout={round(lock_timeout * 1000)} -c idle_in_transaction_session_timeout=60000"
        )
        given = str(conninfo_to_dict(dsn).get("options") or "")
        settings["options"] = f"{given} {options}".strip()
    try:
        connection: GuardedConnection[Any] = GuardedConnection.connect(
            make_conninfo(dsn, **(settings | parameters)),
            autocommit=autocommit and not pooled,
            row_factory=row_factory,
            cursor_factory=GuardedCursor,
            prepare_threshold=None if pooled else 5,
        )
    except psycopg.OperationalError as error:
        if raw:
            raise
        if error.pgconn is not None:
            error.pgconn.finish()
        error.with_traceback(None)  # its frames hold a connection that is half made, and with it the server's slot
        raise Unobservable(
            f"no connection to PostgreSQL at {_place(dsn)}: {redact_text(str(error)).strip()}",
            "Check address, TLS, role and password in the target, and that the run's machine may connect",
        ) from None
    connection.server_cursor_factory = GuardedServerCursor
    connection.read_only = True
    connection.pooled = pooled
    connection.longest_wait = statement_timeout + 2 if statement_timeout else None
    return connection


def _guarded(cursor: psycopg.Cursor[Any]) -> GuardedConnection[Any]:
    connection = cursor.connection
    if not isinstance(connection, GuardedConnection):
        raise TypeError("a guarded cursor needs a guarded connection")
    return connection


def _text_of(query: Query, connection: psycopg.Connection[Any], has_parameters: bool) -> str:
    """Return the statement with `$1` for parameters, as the parser takes it."""
    if isinstance(query, sql.Composable):
        text = query.as_string(connection)
    elif isinstance(query, bytes):
        text = query.decode()
    elif isinstance(query, str):
        text = query
    else:
        raise Refused(
            f"refused before it left: a query of type {type(query).__name__} can't be judged", "Pass a string"
        )
    return _PLACEHOLDER.sub(lambda found: "%" if found[1] else "$1", text) if has_parameters else text


def _place(dsn: str) -> str:
    parts = conninfo_to_dict(dsn)
    return f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"


__all__ = ["GuardedConnection", "TupleRow", "connect"]
