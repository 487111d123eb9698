"""Load runs that never reached the limit, were stopped by another one, or show a system that does not come back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.faults.load_rates import DURATION
from reference.load_records import Row, Rows, copied, retold

if TYPE_CHECKING:
    from reference.deployment import Deployment

GIVES_WAY, RESERVE, SHEDS, PROPER, RECOVERS = (f"AURA-9.2.1.{n}" for n in range(1, 6))
PRODUCT, TOUCHES = "aurastudio", ["load:aurastudio:stress"]
AFTER, CORE, SLOW = "after", "core", 2000.0


def _told(deployment: Deployment, rows: Rows | None = None, **documents: Any) -> Iterator[None]:
    yield from retold(deployment, PRODUCT, "stress", rows, **documents)


def _requests(rows: list[Row], scenario: str) -> list[Row]:
    return [r for r in rows if r["metric_name"] == DURATION and r["scenario"].startswith(scenario)]


def _fail(row: Row, status: int, ms: float | None = None) -> None:
    row |= {"expected_response": "false", "status": str(status)}
    if ms is not None:
        row["metric_value"] = f"{ms:.6f}"


def _beyond(rows: list[Row], first: int) -> list[Row]:
    """The requests of the steps from this one on."""
    return [r for r in _requests(rows, "step-") if int(r["scenario"].removeprefix("step-")) >= first]


def _gave_way(rows: list[Row]) -> int:
    """The first step of which more than one request of twenty failed or the slowest hundredth took two seconds."""
    for number in range(1, 99):
        mine = _requests(rows, f"step-{number:02}")
        if not mine:
            raise RuntimeError("no step of the recorded run broke")
        slow = sum(float(r["metric_value"]) > SLOW for r in mine)
        bad = sum(r["expected_response"] == "false" for r in mine)
        if slow > 0.01 * len(mine) or bad > 0.05 * len(mine):
            return number
    raise AssertionError


@fault(
    name="aura-stress-leaps",
    breaks="the recorded stress run leaps over three steps: what is carried lies somewhere between",
    fails=[GIVES_WAY],
    message=r"from step-01 to step-05 the load grew by 7\d percent, want up to 20",
    touches=TOUCHES,
)
def leaps(deployment: Deployment) -> Iterator[None]:
    def fewer(head: dict[str, Any]) -> None:
        head["phases"] = [p for p in head["phases"] if p["scenario"] not in ("step-02", "step-03", "step-04")]

    yield from _told(deployment, head=fewer)


@fault(
    name="aura-stress-stopped-by-a-rate-limit",
    breaks="in the recorded stress run a limit on one client's rate refused the calls, and the system was at its ease",
    fails=[GIVES_WAY],
    message=r"step-\d\d failed by \d+(\.\d+)? % answers of 429: a limit on the generator's rate stopped it",
    touches=TOUCHES,
    hard=True,
)
def rate_limited(deployment: Deployment) -> Iterator[None]:
    def limit(rows: list[Row]) -> list[Row]:
        for n, row in enumerate(_beyond(rows, _gave_way(rows))):
            row["metric_value"] = "40.000000"
            if row["expected_response"] == "false" or n % 8 == 0:
                _fail(row, 429, 2)
        return rows

    yield from _told(deployment, limit)


@fault(
    name="aura-stress-less-than-the-release-before",
    breaks="the release before carried twice as much, by the run that was recorded then",
    fails=[RESERVE],
    message=r"loss to last release is [45]\d(\.\d+)? percent, want <= 10",
    touches=TOUCHES,
)
def less_than_before(deployment: Deployment) -> Iterator[None]:
    def older(head: dict[str, Any]) -> None:
        head["release"] = {"version": "1.9.9", "commit": ""}
        head["size"]["rate"] /= 2

    yield from copied(deployment, PRODUCT, "stress", older)


@fault(
    name="aura-stress-of-another-release",
    breaks="the newest stress run was made on the release before",
    fails=[GIVES_WAY, RESERVE, SHEDS, PROPER, RECOVERS],
    message=r"was made on release 1\.9\.9, and 2\.0\.1 \(\w+\) is deployed",
    touches=TOUCHES,
    hard=True,
)
def other_release(deployment: Deployment) -> Iterator[None]:
    def older(head: dict[str, Any]) -> None:
        head["release"] = {"version": "1.9.9", "commit": ""}

    yield from _told(deployment, head=older)


@fault(
    name="aura-stress-goodput-collapses",
    breaks="in the recorded stress run hardly anything is served once there is too much: queues grow without bound",
    fails=[SHEDS],
    message=r"goodput is [1-7]?\d(\.\d+)? percent, want >= 80 percent.*Do queues grow without bound",
    touches=TOUCHES,
)
def collapses(deployment: Deployment) -> Iterator[None]:
    yield from _told(deployment, _collapsed)


def _collapsed(rows: list[Row]) -> list[Row]:
    """Of what was served once there was too much, one of four is."""
    mine = [r for r in _beyond(rows, _gave_way(rows) + 1) if r["expected_response"] == "true"]
    for n, row in enumerate(mine):
        if n % 4:
            _fail(row, 503)
    return rows


@fault(
    name="aura-stress-stalls-then-collapses",
    breaks="in the recorded stress run a stall breaks a low step, so that half as much again is at its ease; "
    "and hardly anything is served once there is too much",
    fails=[SHEDS],
    message=r"goodput is [1-7]?\d(\.\d+)? percent, want >= 80 percent.*Do queues grow without bound",
    touches=TOUCHES,
    hard=True,
)
def stalls_then_collapses(deployment: Deployment) -> Iterator[None]:
    def both(rows: list[Row]) -> list[Row]:
        _collapsed(rows)  # first: the stall would be taken for where it gave way
        for row in _requests(rows, "step-05")[:4]:
            row["metric_value"] = f"{2 * SLOW:.6f}"
        return rows

    yield from _told(deployment, both)


@fault(
    name="aura-stress-health-fails-too",
    breaks="in the recorded stress run the excess is refused, and so are health checks: the balancer takes all out",
    fails=[SHEDS],
    message=r"health failed [1-9]\d* of \d+ times while there was too much load",
    touches=TOUCHES,
    hard=True,
)
def health_fails(deployment: Deployment) -> Iterator[None]:
    def fail(rows: list[Row]) -> list[Row]:
        begun = min(int(r["timestamp"]) for r in _beyond(rows, _gave_way(rows)))
        for row in _requests(rows, CORE):
            if row["name"] == "health" and int(row["timestamp"]) > begun:
                _fail(row, 503, 5)
        return rows

    yield from _told(deployment, fail)


@fault(
    name="aura-stress-pages-of-the-proxy",
    breaks="in the recorded stress run what is too much is answered by the proxy's own page, with 502",
    fails=[PROPER],
    message=r"\d+ of \d+ errors have no JSON body.*errors that no overload excuses: \d+ x \w+: 502",
    touches=TOUCHES,
)
def proxy_pages(deployment: Deployment) -> Iterator[None]:
    def pages(rows: list[Row]) -> list[Row]:
        failed = [r for r in _requests(rows, "step-") if r["expected_response"] == "false" and r["status"] != "0"]
        for row in failed:
            row["status"] = "502"
        return rows + [{**r, "metric_name": "golive_improper_errors", "metric_value": "1.000000"} for r in failed]

    yield from _told(deployment, pages)


@fault(
    name="aura-stress-refused-and-stored",
    breaks="the errors of the recorded stress run are proper, and two writes that were refused are stored",
    fails=[PROPER],
    message=r"partial writes is 2, want == 0.*0 of \d+ acknowledged writes are not there, 2 are that were refused",
    touches=TOUCHES,
    hard=True,
)
def ghosts(deployment: Deployment) -> Iterator[None]:
    def two(head: dict[str, Any]) -> None:
        head["stored"]["unacknowledged"] = 2

    yield from _told(deployment, head=two)


@fault(
    name="aura-stress-never-comes-back",
    breaks="in the recorded stress run every call waits for three seconds for as long as was looked after the load",
    fails=[RECOVERS],
    message=r"after: was never back to normal for [\d.]+ s in the [\d.]+ s after the load",
    touches=TOUCHES,
)
def never_back(deployment: Deployment) -> Iterator[None]:
    def wait(rows: list[Row]) -> list[Row]:
        for row in _requests(rows, AFTER):
            row["metric_value"] = "3000.000000"
        return rows

    yield from _told(deployment, wait)


@fault(
    name="aura-stress-one-breaker-stays-open",
    breaks="after the recorded stress run all is quick again, but for one operation, whose breaker stays open",
    fails=[RECOVERS],
    message=r"after: was never back to normal",
    touches=TOUCHES,
    hard=True,
)
def breaker_open(deployment: Deployment) -> Iterator[None]:
    def refuse(rows: list[Row]) -> list[Row]:
        for row in _requests(rows, AFTER):
            if row["name"] == "mode_current":
                _fail(row, 503, 3)
        return rows

    yield from _told(deployment, refuse)
