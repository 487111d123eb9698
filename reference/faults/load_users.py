"""Load runs that show less than they seem to: fewer users, another release, errors with status 200, slow calls."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.faults.load_rates import DURATION, slowed
from reference.load_records import Row, made_under, retold
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

SLOW_LINE, ERRORS, LEVELS, RAMP = "AURA-9.1.3.1", "AURA-9.1.3.2", "AURA-9.1.1.3", "AURA-9.1.1.4"
THOUSAND, DATABASE = "AURA-2.1.1.4", "AURA-9.1.3.3"
ENDPOINTS, SERVED = "SEI-1.3.1.3.3", "SEI-1.3.1.3.1"
USERS, AMOUNT = "load:aurastudio:levels", "load:aurastudio:levels:amount"
OF_SEIKETSU = "load:seiketsu:levels"


@fault(
    name="aura-load-some-requests-slow",
    breaks="in the recorded load run one request of fifty takes a second longer",
    fails=[SLOW_LINE],
    message=r"users_1000: p99 is \d+(\.\d+)? ms, want < 500 ms",
    touches=[f"{USERS}:latency"],
)
def some_slow(deployment: Deployment) -> Iterator[None]:
    yield from retold(
        deployment, "aurastudio", "levels", lambda rows: slowed(rows, "users_1000", lambda n: n % 50 == 7, 1000)
    )


@fault(
    name="aura-load-thirty-milliseconds-over",
    breaks="in the recorded load run two requests of a hundred take 30 ms longer than they may",
    fails=[SLOW_LINE],
    message=r"users_1000: p99 is 53\d(\.\d+)? ms, want < 500 ms",
    touches=[f"{USERS}:latency"],
    hard=True,
)
def thirty_over(deployment: Deployment) -> Iterator[None]:
    def over(rows: list[Row]) -> list[Row]:
        mine = [r for r in rows if r["metric_name"] == DURATION and r["scenario"] == "users_1000"]
        for row in mine[::50]:
            row["metric_value"] = f"{max(float(row['metric_value']), 530.0):.6f}"
        return rows

    yield from retold(deployment, "aurastudio", "levels", over)


@fault(
    name="aura-load-slow-requests-failed",
    breaks="in the recorded load run the slow requests are those that failed, which k6's own figure leaves out",
    fails=[SLOW_LINE],
    message=r"users_1000: p99 is \d+(\.\d+)? ms, want < 500 ms",
    touches=[f"{USERS}:latency"],
    hard=True,
)
def slow_failed(deployment: Deployment) -> Iterator[None]:
    def fail(rows: list[Row]) -> list[Row]:
        for mine in _steady(rows).values():
            for row in mine[: max(1, int(0.018 * len(mine)))]:  # the line that counts errors still holds
                row |= {"metric_value": "10000.000000", "expected_response": "false", "status": "504"}
        return rows

    yield from retold(deployment, "aurastudio", "levels", fail)


@fault(
    name="aura-load-recalls-fail",
    breaks="in the recorded load run one recall of five answers 500",
    fails=[ERRORS],
    message=r"memory_recall: error rate is [\d.]+ percent, want <= 2 percent",
    touches=[f"{USERS}:errors"],
)
def recalls_fail(deployment: Deployment) -> Iterator[None]:
    def fail(rows: list[Row]) -> list[Row]:
        mine = [r for r in rows if r["metric_name"] == DURATION and _is(r, "memory_recall")]
        for row in mine[::5]:
            row |= {"expected_response": "false", "status": "500"}
        return rows

    yield from retold(deployment, "aurastudio", "levels", fail)


@fault(
    name="aura-load-errors-with-status-200",
    breaks="in the recorded load run one recall of four is answered at once, with status 200 and an error in the body",
    fails=[ERRORS],
    message=r"memory_recall: error rate is [\d.]+ percent, want <= 2 percent.*answers had the wrong content",
    touches=[f"{USERS}:errors"],
    hard=True,
)
def errors_with_200(deployment: Deployment) -> Iterator[None]:
    def wrong(rows: list[Row]) -> list[Row]:
        mine = [r for r in rows if r["metric_name"] == "checks" and _is(r, "memory_recall")]
        for row in mine[::4]:
            row["metric_value"] = "0.000000"
        return rows

    yield from retold(deployment, "aurastudio", "levels", wrong)


def _steady(rows: list[Row]) -> dict[str, list[Row]]:
    """The requests of the last level, by operation, after its ramp, which takes half of its time."""
    mine = [r for r in rows if r["metric_name"] == DURATION and r["scenario"] == "users_1000"]
    times = [int(r["timestamp"]) for r in mine]
    found: dict[str, list[Row]] = {}
    for row in mine:
        if int(row["timestamp"]) > (min(times) + max(times)) / 2 + 1e6:
            found.setdefault(row["name"], []).append(row)
    return found


def _is(row: Row, operation: str) -> bool:
    return row["name"] == operation and row["scenario"] == "users_1000"


@fault(
    name="aura-load-top-level-left-out",
    breaks="the recorded load run ends before the level of a thousand users: the record still names it",
    fails=[LEVELS, RAMP, THOUSAND],
    message={
        LEVELS: r"users_1000: level high is [\d.]+ users, want == 1000 users",
        THOUSAND: r"users_1000: vus is [\d.]+ users, want >= 1000 users",
        RAMP: r"users_1000: the \d+ users that the run asked for were never active",
    },
    touches=[AMOUNT],
)
def top_left_out(deployment: Deployment) -> Iterator[None]:
    yield from retold(deployment, "aurastudio", "levels", head=None, rows=lambda rows: _at_most(rows, 0.5))


@fault(
    name="aura-load-generator-runs-out",
    breaks="the recorded load run asks for a thousand users, and the generator had files for six hundred",
    fails=[LEVELS, RAMP, THOUSAND],
    message={
        LEVELS: r"users_1000: level high is 600(\.0)? users, want == 1000 users",
        THOUSAND: r"users_1000: vus is 600(\.0)? users, want >= 1000 users",
        RAMP: r"users_1000: the \d+ users that the run asked for were never active",
    },
    touches=[AMOUNT],
    hard=True,
)
def runs_out(deployment: Deployment) -> Iterator[None]:
    yield from retold(deployment, "aurastudio", "levels", rows=lambda rows: _at_most(rows, 0.6))


def _at_most(rows: list[Row], share: float) -> list[Row]:
    """So much of the users that the run had at most were ever active."""
    users = round(share * _most(rows))
    for row in rows:
        if row["metric_name"] == "vus" and float(row["metric_value"]) > users:
            row["metric_value"] = f"{users}.000000"
    return rows


def _most(rows: list[Row]) -> float:
    return max(float(row["metric_value"]) for row in rows if row["metric_name"] == "vus")


@fault(
    name="aura-load-nine-hundred-at-once",
    breaks="the recorded load run has the ramp of five minutes, and nine of ten users were there when it began",
    fails=[RAMP],
    message=r"users_1000: distance from a straight rise: ramp deviation is \d+(\.\d+)? percent, want <= 10 percent",
    touches=[AMOUNT],
    hard=True,
)
def at_once(deployment: Deployment) -> Iterator[None]:
    yield from retold(deployment, "aurastudio", "levels", rows=_last_ramp_at_once)


def _last_ramp_at_once(rows: list[Row]) -> list[Row]:
    begun = min(int(r["timestamp"]) for r in rows if r["scenario"] == "users_1000")
    many = 0.9 * _most(rows)
    for row in rows:
        if row["metric_name"] == "vus" and int(row["timestamp"]) >= begun:
            row["metric_value"] = f"{max(many, float(row['metric_value'])):.6f}"
    return rows


@fault(
    name="aura-load-of-another-release",
    breaks="the newest load runs were made on the release before",
    fails=[SLOW_LINE, ERRORS, LEVELS, RAMP, THOUSAND, DATABASE],
    message=r"was made on release 1\.9\.9, and 2\.0\.1 \(\w+\) is deployed",
    touches=[USERS],
    hard=True,
)
def other_release(deployment: Deployment) -> Iterator[None]:
    def older(head: dict[str, Any]) -> None:
        head["release"] = {"version": "1.9.9", "commit": ""}

    yield from retold(deployment, "aurastudio", "levels", head=older)


@fault(
    name="sei-load-properties-slow",
    breaks="the list of properties takes six tenths of a second longer, and a load run is made meanwhile",
    fails=[ENDPOINTS, SERVED],
    message={
        ENDPOINTS: r"list_properties: endpoint p95 is \d+(\.\d+)? ms, want < 500 ms",
        SERVED: r"users_1000: p95 is \d+(\.\d+)? ms, want < 500 ms",
    },
    touches=[OF_SEIKETSU, "app:seiketsu:behaviour:slow-properties"],
)
def properties_slow(deployment: Deployment) -> Iterator[None]:
    switch = contextlib.contextmanager(switched)(deployment, "seiketsu", "slow:/api/v1/properties", 600)
    yield from made_under(deployment, "seiketsu", "levels", switch)


@fault(
    name="sei-load-one-endpoint-slow-in-a-fast-average",
    breaks="in the recorded load run one call of ten to one endpoint is slow: all endpoints together are well",
    fails=[ENDPOINTS],
    message=r"list_voice_agents: endpoint p95 is \d+(\.\d+)? ms, want < 500 ms",
    touches=[OF_SEIKETSU],
    hard=True,
)
def hidden_in_average(deployment: Deployment) -> Iterator[None]:
    def slow(rows: list[Row]) -> list[Row]:
        mine = [r for r in rows if r["metric_name"] == DURATION and r["name"] == "list_voice_agents"]
        for row in mine[::10]:
            row["metric_value"] = "900.000000"
        return rows

    yield from retold(deployment, "seiketsu", "levels", slow)


@fault(
    name="sei-load-fast-failures",
    breaks="in the recorded load run an endpoint is as slow as its limit or fails at once, which pulls its figure down",
    fails=[ENDPOINTS, SERVED],
    message={
        ENDPOINTS: r"search_leads: endpoint p95 is \d+(\.\d+)? ms, want < 500 ms.*\d+ of \d+ requests failed",
        SERVED: r"users_1000: error rate is [\d.]+ percent, want < 0\.1 percent",
    },
    touches=[OF_SEIKETSU],
    hard=True,
)
def fast_failures(deployment: Deployment) -> Iterator[None]:
    def fail(rows: list[Row]) -> list[Row]:
        mine = [r for r in rows if r["metric_name"] == DURATION and r["name"] == "search_leads"]
        for n, row in enumerate(mine):
            if n % 24 == 1:
                row["metric_value"] = "700.000000"
            elif n % 3 == 0:
                row |= {"metric_value": "1.000000", "expected_response": "false", "status": "503"}
        return rows

    yield from retold(deployment, "seiketsu", "levels", fail)
