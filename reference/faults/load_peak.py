"""A peak that was not carried, or only on paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.load_rates import DURATION, slowed
from reference.load_records import Row, retold

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT = "SEI-5.1.2.1.1", "seiketsu"
QUEUED_MS = 1500
FORECAST = "docs/operations/capacity.md"


@fault(
    name="sei-peak-half-the-workers",
    breaks="in the recorded load run half of the API's workers serve the peak, so every second request waits for one",
    fails=[LINE],
    message=r"peak: missed objectives is [1-9].*p95 is \d+(\.\d+)? ms, want <= 500 ms",
    touches=["load:seiketsu:peak"],
)
def half_the_workers(deployment: Deployment) -> Iterator[None]:
    yield from retold(deployment, PRODUCT, "peak", lambda rows: slowed(rows, "peak", lambda n: n % 2 == 0, QUEUED_MS))


@fault(
    name="sei-peak-forecast-overtaken",
    breaks="the forecast is of the days before the product was known: what is asked every day exceeds it",
    fails=[LINE],
    message=r"the forecast in docs/operations/capacity\.md#Forecast is overtaken: it expects 3 requests/s",
    touches=["source:seiketsu:docs:capacity"],
    hard=True,
)
def forecast_overtaken(deployment: Deployment) -> Iterator[None]:
    path = deployment.settings.part_folder("source") / PRODUCT / FORECAST
    before = path.read_text()
    after = before.replace("| requests per second | 60 |", "| requests per second | 3 |")
    if after == before:
        raise RuntimeError(f"{FORECAST} is as it was")
    path.write_text(after)
    try:
        yield
    finally:
        path.write_text(before)


@fault(
    name="sei-peak-knee-of-one-tenant",
    breaks="the steps of the recorded load run were all walked in one tenant, whose data were warm after the first",
    fails=[LINE],
    message=r"step-1: tenants is 1, want >= 2",
    touches=["load:seiketsu:peak"],
    hard=True,
)
def knee_of_one_tenant(deployment: Deployment) -> Iterator[None]:
    def same(rows: list[Row]) -> list[Row]:
        steps = [r for r in rows if r["scenario"].startswith("step-")]
        whose = next(r["extra_tags"] for r in steps if r["metric_name"] == DURATION)
        for row in steps:
            row["extra_tags"] = whose
        return rows

    yield from retold(deployment, PRODUCT, "peak", same)
