"""Processes that hold more and more, or are replaced before it shows."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.load_records import retold

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT, LEAKS = "AURA-9.1.3.5", "aurastudio", "aurastudio-2"
MIB = 2**20
TOUCHES = [f"load:{PRODUCT}:soak"]
LIFE = 80.0
"""Seconds after which a process that leaks is replaced."""


def _grown(deployment: Deployment, change: Callable[[dict[str, Any], float], None]) -> Iterator[None]:
    """In the recorded run one process is another: `change` is given each look, and the seconds since the first."""

    def grow(told: dict[str, Any]) -> None:
        mine = [s for s in told["processes"] if s["instance"] == LEAKS and not s.get("error")]
        for look in mine:
            change(look, look["at"] - mine[0]["at"])

    yield from retold(deployment, PRODUCT, "soak", samples=grow)


@fault(
    name="aura-soak-leaks",
    breaks="in the recorded soak one process keeps something of each request: a MiB a minute",
    fails=[LINE],
    message=r"process aurastudio-2: slope is \d+(\.\d+)? percent per 10 min, want <= 1",
    touches=TOUCHES,
)
def leaks(deployment: Deployment) -> Iterator[None]:
    def leak(look: dict[str, Any], seconds: float) -> None:
        look["resident"] += MIB * seconds / 60

    yield from _grown(deployment, leak)


@fault(
    name="aura-soak-recycled",
    breaks="in the recorded soak a process that leaks is replaced again and again, which resets what it holds",
    fails=[LINE],
    message=r"process aurastudio-2: restarts is [1-9]\d*, want == 0",
    touches=TOUCHES,
    hard=True,
)
def recycled(deployment: Deployment) -> Iterator[None]:
    def recycle(look: dict[str, Any], seconds: float) -> None:
        look["resident"] += 10 * MIB * (seconds % LIFE) / 60
        look["started"] += seconds // LIFE * LIFE

    yield from _grown(deployment, recycle)


@fault(
    name="aura-soak-keeps-what-it-took",
    breaks="in the recorded soak memory does not grow under the load, and is not given back after it",
    fails=[LINE],
    message=r"process aurastudio-2: after to before is [1-3](\.\d+)? ratio, want <= 1\.5",
    touches=TOUCHES,
    hard=True,
)
def keeps(deployment: Deployment) -> Iterator[None]:
    def keep(look: dict[str, Any], seconds: float) -> None:
        look["resident"] *= 1.0 if seconds < LIFE / 2 else 1.8

    yield from _grown(deployment, keep)
