"""Which components are not heard in the log store."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from fixtures.observability.shipped import Writer
from tests.judges.shipping import ages, silent

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
WINDOW = timedelta(minutes=15)
HEARD = Writer("worker", "task 1", "/tasks/worker", "logs/worker/1", "awslogs", NOW - timedelta(minutes=2))


def test_writers_that_are_heard_are_no_finding() -> None:
    database = Writer("database", "", "/database", "", newest=NOW)
    assert silent([HEARD, database], WINDOW) == {}


def test_each_way_of_being_silent_is_told() -> None:
    cases = {
        "log driver of its task definition is json-file": replace(HEARD, driver="json-file", newest=None),
        "names no log group": replace(HEARD, group=""),
        "/tasks/worker does not exist": replace(HEARD, group_exists=False, newest=None),
        "stream logs/worker/1 of log group /tasks/worker has no event of the last 15 min": replace(HEARD, newest=None),
    }
    for words, writer in cases.items():
        assert words in silent([writer], WINDOW)["worker"][0]


def test_one_silent_task_is_not_hidden_by_the_others() -> None:
    found = silent([HEARD, replace(HEARD, name="task 2", newest=None)], WINDOW)
    assert list(found) == ["worker"]
    assert "task 2" in found["worker"][0]


def test_a_component_is_as_old_as_its_quietest_writer() -> None:
    late = replace(HEARD, name="task 2", newest=NOW - timedelta(minutes=7))
    assert ages([HEARD, late, replace(HEARD, newest=None)], NOW) == {"worker": 7.0}
