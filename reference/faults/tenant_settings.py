"""Settings of tenants that are old, lost or told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-2.2.1.1.4"


@fault(
    name="sei-settings-kept-by-instances",
    breaks="each instance keeps the settings that it read first",
    fails=[LINE],
    message=r"does not show a change of the settings after \d+",
    touches=[f"app:{PRODUCT}:behaviour:settings:kept"],
)
def kept_by_instances(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "settings_kept")


@fault(
    name="sei-settings-lost-edit",
    breaks="a change is made whichever version it was made of, so that of two at once one is lost",
    fails=[LINE],
    message=r"2 changes of one version at once were all answered with success: 1 was lost silently",
    touches=[f"app:{PRODUCT}:behaviour:settings:version"],
    hard=True,
)
def lost_edit(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "settings_unmatched")


@fault(
    name="sei-settings-secret-told",
    breaks="whoever reads the settings is told the keys of the tenant's integrations",
    fails=[LINE],
    message=r"settings_read tells the secret \w+ of a tenant's settings in clear",
    touches=[f"app:{PRODUCT}:behaviour:settings:secrets"],
    hard=True,
)
def secret_told(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "settings_unmasked")


@fault(
    name="sei-settings-revert-adds",
    breaks="a version that is taken back is laid over the settings, so that what was added since stays",
    fails=[LINE],
    message=r"version \d+ was taken back and the settings are not what they were then",
    touches=[f"app:{PRODUCT}:behaviour:settings:revert"],
    hard=True,
)
def revert_adds(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "revert_adds")
