"""Tenants side by side under load: one that waits, one that is served first, one answer that was another's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.load_rates import DURATION
from reference.load_records import Row, retold

if TYPE_CHECKING:
    from reference.deployment import Deployment

TOGETHER, EQUAL = "SEI-2.2.2.2.1", "SEI-2.2.2.2.2"
SIDE, PRESS = "load:seiketsu:tenants:side", "load:seiketsu:tenants:press"


def _pressing(rows: list[Row]) -> list[str]:
    return sorted({r["scenario"] for r in rows if r["scenario"].startswith("press-")})


@fault(
    name="sei-load-tenants-wait-for-connections",
    breaks="in the recorded run of tenants side by side each eighth request waits a second for a connection",
    fails=[TOGETHER],
    message=r"side_by_side.*p95 is \d{4,}(\.\d+)? ms, want < 500 ms",
    touches=[f"{SIDE}:latency"],
)
def wait_for_connections(deployment: Deployment) -> Iterator[None]:
    def wait(rows: list[Row]) -> list[Row]:
        mine = [r for r in rows if r["metric_name"] == DURATION and r["scenario"] == "side_by_side"]
        for row in mine[::8]:
            row["metric_value"] = f"{1000 + float(row['metric_value']):.6f}"
        return rows

    yield from retold(deployment, "seiketsu", "tenants", wait)


@fault(
    name="sei-load-one-answer-of-another-tenant",
    breaks="in the recorded run of tenants side by side one good and quick answer holds another tenant's mark",
    fails=[TOGETHER],
    message=r"side_by_side: foreign markers is 1, want == 0",
    touches=[f"{SIDE}:content"],
    hard=True,
)
def one_foreign_answer(deployment: Deployment) -> Iterator[None]:
    def mix(rows: list[Row]) -> list[Row]:
        one = next(r for r in rows if r["metric_name"] == "golive_own_markers" and r["scenario"] == "side_by_side")
        return [*rows, {**one, "metric_name": "golive_foreign_markers", "metric_value": "1.000000"}]

    yield from retold(deployment, "seiketsu", "tenants", mix)


@fault(
    name="sei-load-one-tenant-starves",
    breaks="in the recorded run of tenants side by side one tenant's requests are slow, and all together are well",
    fails=[TOGETHER],
    message=r"side_by_side \S+: p95 is [\d.]+ ms, want < 500 ms",
    touches=[f"{SIDE}:latency"],
    hard=True,
)
def one_starves(deployment: Deployment) -> Iterator[None]:
    def starve(rows: list[Row]) -> list[Row]:
        mine = [r for r in rows if r["metric_name"] == DURATION and r["scenario"] == "side_by_side"]
        tags = sorted({r["extra_tags"] for r in mine})[0]
        for row in [r for r in mine if r["extra_tags"] == tags][::9]:
            row["metric_value"] = "700.000000"
        return rows

    yield from retold(deployment, "seiketsu", "tenants", starve)


@fault(
    name="sei-load-one-tenant-served-first",
    breaks="in the recorded run of tenants that press one is served first, and the others get a third",
    fails=[EQUAL],
    message=r"press: jain index is 0\.\d+( ratio)?, want >= 0\.9.*Good answers a second",
    touches=[f"{PRESS}:throughput"],
)
def served_first(deployment: Deployment) -> Iterator[None]:
    def favour(rows: list[Row]) -> list[Row]:
        others, seen, kept = _pressing(rows)[1:], Counter[tuple[str, str]](), []
        for row in rows:
            which = row["metric_name"], row["scenario"]
            if row["scenario"] in others and row["metric_name"] in (DURATION, "http_reqs"):
                seen[which] += 1
                if seen[which] % 3:
                    continue
            kept.append(row)
        return kept

    yield from retold(deployment, "seiketsu", "tenants", favour)


@fault(
    name="sei-load-one-tenant-waits-longest",
    breaks="in the recorded run of tenants that press all get as much done, and each tenth call of one waits seconds",
    fails=[EQUAL],
    message=r"press \S+: slowest to median p95 is [\d.]+( ratio)?, want <= ",
    touches=[f"{PRESS}:latency"],
    hard=True,
)
def waits_longest(deployment: Deployment) -> Iterator[None]:
    def wait(rows: list[Row]) -> list[Row]:
        last = _pressing(rows)[-1]
        for row in [r for r in rows if r["metric_name"] == DURATION and r["scenario"] == last][::10]:
            row["metric_value"] = "8000.000000"
        return rows

    yield from retold(deployment, "seiketsu", "tenants", wait)
