"""Runs and their verdicts, and triggers that refuse to change or delete what was written."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

TABLES = ("run", "run_end", "verdict")


def upgrade() -> None:
    op.create_table(
        "run",
        sa.Column("id", sa.String(40), primary_key=True),
        sa.Column("golive", sa.String(40), nullable=False),
        sa.Column("host", sa.String(255), nullable=False),
        sa.Column("command", sa.Text, nullable=False),
        sa.Column("started", sa.String(32), nullable=False),
    )
    op.create_table(
        "run_end",
        sa.Column("run", sa.String(40), sa.ForeignKey("run.id"), primary_key=True),
        sa.Column("finished", sa.String(32), nullable=False),
        sa.Column("interrupted", sa.Boolean, nullable=False),
        sa.Column("decision", sa.String(8), nullable=False),
        sa.Column("scope", sa.Text, nullable=False),
    )
    op.create_table(
        "verdict",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True, autoincrement=True),
        sa.Column("run", sa.String(40), sa.ForeignKey("run.id"), nullable=False),
        sa.Column("target", sa.String(255), nullable=False),
        sa.Column("environment", sa.String(64), nullable=False),
        sa.Column("product", sa.String(32), nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("commit", sa.String(64), nullable=False),
        sa.Column("line", sa.String(32), nullable=False),
        sa.Column("verdict", sa.String(16), nullable=False),
        sa.Column("attempted", sa.Boolean, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("seconds", sa.Float, nullable=False),
        sa.Column("result", sa.Text, nullable=False),
    )
    op.create_index(
        "verdict_of_release", "verdict", ["target", "environment", "product", "version", "commit", "line", "at"]
    )
    op.create_index("verdict_of_line", "verdict", ["product", "line", "at"])
    if op.get_bind().dialect.name == "sqlite":
        for table in TABLES:
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_no_{act.lower()} BEFORE {act} ON {table} "
                    f"BEGIN SELECT RAISE(ABORT, 'the ledger is append only'); END"
                )
        return
    op.execute(
        "CREATE FUNCTION golive_append_only() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the ledger is append only'; END $$"
    )
    for table in TABLES:
        op.execute(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION golive_append_only()"
        )
