"""The ledger on PostgreSQL, for a team: the same behaviour, and the server refuses changes."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import quote

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict

from golive.ledger.store import Ledger
from golive.verdict import Verdict
from selftest.engine.postgres_server import postgres_server
from selftest.engine.test_ledger import LINE, NOW, SUBJECT, result


@pytest.fixture(scope="module")
def dsn() -> Iterator[str]:
    with postgres_server() as dsn:
        yield dsn


def test_machines_at_once(dsn: str) -> None:
    host = quote(str(conninfo_to_dict(dsn)["host"]), safe="")
    url = f"postgresql://postgres:quartz-lantern@/postgres?host={host}"

    def write(_: int) -> None:
        ledger = Ledger(url)
        ledger.begin(golive="0.1.0", command="pytest", started=NOW)
        for _ in range(20):
            ledger.add(SUBJECT, result(verdict=Verdict.FAILED), NOW)
            ledger.flush()
        ledger.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    ledger = Ledger(url)
    assert len(ledger.of_line(LINE)) == 80
    assert ledger.newest(SUBJECT)[LINE].result.verdict is Verdict.FAILED
    assert "quartz" not in str(ledger)
    ledger.close()
    with psycopg.connect(dsn, autocommit=True) as db:
        for statement in ("UPDATE verdict SET verdict = 'passed'", "DELETE FROM run", "TRUNCATE verdict"):
            with pytest.raises(psycopg.errors.RaiseException, match="append only"):
                db.execute(statement)
