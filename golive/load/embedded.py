"""Counts what of a load run's texts is embedded, as soon as the load is over: what waits in a queue is not yet done."""

from __future__ import annotations

import time

import psycopg
from psycopg import sql
from psycopg.rows import dict_row

from golive.guard.postgres import connect
from golive.load.artefact import Embedded
from golive.redaction import redact_text
from golive.target import ProductTarget
from golive.target.load import Timeouts
from golive.verdict import NotConfigured, Unobservable

WAITED = 60.0
"""Seconds that the count may take: the marker is looked for in all texts."""


def embedded(product: str, target: ProductTarget, timeouts: Timeouts, mark: str) -> Embedded | None:
    """The rows with the run's mark in their text that have a vector; None where the target does not say where.

    Raises:
        NotConfigured: there is no role that sees the rows of everybody.
        Unobservable: the database could not be asked.
    """
    where, settings = target.k6.embedded if target.k6 else None, target.postgres
    if where is None:
        return None
    if settings is None or settings.all_rows_dsn is None:
        raise NotConfigured(
            f"[{product}.k6.embedded] needs [{product}.postgres] all_rows_dsn", "Add a role that sees every row"
        )
    query = sql.SQL("select count(*) as n from {} where {} like {} and {} is not null and ({})").format(
        sql.Identifier(settings.database_schema, where.table), sql.Identifier(where.text), sql.Literal(f"%{mark}%"),
        sql.Identifier(where.vector), sql.SQL(where.where),
    )  # fmt: skip
    try:
        connection = connect(
            settings.all_rows_dsn.reveal(), row_factory=dict_row,
            connect_timeout=timeouts.connect, statement_timeout=WAITED,
        )  # fmt: skip
        try:
            rows = connection.execute(query.as_string()).fetchall()
        finally:
            connection.close()
    except psycopg.Error as error:
        raise Unobservable(f"what was embedded could not be counted: {redact_text(str(error))[:300]}") from None
    return Embedded(at=time.time(), count=int(rows[0]["n"]))
