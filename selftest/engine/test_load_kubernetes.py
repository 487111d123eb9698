"""Manifests of a load run: Kubernetes' schemas and the operator's take them, hold no secret, and k6 reads the files."""

from __future__ import annotations

import base64
import copy
import json
import re
import subprocess
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import kubernetes_validate
import pytest
from jsonschema import Draft202012Validator, ValidationError

from golive.load.generator import find_k6
from golive.load.kubernetes import BASE, LARGEST, Rendered, _config, render
from golive.target import ProductTarget, load_target
from golive.verdict import NotConfigured

EXAMPLE = Path(__file__).parents[2] / "targets" / "seiketsu.example.toml"
SCHEMA = Draft202012Validator(json.loads(BASE.with_name("testrun.schema.json").read_text()))
NOW = datetime(2026, 11, 22, 3, 15, tzinfo=UTC)
PASSWORD = "told-to-nobody"  # noqa: S105  made up


@pytest.fixture
def product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> ProductTarget:
    text = EXAMPLE.read_text()
    for variable in re.findall(r'"env:(\w+)"', text):
        monkeypatch.setenv(variable, PASSWORD)
    commented = r"^# (?=\[seiketsu\.k6\.prometheus\]|url = \"https://prometheus\.internal|token = .env:SEIKETSU_LOAD_P)"
    text = re.sub(commented, "", text, flags=re.MULTILINE)
    path = tmp_path / "target.toml"
    path.write_text(text)
    return load_target(path).product("seiketsu")


@pytest.fixture
def rendered(product: ProductTarget) -> Rendered:
    return render("seiketsu", product, "levels", "full", "golive-1a2b3c", NOW, runners=4, namespace="load")


def pod_of(runner: dict[str, Any]) -> dict[str, Any]:
    """The pod that the operator makes of a runner, as far as the manifests say it."""
    container = {key: runner[key] for key in ("image", "env", "resources", "volumeMounts")}
    container |= {"name": "k6", "securityContext": runner["containerSecurityContext"]}
    return {
        "apiVersion": "v1", "kind": "Pod", "metadata": {"name": "runner"},
        "spec": {
            "containers": [container], "volumes": runner["volumes"], "securityContext": runner["securityContext"],
            "automountServiceAccountToken": runner["automountServiceAccountToken"] == "true",
        },
    }  # fmt: skip


def test_the_schemas_take_the_manifests(rendered: Rendered) -> None:
    config, test = rendered.manifests
    version = kubernetes_validate.latest_version()
    kubernetes_validate.validate(config, version, strict=True)
    kubernetes_validate.validate(pod_of(test["spec"]["runner"]), version, strict=True)
    SCHEMA.validate(test)
    wrong = pod_of(test["spec"]["runner"])
    wrong["spec"]["containers"][0]["env"].append({"name": "A", "valueFrom": {"secretKeyRef": {"nam": "x", "key": "y"}}})
    with pytest.raises(kubernetes_validate.ValidationError):
        kubernetes_validate.validate(wrong, version, strict=True)


@pytest.mark.parametrize(
    ("where", "value"),
    [("parallelism", 0), ("parallelism", "4"), ("runners", 4), ("script", {}), ("cleanup", "pre"), ("quiet", True)],
)
def test_the_schema_refuses_what_the_operator_would(rendered: Rendered, where: str, value: object) -> None:
    test = copy.deepcopy(rendered.manifests[1])
    test["spec"][where] = value
    with pytest.raises(ValidationError):
        SCHEMA.validate(test)


def test_secrets_are_named_and_not_written(rendered: Rendered, tmp_path: Path) -> None:
    rendered.write(tmp_path / "out")
    written = "".join(path.read_text() for path in (tmp_path / "out").iterdir())
    assert PASSWORD not in written
    env = {e["name"]: e for e in rendered.manifests[1]["spec"]["runner"]["env"]}
    plan = json.loads(rendered.manifests[0]["data"]["plan.json"])
    variables = [who["password_variable"] for who in plan["identities"]]
    assert variables
    for variable in variables:
        assert env[variable]["valueFrom"]["secretKeyRef"] == {"name": "golive-load-seiketsu", "key": variable}
    assert set(rendered.keys) == {*variables, "prometheus_token"}
    assert env["K6_PROMETHEUS_RW_BEARER_TOKEN"]["valueFrom"]["secretKeyRef"]["key"] == "prometheus_token"
    assert env["K6_PROMETHEUS_RW_SERVER_URL"]["value"] == "https://prometheus.internal.example.com/api/v1/write"


def test_the_runners_share_the_load_and_their_results_can_be_found(rendered: Rendered) -> None:
    test = rendered.manifests[1]
    assert test["spec"]["parallelism"] == 4, "the operator gives each an execution segment"
    assert "--tag testid=golive-1a2b3c" in test["spec"]["arguments"]
    assert rendered.draft["generators"] == 4
    assert rendered.draft["run"]["prometheus"] == {"labels": {"testid": "golive-1a2b3c"}, "interval": 5.0}
    assert len(test["metadata"]["name"]) <= 52, "the operator appends to it"


def test_k6_reads_what_the_volume_holds(rendered: Rendered, tmp_path: Path) -> None:
    config, test = rendered.manifests
    (volume,) = test["spec"]["runner"]["volumes"]
    for item in volume["configMap"]["items"]:
        path = tmp_path / item["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        binary = config.get("binaryData", {}).get(item["key"])
        path.write_bytes(base64.b64decode(binary) if binary else config["data"][item["key"]].encode())
    command = [find_k6(), "inspect", "--execution-requirements", "-e", f"GOLIVE_PLAN={tmp_path / 'plan.json'}"]
    done = subprocess.run([*command, tmp_path / "main.js"], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert list(said["scenarios"]) == [p["scenario"] for p in rendered.draft["run"]["phases"]]
    assert said["maxVUs"] == 1000


def test_what_is_too_large_and_what_is_missing_is_said(product: ProductTarget) -> None:
    with pytest.raises(NotConfigured, match="fewer or shorter recordings"):
        _config({"clips/a.wav": b"x" * LARGEST}, {"name": "golive"})
    assert product.k6 is not None
    without = product.model_copy(update={"k6": product.k6.model_copy(update={"prometheus": None})})
    with pytest.raises(NotConfigured, match=r"seiketsu\.k6\.prometheus"):
        render("seiketsu", without, "levels", "full", "golive-1", NOW)
    with pytest.raises(NotConfigured, match="no load run 'nothing'"):
        render("seiketsu", product, "nothing", "full", "golive-1", NOW)
