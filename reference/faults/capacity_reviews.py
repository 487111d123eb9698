"""Reviews of capacity that are old, or do not see what runs full."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from reference.amending import distorted
from reference.faults import fault
from reference.faults.documents import rewritten

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "aurastudio", "AURA-11.2.2.1"
REVIEW, DOCUMENT = "../reviews/capacity/0001-november.md", "source:aurastudio:docs:capacity-review"
VECTORS = "AuraStudio/Product/VectorCount"


@fault(
    name="aura-capacity-review-old",
    breaks="nobody looked for seven weeks how things grow",
    fails=[LINE],
    message=r"record age is 50 days, want <= 35.*0001-november",
    touches=DOCUMENT,
)
def review_old(deployment: Deployment) -> Iterator[None]:
    day = f"{datetime.now(UTC) - timedelta(days=50):%Y-%m-%d}"
    with rewritten(deployment, REVIEW, lambda text: re.sub(r"Written: \S+", f"Written: {day}", text)):
        yield


@fault(
    name="aura-capacity-review-without-vectors",
    breaks="the vectors doubled within two weeks, and the review does not tell of them",
    fails=[LINE],
    message=r"does not tell of vectors, which is full in 1\d days.*exhaustion after is 1\d days, want > 60",
    touches=[DOCUMENT, "aws:aurastudio:metrics:VectorCount"],
    hard=True,
)
def without_vectors(deployment: Deployment) -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(rewritten(deployment, REVIEW, lambda text: re.sub(r"\| Vectors .*\n", "", text)))
        for days in range(15):
            how = {"since": (days + 1) * 86400.0, "until": days * 86400.0 + 1}
            value = 540_000 - 30_000 * days
            stack.enter_context(distorted(deployment, PRODUCT, VECTORS, "set", value=value, **how))
        yield


@fault(
    name="aura-capacity-review-sees-no-end",
    breaks="the review says of the cache's memory that it grows no more",
    fails=[LINE],
    message=r"'Memory of the cache' \(cache_memory\) is never said to be full, and by its trend it is in \d+ days",
    touches=DOCUMENT,
    hard=True,
)
def sees_no_end(deployment: Deployment) -> Iterator[None]:
    never = re.compile(r"(\| Memory of the cache \| cache_memory \| [^|]+\|)[^|]+\|")
    with rewritten(deployment, REVIEW, lambda text: never.sub(r"\1 - |", text)):
        yield
