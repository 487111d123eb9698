"""Load runs by a thousand users that show less than their summary says."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.faults.load_rates import DURATION
from reference.faults.load_users import OF_SEIKETSU, SERVED, THOUSAND, USERS
from reference.load_records import Row, retold

if TYPE_CHECKING:
    from reference.deployment import Deployment


def _of_top(rows: list[Row], metric: str) -> list[Row]:
    return [r for r in rows if r["metric_name"] == metric and r["scenario"] == "users_1000"]


@fault(
    name="aura-load-threshold-crossed",
    breaks="the load run of a thousand users went on to its end, and one of its own thresholds was crossed",
    fails=[THOUSAND],
    message=r"failed thresholds is \d+, want == 0.*Crossed: .*users_1000\S* p\(99\)<500",
    touches=[f"{USERS}:thresholds"],
)
def threshold_crossed(deployment: Deployment) -> Iterator[None]:
    def cross(summary: dict[str, Any]) -> None:
        metric = summary["metrics"]["http_req_duration{scenario:users_1000}"]
        metric["thresholds"] = {"p(99)<500": True}  # so --summary-export says that it did not hold

    yield from retold(deployment, "aurastudio", "levels", summary=cross)


@fault(
    name="sei-load-connections-refused",
    breaks="in the recorded load run the balancer has no connection left for one request of fifty",
    fails=[SERVED],
    message=r"users_1000: error rate is [\d.]+ percent, want < 0\.1 percent.*[1-9]\d* requests failed",
    touches=[f"{OF_SEIKETSU}:errors"],
)
def connections_refused(deployment: Deployment) -> Iterator[None]:
    def refuse(rows: list[Row]) -> list[Row]:
        for row in _of_top(rows, DURATION)[::50]:
            row |= {"expected_response": "false", "status": "503", "error_code": "1503"}
        return rows

    yield from retold(deployment, "seiketsu", "levels", refuse)


@fault(
    name="sei-load-failures-count-as-fine",
    breaks="the recorded load run's script expects any status, so that each server error counts as an answer",
    fails=[SERVED],
    message=r"users_1000: error rate is [\d.]+ percent, want < 0\.1 percent.*[1-9]\d* requests failed",
    touches=[f"{OF_SEIKETSU}:errors"],
    hard=True,
)
def failures_count(deployment: Deployment) -> Iterator[None]:
    def fail(rows: list[Row]) -> list[Row]:
        for row in _of_top(rows, DURATION)[7::60]:
            row |= {"expected_response": "true", "status": "500", "error_code": "1500"}
        return rows

    yield from retold(deployment, "seiketsu", "levels", fail)


@fault(
    name="sei-load-thousand-for-a-second",
    breaks="the recorded load run reached its thousand users for a second; before and after there were some less",
    fails=[SERVED],
    message=r"users_1000: duration is [\d.]+ min, want >= 10 min.*Time at the whole level",
    touches=[f"{OF_SEIKETSU}:users"],
    hard=True,
)
def for_a_second(deployment: Deployment) -> Iterator[None]:
    def shorten(rows: list[Row]) -> list[Row]:
        counts = [r for r in rows if r["metric_name"] == "vus"]
        most = max(float(r["metric_value"]) for r in counts)
        full = [r for r in counts if float(r["metric_value"]) == most]
        for row in full[:1] + full[3:]:
            row["metric_value"] = f"{0.9 * most:.6f}"
        return rows

    yield from retold(deployment, "seiketsu", "levels", shorten)


@fault(
    name="sei-load-users-asleep",
    breaks="in the recorded load run the thousand users were there, and nearly all of them slept",
    fails=[SERVED],
    message=r"users_1000: user activity is [\d.]+ iterations/min, want > 1",
    touches=[f"{OF_SEIKETSU}:iterations"],
    hard=True,
)
def asleep(deployment: Deployment) -> Iterator[None]:
    def sleep(rows: list[Row]) -> list[Row]:
        done = _of_top(rows, "iterations")
        dropped = {id(r) for r in done[1:]}
        return [r for r in rows if id(r) not in dropped]

    yield from retold(deployment, "seiketsu", "levels", sleep)


@fault(
    name="sei-load-all-of-one-tenant",
    breaks="the thousand users of the recorded load run are all of one tenant",
    fails=[SERVED],
    message=r"users_1000: tenants is 1\d(\.\d+)?, want >= 20",
    touches=[f"{OF_SEIKETSU}:tenants"],
    hard=True,
)
def one_tenant(deployment: Deployment) -> Iterator[None]:
    def join(rows: list[Row]) -> list[Row]:
        tags = next(r["extra_tags"] for r in rows if "tenant=" in r["extra_tags"])
        for row in rows:
            if "tenant=" in row["extra_tags"]:
                row["extra_tags"] = tags
        return rows

    yield from retold(deployment, "seiketsu", "levels", join)
