"""Switches of the applications' and the third parties' behaviour, on while a fault is in place.

Both are for `yield from` in a fault.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reference.deployment import Deployment


def switched(deployment: Deployment, product: str, switch: str, value: Any = True) -> Iterator[None]:
    """Set a switch in all instances of a product, and take it away when the fault is healed."""
    deployment.behave(product, {switch: value})
    try:
        yield
    finally:
        deployment.behave(product, {switch: None})


def simulated(
    deployment: Deployment, provider: str, switches: Mapping[str, Any], healthy: Mapping[str, Any]
) -> Iterator[None]:
    """Set switches of a third party's simulator, and what `healthy` says of each when the fault is healed."""
    deployment.simulate(provider, dict(switches))
    try:
        yield
    finally:
        deployment.simulate(provider, {name: healthy[name] for name in switches})
