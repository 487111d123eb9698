"""Operations that moto lacks, and answers of moto that must follow from other state.

OWN maps `service.Operation` to the function that answers it, DERIVED to one that completes moto's answer in place.
"""

from __future__ import annotations

from collections.abc import Mapping

from reference.aws.operations import (
    access,
    alarms,
    cache_snapshots,
    containers,
    costs,
    databases,
    failover,
    findings,
    log_filters,
    objectives,
    permissions,
    quotas,
    registry,
    series,
    trail,
)
from reference.aws.operations.listings import LISTINGS
from reference.aws.operations.world import Derived, Own, World

__all__ = ["DERIVED", "OWN", "World"]

OWN: Mapping[str, Own] = {
    **{name: listing.answer for name, listing in LISTINGS.items()},
    **access.OWN,
    **cache_snapshots.OWN,
    **containers.OWN,
    **costs.OWN,
    **failover.OWN,
    **findings.OWN,
    **log_filters.OWN,
    **objectives.OWN,
    **permissions.OWN,
    **quotas.OWN,
    **registry.OWN,
    **series.OWN,
    **trail.OWN,
}
DERIVED: Mapping[str, Derived] = {
    **alarms.DERIVED,
    **cache_snapshots.DERIVED,
    **containers.DERIVED,
    **databases.DERIVED,
    **failover.DERIVED,
    **permissions.DERIVED,
}
