"""ci, source, terraform: the forge's simulator, and the checkout that lies in the deployment's folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from reference.describe.checkout import PLAN
from reference.describe.providers import key
from reference.simulators.github_history import OWNER
from reference.simulators.github_pipeline import ARTIFACT

if TYPE_CHECKING:
    from reference.settings import Settings


def describe(settings: Settings, product: str, section: dict[str, Any], checkout: Path) -> None:
    section["ci"] |= {
        "url": settings.simulators["github"].base_url,
        "token": key(settings, "github"),
        "repository": f"{OWNER}/{product}",
        "digest_artifact": ARTIFACT,
    }
    section["source"] |= {"path": str(checkout), "migrations": "database", "settings_model": "api/settings.py:Settings"}
    if "terraform" in section:
        section["terraform"] = {"plan": str(checkout / PLAN)}
