"""The checkout of the deployed commit, as a folder of the deployment: what a product's repository would hold of it.

`reference/source/<product>` is the tree; beside it come the application that really runs, the migrations that were
really applied and the workflows that the forge shows. It is a git repository, as a clone is.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from reference import simulators
from reference.schema import files
from reference.services.site import site_script

if TYPE_CHECKING:
    from reference.settings import Settings

SOURCES = Path(__file__).parents[1] / "source"
APPLICATION = Path(__file__).parents[1] / "app"
_NOT_OF = {"aurastudio": ("__pycache__", "seiketsu", "jobs.py"), "seiketsu": ("__pycache__", "aurastudio")}
_PERSON = {
    "GIT_AUTHOR_NAME": "Ada", "GIT_AUTHOR_EMAIL": "ada@example.com", "GIT_COMMITTER_NAME": "Ada",
    "GIT_COMMITTER_EMAIL": "ada@example.com", "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
}  # fmt: skip
WORKFLOWS = Path(simulators.__file__).parent / "workflows"


def write_checkout(settings: Settings, product: str) -> Path:
    """Write the product's checkout anew; returns its folder. Raises OSError."""
    folder = settings.part_folder("source") / product
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SOURCES / product, folder)
    _date(folder)
    _copy(files(product), folder / "database")
    _copy(sorted((WORKFLOWS / product).glob("*.yml")), folder / ".github" / "workflows")
    if (folder / "web").exists():
        (folder / "web" / "src" / "site.js").write_text(site_script(settings.products[product]))
    commit(folder, "Lay out the repository", "README.md", ".gitignore")
    shutil.copytree(APPLICATION, folder / "api" / "app", ignore=shutil.ignore_patterns(*_NOT_OF[product]))
    commit(folder, "Add what is released")
    return folder


def git(folder: Path, *arguments: str) -> str:
    """Run git in a checkout, with nobody's own settings, and return what it says. Raises CalledProcessError."""
    done = subprocess.run(
        ["git", "-c", "init.defaultBranch=main", *arguments], cwd=folder, env=_PERSON | {"PATH": os.environ["PATH"]},
        capture_output=True, text=True, timeout=60, check=True,
    )  # fmt: skip
    return done.stdout


def commit(folder: Path, message: str, *paths: str) -> str:
    """Commit these paths, everything without any; returns the commit's id. Raises CalledProcessError."""
    if not (folder / ".git").exists():
        git(folder, "init", "--quiet")
    git(folder, "add", "--", *(paths or ["."]))
    git(folder, "commit", "--quiet", "--message", message)
    return git(folder, "rev-parse", "HEAD").strip()


def _date(folder: Path) -> None:
    """Documents are as fresh as the deployment: `{{30 days ago}}` in them becomes a date, `{{30 hours ago}}` a time."""
    now = datetime.now(UTC)
    for path in folder.rglob("*.md"):
        text = re.sub(
            r"\{\{(\d+) days ago\}\}", lambda m: f"{now - timedelta(days=int(m[1])):%Y-%m-%d}", path.read_text()
        )
        text = re.sub(r"\{\{(\d+) hours ago\}\}", lambda m: f"{now - timedelta(hours=int(m[1])):%Y-%m-%d %H:%M}", text)
        path.write_text(text)


def _copy(paths: list[Path], to: Path) -> None:
    to.mkdir(parents=True, exist_ok=True)
    for path in paths:
        shutil.copyfile(path, to / path.name)
