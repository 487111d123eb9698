"""What a pipeline with Terraform leaves of a release: plan, saved plan, state, logs of the apply and of the plan after.

In the shapes of `terraform show -json` (format 1.2 and 1.0) and of the machine-readable UI (1.2), about the account's
real things. There is no AWS provider here that could plan against the account: the files are made of what the account
holds. Source: https://developer.hashicorp.com/terraform/internals/json-format and .../machine-readable-ui
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reference.describe.estimate import estimate_of
from reference.describe.infrastructure import Resource, resources
from reference.simulators.github_infrastructure import PRODUCTION, STAGING

if TYPE_CHECKING:
    from reference.settings import Settings

VERSION = "1.11.4"
PROVIDER = "registry.terraform.io/hashicorp/aws"
STAGING_PLAN, APPLY_RECORD = "staging-plan", "terraform-apply"
PROGRESS = 10.0


def write_terraform(settings: Settings, product: str) -> Path:
    """Write all files of the product's infrastructure; their folder. Raises OSError, botocore's errors, LookupError."""
    folder = settings.part_folder("terraform") / product
    folder.mkdir(parents=True, exist_ok=True)
    found = resources(settings, product)
    began = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=6, minutes=50)
    plan = json.dumps(plan_of(found, settings.aws.region), indent=1)
    (folder / "plan.json").write_text(plan)
    (folder / "state.json").write_text(json.dumps(state_of(found), indent=1))
    _save_plan(folder / "plan.out", plan)
    priced = estimate_of(found, settings.products[product].release.commit)
    (folder / "infracost.json").write_text(json.dumps(priced, indent=1))
    _lines(folder / "apply.jsonl", apply_log(found, began))
    after = began + timedelta(minutes=25)
    _lines(folder / "plan-after.jsonl", quiet_plan(after))
    applied = {"plan_sha256": hashlib.sha256((folder / "plan.out").read_bytes()).hexdigest()}
    artifacts = settings.part_folder("forge") / product
    (artifacts / PRODUCTION / APPLY_RECORD).mkdir(parents=True, exist_ok=True)
    (artifacts / PRODUCTION / APPLY_RECORD / "apply.json").write_text(json.dumps(applied))
    (artifacts / STAGING / STAGING_PLAN).mkdir(parents=True, exist_ok=True)
    _lines(artifacts / STAGING / STAGING_PLAN / "plan.jsonl", quiet_plan(began - timedelta(hours=20)))
    return folder


def plan_of(found: list[Resource], region: str) -> dict[str, Any]:
    modules = list(dict.fromkeys(item.module for item in found))
    return {
        "format_version": "1.2",
        "terraform_version": VERSION,
        "variables": {"region": {"value": region}},
        "planned_values": {"root_module": {"child_modules": _children(found)}},
        "resource_changes": [_change(item) for item in found],
        "configuration": {
            "provider_config": {"aws": {"name": "aws", "full_name": PROVIDER, "version_constraint": "~> 5.0"}},
            "root_module": {"module_calls": {name: {"source": f"./modules/{name}"} for name in modules}},
        },
        "applyable": True,
        "complete": True,
        "errored": False,
    }


def state_of(found: list[Resource]) -> dict[str, Any]:
    values = {"root_module": {"child_modules": _children(found)}}
    return {"format_version": "1.0", "terraform_version": VERSION, "values": values}


def _children(found: list[Resource]) -> list[dict[str, Any]]:
    modules: dict[str, list[dict[str, Any]]] = {}
    for item in found:
        described = _described(item) | {"schema_version": 0, "values": item.values, "sensitive_values": {}}
        modules.setdefault(f"module.{item.module}", []).append(described)
    return [{"address": address, "resources": items} for address, items in modules.items()]


def _described(item: Resource) -> dict[str, Any]:
    kind, name = item.address.split(".")
    return {"address": item.full_address, "mode": "managed", "type": kind, "name": name, "provider_name": PROVIDER}


def _change(item: Resource) -> dict[str, Any]:
    before = None if item.action == "create" else item.values
    change = {"actions": [item.action], "before": before, "after": item.values, "after_unknown": {}}
    return _described(item) | {"module_address": f"module.{item.module}", "change": change}


def _save_plan(path: Path, plan: str) -> None:
    """A saved plan is an archive; ours holds the JSON form, as only Terraform itself writes its own."""
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(zipfile.ZipInfo("tfplan.json"), plan)


def apply_log(found: list[Resource], began: datetime) -> Iterator[dict[str, Any]]:
    """One after another; a message every ten seconds of each, as Terraform does."""
    yield _message(began, "version", f"Terraform {VERSION}", terraform=VERSION, ui="1.2")
    changed, at = [item for item in found if item.action != "no-op"], began
    for item in changed:
        hook = {"resource": _hooked(item), "action": item.action}
        yield _message(at, "apply_start", f"{item.full_address}: started", hook=hook)
        for number in range(1, int(item.seconds / PROGRESS) + 1):
            seconds = number * PROGRESS
            told = {**hook, "elapsed_seconds": int(seconds)}
            yield _message(at + timedelta(seconds=seconds), "apply_progress", f"{item.full_address}: ...", hook=told)
        at += timedelta(seconds=item.seconds)
        told = {**hook, "id_key": "id", "id_value": item.values["id"], "elapsed_seconds": int(item.seconds)}
        yield _message(at, "apply_complete", f"{item.full_address}: complete", hook=told)
    counts = {"add": 0, "change": 0, "import": 0, "remove": 0}
    for item in changed:
        counts["add" if item.action == "create" else "change"] += 1
    yield _message(at, "change_summary", "Apply complete!", changes=counts | {"operation": "apply"})


def quiet_plan(at: datetime) -> Iterator[dict[str, Any]]:
    """The log of a plan that finds nothing to do."""
    yield _message(at, "version", f"Terraform {VERSION}", terraform=VERSION, ui="1.2")
    counts = {"add": 0, "change": 0, "import": 0, "remove": 0, "operation": "plan"}
    yield _message(at + timedelta(seconds=40), "change_summary", "Plan: 0 to add", changes=counts)


def _hooked(item: Resource) -> dict[str, Any]:
    kind, name = item.address.split(".")
    return {
        "addr": item.full_address,
        "module": f"module.{item.module}",
        "resource": item.address,
        "implied_provider": "aws",
        "resource_type": kind,
        "resource_name": name,
        "resource_key": None,
    }


def _message(at: datetime, kind: str, text: str, **more: Any) -> dict[str, Any]:
    stamp = at.isoformat(timespec="microseconds").replace("+00:00", "Z")
    head = {"@level": "info", "@message": text, "@module": "terraform.ui", "@timestamp": stamp}
    return {**head, **more, "type": kind}


def _lines(path: Path, messages: Iterator[dict[str, Any]]) -> None:
    path.write_text("".join(json.dumps(message) + "\n" for message in messages))
