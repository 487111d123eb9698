"""The ledger's tables. Rows are only ever inserted; triggers that the first migration makes see to it."""

from __future__ import annotations

import sqlalchemy as sa

METADATA = sa.MetaData()

VERSION_TABLE = "golive_ledger_version"
"""Where Alembic keeps which migration the tables are at; the database may hold somebody else's too."""

RUN = sa.Table(
    "run",
    METADATA,
    sa.Column("id", sa.String(40), primary_key=True, comment="the run's id, unique over machines"),
    sa.Column("golive", sa.String(40), nullable=False, comment="version of the suite"),
    sa.Column("host", sa.String(255), nullable=False),
    sa.Column("command", sa.Text, nullable=False),
    sa.Column("started", sa.String(32), nullable=False, comment="UTC, ISO 8601 to the millisecond"),
)

RUN_END = sa.Table(
    "run_end",
    METADATA,
    sa.Column("run", sa.String(40), sa.ForeignKey("run.id"), primary_key=True),
    sa.Column("finished", sa.String(32), nullable=False),
    sa.Column("interrupted", sa.Boolean, nullable=False),
    sa.Column("decision", sa.String(8), nullable=False, comment="GO or NO-GO"),
    sa.Column("scope", sa.Text, nullable=False, comment="what was decided over"),
)
"""A run without a row here was killed, or still goes on. Its verdicts count all the same."""

VERDICT = sa.Table(
    "verdict",
    METADATA,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
    sa.Column("run", sa.String(40), sa.ForeignKey("run.id"), nullable=False),
    sa.Column("target", sa.String(255), nullable=False, comment="name in the target file"),
    sa.Column("environment", sa.String(64), nullable=False),
    sa.Column("product", sa.String(32), nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("commit", sa.String(64), nullable=False),
    sa.Column("line", sa.String(32), nullable=False),
    sa.Column("verdict", sa.String(16), nullable=False),
    sa.Column("attempted", sa.Boolean, nullable=False, comment="whether the check ran, or was skipped as not allowed"),
    sa.Column("at", sa.String(32), nullable=False, comment="when it was judged: UTC, ISO 8601 to the millisecond"),
    sa.Column("seconds", sa.Float, nullable=False),
    sa.Column("result", sa.Text, nullable=False, comment="the result as in results.json, with its evidence"),
)

sa.Index(
    "verdict_of_release",
    VERDICT.c.target,
    VERDICT.c.environment,
    VERDICT.c.product,
    VERDICT.c.version,
    VERDICT.c.commit,
    VERDICT.c.line,
    VERDICT.c.at,
)
sa.Index("verdict_of_line", VERDICT.c.product, VERDICT.c.line, VERDICT.c.at)
