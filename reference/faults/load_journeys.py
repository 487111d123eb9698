"""Load that is none of people: a loop on one endpoint, one constant user, or what nobody does in production."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.load_records import Row, retold

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT, RUN, VISITS = "AURA-9.1.1.2", "aurastudio", "day", "visits"
TOUCHES = [f"load:aurastudio:{RUN}"]
Call = dict[str, Any]


def _told(trace: dict[str, Any], change: Callable[[int, Call], Call]) -> None:
    """Each call of the trace, by its place, as it is changed."""
    columns = trace["columns"]
    calls = [change(n, dict(zip(columns, row, strict=True))) for n, row in enumerate(trace["rows"])]
    trace["rows"] = [[call[name] for name in columns] for call in calls]


def _renamed(rows: list[Row], change: Callable[[str], str]) -> list[Row]:
    for row in rows:
        if row["scenario"] == VISITS and row["name"]:
            row["name"] = change(row["name"])
    return rows


@fault(
    name="aura-load-loops-on-health",
    breaks="the recorded load run asks for nothing but the health of the service",
    fails=[LINE],
    message=r"visits: endpoints is 1(\.0)?, want >= 5.*asked was health.*unsigned visits is [1-9]\d*, want == 0",
    touches=TOUCHES,
)
def loops_on_health(deployment: Deployment) -> Iterator[None]:
    plain = {"operation": "health", "text": "-", "language": "-", "mode": "-"}
    yield from retold(
        deployment, PRODUCT, RUN, lambda rows: _renamed(rows, lambda _: "health"),
        trace=lambda trace: _told(trace, lambda _, call: call | plain),
    )  # fmt: skip


@fault(
    name="aura-load-of-one-constant-user",
    breaks="the recorded load run goes through whole visits, all by one user who says the same: caches answer",
    fails=[LINE],
    message=r"visits: users is \d+(\.\d+)? users, want >= 100.*repeated texts is \d+(\.\d+)? percent, want <= 50",
    touches=TOUCHES,
    hard=True,
)
def one_user(deployment: Deployment) -> Iterator[None]:
    def alike(_: int, call: Call) -> Call:
        return call | {"user": "alice", "text": "-" if call["text"] == "-" else "5d41402abc4b"}

    yield from retold(deployment, PRODUCT, RUN, trace=lambda trace: _told(trace, alike))


@fault(
    name="aura-load-without-a-pause",
    breaks="the recorded load run's users go from one thing to the next without a pause, in one mode and one language",
    fails=[LINE],
    message=r"visits: think time is 0(\.\d+)? s, want >= 0\.3 s.*languages is 1, want >= 3.*no visit was in mode",
    touches=TOUCHES,
    hard=True,
)
def without_pause(deployment: Deployment) -> Iterator[None]:
    def hurried(trace: dict[str, Any]) -> None:
        ends: dict[str, float] = {}

        def next_at_once(_: int, call: Call) -> Call:
            begun = ends.setdefault(call["journey"], call["at"])
            ends[call["journey"]] = begun + call["took"] / 1000
            fixed = {w: call[w] if call[w] == "-" else v for w, v in {"language": "ta", "mode": "studio"}.items()}
            return call | {"at": begun} | fixed

        trace["rows"].sort()
        _told(trace, next_at_once)

    yield from retold(deployment, PRODUCT, RUN, trace=hurried)


@fault(
    name="aura-load-of-another-mix",
    breaks="in the recorded load run's visits people list projects where users translate and recall",
    fails=[LINE],
    message=r"visits: mix deviation is \d\d(\.\d+)? percentage points, want <= 10.*list_projects is \d\d % of the load",
    touches=TOUCHES,
    hard=True,
)
def another_mix(deployment: Deployment) -> Iterator[None]:
    def others(name: str) -> str:
        return "list_projects" if name in ("list_avatars", "memory_recall") else name

    yield from retold(
        deployment, PRODUCT, RUN, lambda rows: _renamed(rows, others),
        trace=lambda trace: _told(trace, lambda _, call: call | {"operation": others(call["operation"])}),
    )  # fmt: skip
