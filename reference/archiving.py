"""How far the database can be restored: the controller closes WAL segments and sees that they arrive in the archive."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from reference.backup_state import RESTORABLE

if TYPE_CHECKING:
    from reference.settings import Settings

PATIENCE = 2.5
"""Seconds for a closed segment to arrive; else the next turn sees it, with a later moment."""


def follow_archive(settings: Settings) -> None:
    """Write the newest moment that can be restored to. Raises psycopg.Error, TimeoutError."""
    with psycopg.connect(settings.postgres.superuser_dsn(), autocommit=True, connect_timeout=5) as connection:
        # A commit after the moment, as recovery to a moment ends at the first later one (RDS has a heartbeat for it).
        moment = connection.execute("select clock_timestamp()").fetchone()
        connection.execute("select pg_current_xact_id()")
        closed = connection.execute("select pg_walfile_name(pg_switch_wal())").fetchone()
    assert moment
    assert closed
    segment = Path(settings.postgres.archive_folder) / str(closed[0])
    deadline = time.monotonic() + PATIENCE
    while not segment.exists():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{segment.name} has not been archived")
        time.sleep(0.05)
    path = Path(settings.folder) / RESTORABLE
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps({"latest": moment[0].isoformat(), "segment": segment.name}))
    partial.rename(path)
