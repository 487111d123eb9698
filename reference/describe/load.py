"""k6: where load runs lie, and how much load two cores that the generator shares can be asked to bear."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from reference.settings import Settings

SHORT = {
    "aurastudio": {"rate": 0.05, "users": 0.03, "duration": 0.06, "think": 0.4, "samples": 10},
    "seiketsu": {"rate": 0.1, "users": 0.01, "duration": 0.02, "tenants": 0.06, "think": 0.4, "samples": 10},
}
"""The whole size of a deployment that is itself a hundredth of production."""


def results_folder(settings: Settings, product: str) -> Path:
    """Where the product's load runs lie."""
    return settings.part_folder("load") / product


def describe(settings: Settings, product: str, section: dict[str, Any]) -> None:
    section["k6"] |= {
        "results": str(results_folder(settings, product)),
        "profile": "short",
        "profiles": {"short": {**SHORT[product], "full_size": True}},
    }
