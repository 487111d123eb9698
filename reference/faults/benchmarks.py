"""Operations that users wait for: always, or one time in ten."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT = "AURA-2.1.1.3", "aurastudio"


@fault(
    name="aura-benchmark-recall-slow",
    breaks="to recall a memory takes 600 ms longer",
    fails=[LINE],
    message=r"operation memory_recall: p95 is \d+(\.\d+)? ms, want < 500 ms",
    touches=[f"app:{PRODUCT}:behaviour:slow-recall"],
)
def recall_slow(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "slow:/api/advanced/memory/recall", 600)


@fault(
    name="aura-benchmark-every-tenth-slow",
    breaks="each tenth switch of the mode waits for two seconds: mean and median stay low",
    fails=[LINE],
    message=r"operation mode_switch: p95 is 2\d{3}(\.\d+)? ms, want < 500 ms",
    touches=[f"app:{PRODUCT}:behaviour:hesitates-mode"],
    hard=True,
)
def every_tenth_slow(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "hesitates:/api/advanced/mode/switch", {"every": 10, "ms": 2000})
