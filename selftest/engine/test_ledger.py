"""The ledger: append only, safe with many writers, readable after a kill; newest verdict of exactly this release."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa

from golive.catalogue import load_catalogue
from golive.ledger import LedgerError, Subject, standing
from golive.ledger.store import Ledger
from golive.observation import Observation
from golive.results import Gate, LineResult
from golive.verdict import Verdict

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
ROOT = Path(__file__).parents[2]
SUBJECT = Subject("production", "production", "aurastudio", "2.0.1", "0123456789")
LINE = "AURA-6.1.1.3"


def result(line: str = LINE, verdict: Verdict = Verdict.PASSED, *, attempted: bool = True) -> LineResult:
    known = load_catalogue()[line]
    evidence = (Observation("db", "retention", 35, "days", "rds:DescribeDBInstances", NOW),)
    return LineResult(
        line, verdict, known.title, known.product, known.phase or "", known.folder or "", message="because",
        nodeid=f"tests/x.py::test[{line}]", seconds=1.5, started=NOW, evidence=evidence, attempted=attempted,
    )  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "ledger.sqlite"


def opened(path: Path) -> Ledger:
    ledger = Ledger(str(path))
    ledger.begin(golive="0.1.0", command="pytest", started=NOW)
    return ledger


def test_what_was_added_comes_back_whole(path: Path) -> None:
    ledger = opened(path)
    ledger.add(SUBJECT, result(), NOW)
    ledger.end(Gate(True, (), ("all",), "phases"), finished=NOW, interrupted=False)
    ledger.close()
    again = Ledger(str(path))
    entry = again.newest(SUBJECT)[LINE]
    assert (entry.result, entry.at, entry.subject) == (result(), NOW, SUBJECT)
    assert [r["decision"] for r in again.runs()] == ["GO"]


def test_the_newest_verdict_of_exactly_this_release_counts(path: Path) -> None:
    ledger = opened(path)
    ledger.add(SUBJECT, result(verdict=Verdict.FAILED), NOW)
    ledger.add(SUBJECT, result(), NOW - timedelta(hours=1))  # written later, judged earlier
    for change in ({"commit": "ffffffffff"}, {"version": "2.0.2"}, {"target": "staging"}, {"environment": "staging"}):
        other = Subject(**{**{k: getattr(SUBJECT, k) for k in SUBJECT.__slots__}, **change})
        ledger.add(other, result(), NOW + timedelta(hours=1))
    ledger.flush()
    assert ledger.newest(SUBJECT)[LINE].result.verdict is Verdict.FAILED


def test_a_check_that_did_not_run_says_nothing_new(path: Path) -> None:
    ledger = opened(path)
    ledger.add(SUBJECT, result(), NOW)
    ledger.add(SUBJECT, result(verdict=Verdict.UNVERIFIED, attempted=False), NOW + timedelta(hours=1))
    ledger.add(SUBJECT, result("AURA-6.1.1.4", Verdict.UNVERIFIED, attempted=False), NOW)
    ledger.flush()
    newest = ledger.newest(SUBJECT)
    assert newest[LINE].result.verdict is Verdict.PASSED
    assert newest["AURA-6.1.1.4"].result.verdict is Verdict.UNVERIFIED


@pytest.mark.parametrize(
    ("age", "verdict", "becomes", "says"),
    [
        (timedelta(hours=1), Verdict.PASSED, Verdict.PASSED, "because"),
        (timedelta(hours=169), Verdict.PASSED, Verdict.UNVERIFIED, "its newest verdict is 7.04 days old"),
        (timedelta(hours=-1), Verdict.PASSED, Verdict.UNVERIFIED, "in the future"),
        (timedelta(hours=169), Verdict.FAILED, Verdict.FAILED, "because"),
    ],
)
def test_a_pass_expires_and_a_failure_does_not(
    path: Path, age: timedelta, verdict: Verdict, becomes: Verdict, says: str
) -> None:
    catalogue = load_catalogue()
    line = catalogue[LINE].model_copy(update={"max_age_hours": 168})
    ledger = opened(path)
    ledger.add(SUBJECT, result(verdict=verdict), NOW - age)
    ledger.flush()
    lines = replace(catalogue, lines={**catalogue.lines, LINE: line})
    (found,) = standing(lines, ledger.newest(SUBJECT), NOW)
    assert found.verdict is becomes
    assert says in found.message


@pytest.mark.parametrize(
    "statement", ["UPDATE verdict SET verdict = 'passed'", "DELETE FROM verdict", "DELETE FROM run"]
)
def test_nothing_that_was_written_can_be_changed(path: Path, statement: str) -> None:
    ledger = opened(path)
    ledger.add(SUBJECT, result(verdict=Verdict.FAILED), NOW)
    ledger.close()
    with sqlite3.connect(path) as direct, pytest.raises(sqlite3.IntegrityError, match="append only"):
        direct.execute(statement)


WRITER = """
    import sys
    from datetime import UTC, datetime
    from golive.ledger.store import Ledger
    from selftest.engine.test_ledger import SUBJECT, result

    ledger = Ledger(sys.argv[1])
    ledger.begin(golive="0.1.0", command="pytest", started=datetime.now(UTC))
    for number in range(int(sys.argv[2])):
        ledger.add(SUBJECT, result(), datetime.now(UTC))
        ledger.flush()
        print(number, flush=True)
    ledger.close()
"""


def writer(path: Path, count: int) -> subprocess.Popen[str]:
    program = textwrap.dedent(WRITER)
    return subprocess.Popen(
        [sys.executable, "-c", program, str(path), str(count)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def test_writers_at_once_lose_nothing_and_share_the_first_migration(path: Path) -> None:
    writers = [writer(path, 25) for _ in range(3)]
    assert [w.communicate(timeout=120)[0].count("\n") for w in writers] == [25] * 3
    ledger = Ledger(str(path))
    assert len(ledger.of_line(LINE)) == 75
    assert len(ledger.runs()) == 3


def test_a_run_that_was_killed_leaves_what_it_flushed(path: Path) -> None:
    killed = writer(path, 100_000)
    assert killed.stdout is not None
    seen = [killed.stdout.readline() for _ in range(5)]
    killed.kill()
    killed.wait()
    ledger = Ledger(str(path))
    assert len(ledger.of_line(LINE)) >= len(seen)
    assert [r["finished"] for r in ledger.runs()] == [None]


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"this is a letter, not a ledger; " * 40, "is no ledger, or is damaged"), (None, "there is no folder")],
)
def test_a_ledger_that_is_none_is_one_message(tmp_path: Path, content: bytes | None, says: str) -> None:
    path = tmp_path / "x" / "ledger.sqlite" if content is None else tmp_path / "ledger.sqlite"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(LedgerError, match=says):
        Ledger(str(path))


@pytest.mark.parametrize("url", ["mystery://host/ledger", "postgresql://user:quartz-1@127.0.0.1:1/ledger"])
def test_a_bad_address_is_one_message_without_its_password(url: str) -> None:
    with pytest.raises(LedgerError) as caught:
        Ledger(url)
    assert "quartz-1" not in str(caught.value)


def test_a_newer_ledger_is_not_touched(path: Path) -> None:
    opened(path).close()
    with sqlite3.connect(path) as direct:
        direct.execute("UPDATE golive_ledger_version SET version_num = '9999'")
    with pytest.raises(LedgerError, match="newer Golive"):
        Ledger(str(path))


def test_the_migrations_make_the_tables_that_the_code_uses(path: Path) -> None:
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext

    from golive.ledger.schema import METADATA, VERSION_TABLE

    opened(path).close()
    with sa.create_engine(f"sqlite:///{path}").connect() as connection:
        assert (
            compare_metadata(MigrationContext.configure(connection, opts={"version_table": VERSION_TABLE}), METADATA)
            == []
        )


def test_the_work_grows_with_the_verdicts_and_not_faster(path: Path) -> None:
    ledger = opened(path)
    lines = [x.id for x in load_catalogue().items()]
    seconds = {}
    for runs in (6, 60):
        for number in range(runs):
            for line in lines:
                ledger.add(SUBJECT, result(line), NOW - timedelta(minutes=number))
        ledger.flush()
        began = time.process_time()
        assert len(ledger.newest(SUBJECT)) == len(lines)
        seconds[runs] = time.process_time() - began
    assert seconds[60] < 40 * max(seconds[6], 0.02)
