"""Whether what was closed is in what was deployed."""

from __future__ import annotations

from fixtures.ci.defects import Defect, Defects
from fixtures.ci.forge import Forge


def unfixed(forge: Forge, defects: Defects, defect: Defect, deployed: str) -> str | None:
    """Why a closed issue is not mended in the deployed commit, or None."""
    commit = defects.fix(defect)
    if commit is None:
        return f"{defect} was closed without a commit that mends it"
    if not forge.contains(deployed, commit):
        return f"{defect} was closed by {commit[:7]}, which is not in the deployed {deployed[:7]}"
    return None
