"""ci, source, terraform, attestations: the forge's simulator, and the checkout that lies in the deployment's folder."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from reference.aws.inventory import domain_of
from reference.describe import account, attestations
from reference.describe.benchmarks import benchmarked
from reference.describe.providers import key
from reference.describe.scans import audited, scanned
from reference.describe.terraform import APPLY_RECORD, write_terraform
from reference.simulators.github_history import OWNER
from reference.simulators.github_pipeline import ARTIFACT

if TYPE_CHECKING:
    from reference.settings import Settings

TERRAFORM = {
    "plan": "plan.json",
    "plan_file": "plan.out",
    "state": "state.json",
    "apply_log": "apply.jsonl",
    "plan_after": "plan-after.jsonl",
    "estimate": "infracost.json",
}
REVIEWED = {
    "a94a8fe5ccb19ba61c4c0873d391e987982fbbd3": "2026-11-20: password of the CI job's throw-away database",
    "b42c1166aa6b91895221eae1b612cca07c78bfb8": "2026-11-20: the published default, which sign-in is tried with",
}
TENANCY = "api/app/seiketsu/tenancy.py"
LEAKS = {
    "tenant_of_header": {
        "file": TENANCY, "replace": "if False:",
        "find": 'if wanted != home and not behaviour.on("tenant_from_header"):',
    },
    "cache_key_without_tenant": {
        "file": TENANCY, "replace": 'f"{kind}:{name}"',
        "find": 'f"{kind}:{name}" if behaviour.on("cache_key_without_tenant") else f"{kind}:{caller.tenant}:{name}"',
    },
    "row_by_id_alone": {
        "file": "api/app/seiketsu/trespass.py", "replace": "if True:\n        for",
        "find": "if behaviour.on(switch):\n        for",
    },
}  # fmt: skip


def describe(settings: Settings, product: str, section: dict[str, Any], checkout: Path) -> None:
    section["ci"] |= {
        "url": settings.simulators["github"].base_url,
        "token": key(settings, "github"),
        "repository": f"{OWNER}/{product}",
        "digest_artifact": ARTIFACT,
    }
    section["source"] |= {"path": str(checkout), "migrations": "database", "settings_model": "api/settings.py:Settings"}
    section["source"]["reviewed_secrets"] = REVIEWED
    if "dependencies" in section["source"]:
        service = settings.simulators["advisories"].base_url
        section["source"]["dependencies"] |= {"advisories": service, "npm_service": f"{service}/"}
    if product == "aurastudio":
        section["ci"]["scan_artifact"] = scanned(settings, product, checkout)
        section["ci"]["audit_artifacts"] = audited(settings, product, checkout)
    if "benchmark_artifact" in section["ci"]:
        section["ci"]["benchmark_artifact"] = benchmarked(settings, product)
    if "isolation" in section["source"]:
        section["source"]["isolation"]["leaks"] = LEAKS
    if "published" in section["source"]:
        section["source"]["published"] = {f"https://docs.{domain_of(product)}/runbook": "docs/operations/runbook.md"}
    if "terraform" in section:
        folder = write_terraform(settings, product)
        section["terraform"] |= {key: str(folder / file) for key, file in TERRAFORM.items()}
        section["terraform"] |= {"apply_artifact": APPLY_RECORD}
        signed = attestations.describe(settings, product, folder)
        section["attestations"] = signed | {"demo_identity": section["attestations"]["demo_identity"]}
        section["spending"]["budget"] = f"{account.data(product)['prefix']}-monthly"
    elif "attestations" in section:
        section["attestations"] = attestations.describe_launch(settings, product)
