"""The checkout of the deployed commit, as a folder of the deployment: what a product's repository would hold of it.

`reference/source/<product>` is the tree; beside it come the migrations that were really applied and the workflows that
the forge shows.
"""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from reference import simulators
from reference.schema import files

if TYPE_CHECKING:
    from reference.settings import Settings

SOURCES = Path(__file__).parents[1] / "source"
WORKFLOWS = Path(simulators.__file__).parent / "workflows"


def write_checkout(settings: Settings, product: str) -> Path:
    """Write the product's checkout anew; returns its folder. Raises OSError."""
    folder = settings.part_folder("source") / product
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SOURCES / product, folder)
    _date(folder)
    _copy(files(product), folder / "database")
    _copy(sorted((WORKFLOWS / product).glob("*.yml")), folder / ".github" / "workflows")
    return folder


def _date(folder: Path) -> None:
    """Documents are as fresh as the deployment: `{{30 days ago}}` in them becomes a date, also in their names."""
    now = datetime.now(UTC)
    for path in folder.rglob("*.md"):
        text = re.sub(
            r"\{\{(\d+) days ago\}\}", lambda m: f"{now - timedelta(days=int(m[1])):%Y-%m-%d}", path.read_text()
        )
        path.write_text(text)


def _copy(paths: list[Path], to: Path) -> None:
    to.mkdir(parents=True, exist_ok=True)
    for path in paths:
        shutil.copyfile(path, to / path.name)
