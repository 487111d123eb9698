"""Alembic's entry: migrates over the connection that `golive.ledger.store` gives it."""

from alembic import context

from golive.ledger.schema import METADATA, VERSION_TABLE

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=METADATA, version_table=VERSION_TABLE, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
