"""Switches of the applications' behaviour, on while a fault is in place."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reference.deployment import Deployment


def switched(deployment: Deployment, product: str, switch: str) -> Iterator[None]:
    """Turn a switch on in all instances of a product, and off when the fault is healed. For `yield from` in a fault."""
    deployment.behave(product, {switch: True})
    try:
        yield
    finally:
        deployment.behave(product, {switch: False})
