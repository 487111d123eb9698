"""A database that gets slower in an hour, in one statement, or untidy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.amending import distorted
from reference.faults import fault
from reference.faults.queries import as_application, forget
from reference.faults.schema import changed

if TYPE_CHECKING:
    from reference.deployment import Deployment

VOICE, TIMES = "seiketsu", "Seiketsu/Performance/StatementTime"
MEAN, DAY = "SEI-5.1.1.3.3", "SEI-3.2.1.1.4"
SPANS = "aws:seiketsu:metrics:StatementTime"


@fault(
    name="sei-statements-slow",
    breaks="a frequent statement sleeps: statements take more than 100 ms on average",
    fails=[MEAN, DAY],
    message={
        MEAN: r"statements of the last 4 h by the application's spans: mean is 1\d\d(\.\d+)? ms, want < 100",
        DAY: r"statements of the hour from \d\d:\d\dZ, the worst: mean is 1\d\d(\.\d+)? ms, want < 100",
    },
    touches=[SPANS],
)
def slow(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, TIMES, "set", value=130, since=4 * 3600 + 900):
        yield


@fault(
    name="sei-statement-of-a-second",
    breaks="one statement that few call takes more than a second; a million quick ones hide it in the mean",
    fails=[MEAN],
    message=r"statement .*pg_sleep.*: slowest mean is 1\.\d+ s, want <= 1",
    touches=["postgres:seiketsu:statements"],
    hard=True,
)
def of_a_second(deployment: Deployment) -> Iterator[None]:
    as_application(deployment, "select 'rare', pg_sleep(1.2)")
    try:
        yield
    finally:
        forget(deployment, "pg_sleep")


@fault(
    name="sei-statements-slow-for-an-hour",
    breaks="statements were slow for an hour of the night; the day's mean is well",
    fails=[DAY],
    message=r"statements of the hour from \d\d:\d\dZ, the worst: mean is 1\d\d(\.\d+)? ms, want < 100",
    touches=[SPANS],
    hard=True,
)
def slow_hour(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, TIMES, "set", value=160, since=9000, until=3600):
        yield


@fault(
    name="sei-table-without-autovacuum",
    breaks="autovacuum is switched off for a table that changes all the time",
    fails=[DAY],
    message=r"autovacuum is switched off for table \S*leads",
    touches=["postgres:seiketsu:table:leads"],
    hard=True,
)
def without_autovacuum(deployment: Deployment) -> Iterator[None]:
    off, back = "alter table leads set (autovacuum_enabled = off)", "alter table leads reset (autovacuum_enabled)"
    with changed(deployment, VOICE, [off], [back]):
        yield
