"""Infrastructure not tried in staging, applied otherwise than reviewed, or other than Terraform thinks."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reference.amending import amended
from reference.attestations import kept
from reference.faults import fault
from reference.simulators.github_infrastructure import STAGING
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "seiketsu"
TRIED, APPLIED, SETTLED = "SEI-1.1.1.1.1", "SEI-2.1.1.1.1", "SEI-2.1.1.1.2"
NETWORK = "198.51.100.0/24"
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


@fault(
    name="sei-terraform-module-not-staged",
    breaks="one module was never applied in staging",
    fails=[TRIED],
    message=r"module\.cache: was not applied in staging",
    touches="forge:missing-jobs",
)
def module_not_staged(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "github", {"missing_jobs": ["apply (cache)"]}, {"missing_jobs": []})


@fault(
    name="sei-terraform-module-edited-after-staging",
    breaks="a module was edited after its green apply in staging",
    fails=[TRIED],
    message=r"module\.cache: was applied in staging from other code \(tree [0-9a-f]{12} at",
    touches="forge:older-files",
    hard=True,
)
def module_edited_after_staging(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "github", {"older_files": {MODULE: "# before the edit\n"}}, {"older_files": {}})


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


@fault(
    name="sei-terraform-rule-by-hand",
    breaks="somebody opened a security group in the console",
    fails=[APPLIED],
    message=r"aws_security_group\.alb: ingress tcp 443 198\.51\.100\.0/24 was added",
    touches="aws:seiketsu:ec2:group:alb",
)
def rule_by_hand(deployment: Deployment) -> Iterator[None]:
    with _opened(deployment):
        yield


@fault(
    name="sei-terraform-drift-ignored",
    breaks="a module ignores the attribute that was changed by hand, so that the state has taken the change over",
    fails=[APPLIED, TRIED],
    message={
        APPLIED: r"modules/security/main\.tf: ignore_changes hides ingress",
        TRIED: r"module\.security: was applied in staging from other code",
    },
    touches={"terraform:state", "source:seiketsu:security", "aws:seiketsu:ec2:group:alb"},
    hard=True,
)
def drift_ignored(deployment: Deployment) -> Iterator[None]:
    path = deployment.settings.part_folder("source") / PRODUCT / "infrastructure/modules/security/main.tf"
    with kept(path):
        head = 'resource "aws_security_group" "alb" {\n'
        path.write_text(
            path.read_text().replace(head, head + "  lifecycle {\n    ignore_changes = [ingress]\n  }\n", 1)
        )
        with _opened(deployment), rewritten(file_of(deployment, "state.json"), _refreshed):
            yield


@fault(
    name="sei-terraform-removed-from-state",
    breaks="a security group was removed from the state and lives on",
    fails=[APPLIED],
    message=r"aws_security_group seiketsu-production-worker \(sg-\w+\) is there, and Terraform does not have it",
    touches="terraform:state",
    hard=True,
)
def removed_from_state(deployment: Deployment) -> Iterator[None]:
    def without(state: dict[str, Any]) -> dict[str, Any]:
        for module in state["values"]["root_module"]["child_modules"]:
            module["resources"] = [r for r in module["resources"] if not r["address"].endswith("group.worker")]
        return state

    with rewritten(file_of(deployment, "state.json"), without):
        yield


@fault(
    name="sei-terraform-applied-in-part",
    breaks="the plan was applied with -target: one planned change was left out",
    fails=[APPLIED],
    message=r"module\.cache\.aws_elasticache_replication_group\.main: planned \(update\) and never applied",
    touches="terraform:apply-log",
    hard=True,
)
def applied_in_part(deployment: Deployment) -> Iterator[None]:
    def without(lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
        left_out = "module.cache.aws_elasticache_replication_group.main"
        return [line for line in lines if line.get("hook", {}).get("resource", {}).get("addr") != left_out]

    with rewritten(file_of(deployment, "apply.jsonl"), without):
        yield


@fault(
    name="sei-terraform-cache-still-creating",
    breaks="the cache is still being made",
    fails=[SETTLED],
    message=r"aws_elasticache_replication_group\.main: status is creating, want available",
    touches="aws:seiketsu:elasticache:status",
)
def cache_still_creating(deployment: Deployment) -> Iterator[None]:
    with amended(deployment, PRODUCT, "elasticache", "ReplicationGroups", {"Status": "creating"}):
        yield


@fault(
    name="sei-terraform-tasks-not-placed",
    breaks="all is available, and the service says again and again that it finds no place for a task",
    fails=[SETTLED],
    message=r"aws_ecs_service\.worker: \(service worker\) was unable to place a task",
    touches="aws:seiketsu:ecs:events",
    hard=True,
)
def tasks_not_placed(deployment: Deployment) -> Iterator[None]:
    text = "(service worker) was unable to place a task. Reason: Capacity is unavailable at this time."
    events = [{"id": f"place-{n}", "createdAt": {"ago": f"{n}h"}, "message": text} for n in (1, 2, 3)]
    with amended(deployment, PRODUCT, "ecs", "services", {"events": events}, {"serviceName": "worker"}):
        yield


@contextmanager
def _opened(deployment: Deployment) -> Iterator[None]:
    """Inside the block the balancer's group lets one more network in, where everybody may come in already."""
    ec2 = deployment.aws(PRODUCT, "ec2")
    name = [{"Name": "group-name", "Values": ["seiketsu-production-alb"]}]
    group = ec2.describe_security_groups(Filters=name)["SecurityGroups"][0]["GroupId"]
    rule = [{"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": NETWORK}]}]
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=rule)
    try:
        yield
    finally:
        ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=rule)


def _refreshed(state: dict[str, Any]) -> dict[str, Any]:
    """As a refresh writes the opened group."""
    for module in state["values"]["root_module"]["child_modules"]:
        for item in module["resources"]:
            if item["address"].endswith("group.alb"):
                block = next(b for b in item["values"]["ingress"] if b["from_port"] == 443)
                block["cidr_blocks"].append(NETWORK)
    return state
