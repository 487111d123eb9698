"""The other product's cache snapshots."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.redis_backups import snapshots_cut_in_half

if TYPE_CHECKING:
    from reference.deployment import Deployment


@fault(
    name="sei-cache-snapshot-unreadable",
    breaks="the database's backup is whole, and the newest snapshot of the cache has lost its second half",
    fails=["SEI-2.1.1.2.4"],
    message=r"cache snapshot \S+ \(\d+ bytes\) can't be loaded",
    touches=["redis:snapshots:seiketsu"],
    hard=True,
)
def unreadable(deployment: Deployment) -> Iterator[None]:
    with snapshots_cut_in_half(deployment, "seiketsu"):
        yield
