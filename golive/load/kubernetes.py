"""Manifests of one load run for the k6 operator: a ConfigMap with scenarios and plan, and the TestRun that runs them.

The operator starts `parallelism` runners, each on its execution segment and with the tag `instance_id`; they write to
the target's Prometheus. Secrets are named and not written: the cluster's Secret holds them.
Source: the operator's TestRun, k6.io/v1alpha1 (api/v1alpha1/testrun_types.go of grafana/k6-operator).
"""

from __future__ import annotations

import base64
import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import Any

import yaml

from golive.load.artefact import Built, Remote, Run, Size
from golive.load.plan import plan_of
from golive.load.scenarios import FOLDER, sized_run
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured

BASE = FOLDER / "kubernetes" / "testrun.yaml"
MANIFESTS, DRAFT = "manifests.yaml", "run.draft.json"
MOUNT = PurePosixPath("/golive")
LARGEST = 900_000
"""Bytes: the API server takes a ConfigMap of a mebibyte, encoded and with its names."""
PUSHED_EACH = 5
TOKEN_KEY = "prometheus_token"  # noqa: S105  the key's name


class _Readable(yaml.SafeDumper):
    """Writes files as blocks, line by line."""


_Readable.add_representer(
    str, lambda to, text: to.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)
)


@dataclass(frozen=True)
class Rendered:
    """The manifests, what the Secret has to hold (key to what it is), and the run that they will make."""

    manifests: list[dict[str, Any]]
    secret: str
    keys: dict[str, str]
    draft: dict[str, Any]

    def write(self, folder: Path) -> None:
        """Write `manifests.yaml`, and `run.draft.json`, of which the results make a `run.json`."""
        folder.mkdir(parents=True, exist_ok=True)
        text = yaml.dump_all(self.manifests, Dumper=_Readable, sort_keys=False, width=120)
        (folder / MANIFESTS).write_text(text, encoding="utf-8")
        (folder / DRAFT).write_text(json.dumps(self.draft, indent=2) + "\n", encoding="utf-8")


def render(
    product: str, target: ProductTarget, name: str, profile_name: str, mark: str, now: datetime, *,
    runners: int = 1, namespace: str = "load",
) -> Rendered:  # fmt: skip
    """The manifests of a run.

    Args:
        name: of the run in load/scenarios.toml.
        mark: stands in every text that is made, and is the run's tag `testid`.
        now: when it is rendered; its results are looked for from then on.
        runners: k6 processes, each in a pod of its own.

    Raises:
        NotConfigured: the target lacks what the run needs, or a Prometheus; or the recordings are too large.
    """
    settings = configured(target.k6, f"{product}.k6")
    prometheus = configured(settings.prometheus, f"{product}.k6.prometheus")
    load, profile = sized_run(product, settings, name, profile_name)
    plan = plan_of(product, target, load, profile, mark)
    files = _files({**plan.content, "pushes": True}, target.api.ca_file if target.api else None)
    called = _called(f"{mark}-{product}-{name}")
    secret = f"golive-load-{product}"
    labels = {"app.kubernetes.io/name": "golive-load", "golive/product": product, "golive/run": name}
    config, volume = _config(files, {"name": called, "namespace": namespace, "labels": labels})
    test: dict[str, Any] = yaml.safe_load(BASE.read_text(encoding="utf-8"))
    test["metadata"] |= {"name": called, "namespace": namespace, "labels": labels}
    spec = test["spec"]
    spec |= {
        "parallelism": runners,
        "arguments": f"--out experimental-prometheus-rw --tag testid={mark} --log-format=raw",
    }
    keys = {variable: f"password of {who['name']}" for variable, who in _passwords(plan.content).items()}
    runner = spec["runner"]
    runner["env"] += [
        {"name": "K6_PROMETHEUS_RW_SERVER_URL", "value": f"{str(prometheus.url).rstrip('/')}/api/v1/write"},
        *(_from_secret(variable, secret, variable) for variable in keys),
    ]
    if prometheus.token:
        keys |= {TOKEN_KEY: "bearer token that may write to the Prometheus"}
        runner["env"].append(_from_secret("K6_PROMETHEUS_RW_BEARER_TOKEN", secret, TOKEN_KEY))
    if "ca.pem" in files:
        runner["env"].append({"name": "SSL_CERT_FILE", "value": str(MOUNT / "ca.pem")})
    runner["volumes"] = [{"name": "golive", "configMap": volume}]
    draft = Run(
        product=product, name=name, environment=target.environment,
        release=Built(version=target.release.version, commit=target.release.commit),
        started=now, finished=now + timedelta(days=1),
        prometheus=Remote(labels={"testid": mark}, interval=PUSHED_EACH), phases=plan.phases,
        size=Size(
            profile=profile_name, rate=profile.rate, users=profile.users, duration=profile.duration,
            tenants=profile.tenants,
        ),
        generator=f"k6 operator, {runners} runners",
    ).model_dump(mode="json", exclude={"finished"})  # fmt: skip
    return Rendered([config, test], secret, keys, {"generators": runners, "run": draft})


def _files(plan: dict[str, Any], ca_file: str | None) -> dict[str, bytes]:
    """Path below the mount to content: the scenarios, the plan, its recordings and the certificates to trust."""
    files = {str(p.relative_to(FOLDER)): p.read_bytes() for p in sorted(FOLDER.rglob("*.js"))}
    for clip in plan["clips"]:
        path = Path(clip["file"])
        files[f"clips/{path.name}"] = path.read_bytes()
    clips = [{**clip, "file": str(MOUNT / "clips" / Path(clip["file"]).name)} for clip in plan["clips"]]
    files["plan.json"] = json.dumps({**plan, "clips": clips}, indent=1).encode()
    if ca_file:
        files["ca.pem"] = Path(ca_file).read_bytes()
    return files


def _config(files: dict[str, bytes], metadata: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """The ConfigMap, whose keys have no folders, and the volume that puts each file into its own."""
    config: dict[str, Any] = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": {}}
    items = []
    for path, content in files.items():
        key = path.replace("/", "_")
        items.append({"key": key, "path": path})
        if path.startswith("clips/"):
            config.setdefault("binaryData", {})[key] = base64.b64encode(content).decode()
        else:
            config["data"][key] = content.decode()
    size = sum(len(v) for kind in ("data", "binaryData") for v in config.get(kind, {}).values())
    if size > LARGEST:
        raise NotConfigured(
            f"scenarios, plan and recordings are {size / 1e6:.1f} MB, and a ConfigMap holds {LARGEST / 1e6:.1f}",
            "Give [PRODUCT.k6] clips fewer or shorter recordings",
        )
    return config, {"name": metadata["name"], "items": items}


def _passwords(plan: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {who["password_variable"]: who for who in plan["identities"]}


def _from_secret(variable: str, secret: str, key: str) -> dict[str, Any]:
    return {"name": variable, "valueFrom": {"secretKeyRef": {"name": secret, "key": key}}}


def _called(name: str) -> str:
    """A name that Kubernetes takes, with room for what the operator appends to it."""
    return re.sub(r"[^a-z0-9-]+", "-", name.lower())[:50].strip("-")
