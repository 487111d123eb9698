"""Infrastructure not tried in staging, applied otherwise than reviewed, or other than Terraform thinks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reference.attestations import kept
from reference.faults import fault
from reference.simulators.github_infrastructure import STAGING

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "seiketsu"
TRIED = "SEI-1.1.1.1.1"
MODULE = "infrastructure/modules/cache/main.tf"


def file_of(deployment: Deployment, name: str) -> Path:
    """A file that the pipeline left of the release."""
    return deployment.settings.part_folder("terraform") / PRODUCT / name


@contextmanager
def rewritten(path: Path, change: Callable[[Any], Any]) -> Iterator[None]:
    """Inside the block a JSON file (or one of JSON lines, as a list) holds what `change` makes of it."""
    with kept(path):
        if path.suffix == ".jsonl":
            lines = change([json.loads(line) for line in path.read_text().splitlines()])
            path.write_text("".join(json.dumps(line) + "\n" for line in lines))
        else:
            path.write_text(json.dumps(change(json.loads(path.read_text())), indent=1))
        yield


def _simulated(deployment: Deployment, switch: str, value: Any, healthy: Any) -> Iterator[None]:
    deployment.simulate("github", {switch: value})
    try:
        yield
    finally:
        deployment.simulate("github", {switch: healthy})


@fault(
    name="sei-terraform-module-not-staged",
    breaks="one module was never applied in staging",
    fails=[TRIED],
    message=r"module\.cache: was not applied in staging",
    touches="forge:missing-jobs",
)
def module_not_staged(deployment: Deployment) -> Iterator[None]:
    yield from _simulated(deployment, "missing_jobs", ["apply (cache)"], [])


@fault(
    name="sei-terraform-module-edited-after-staging",
    breaks="a module was edited after its green apply in staging",
    fails=[TRIED],
    message=r"module\.cache: was applied in staging from other code \(tree [0-9a-f]{12} at",
    touches="forge:older-files",
    hard=True,
)
def module_edited_after_staging(deployment: Deployment) -> Iterator[None]:
    yield from _simulated(deployment, "older_files", {MODULE: "# before the edit\n"}, {})


@fault(
    name="sei-terraform-staging-did-not-settle",
    breaks="after the applies in staging a plan still wants to change something",
    fails=[TRIED],
    message=r"module\.\w+ in staging: pending changes is 1",
    touches="forge:artifacts:staging",
    hard=True,
)
def staging_did_not_settle(deployment: Deployment) -> Iterator[None]:
    def unsettled(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        lines[-1]["changes"]["change"] = 1
        return lines

    folder = deployment.settings.part_folder("forge") / PRODUCT / STAGING
    with rewritten(next(folder.glob("*/*.jsonl")), unsettled):
        yield
