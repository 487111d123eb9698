"""Packages with known vulnerabilities: pinned, transitive, or past the lock files."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.source import folder_of

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE = "AURA-2.1.2.5"


@contextmanager
def _changed(deployment: Deployment, path: str, change: Callable[[str], str]) -> Iterator[None]:
    file = folder_of(deployment) / path
    before = file.read_text()
    file.write_text(change(before))
    try:
        yield
    finally:
        file.write_text(before)


def _with_old_yaml(lock: str) -> str:
    return re.sub(r"(?m)^pyyaml==.*$", "pyyaml==5.3.1", lock)


@fault(
    name="aura-dependency-with-a-critical-advisory",
    breaks="a Python package is pinned to a version with a critical vulnerability",
    fails=[LINE],
    message=r"high or critical is 1.*pyyaml 5\.3\.1 in api/requirements\.lock: \S+ \(critical, mended in 5\.4\)",
    touches="source:aurastudio:lock:python",
)
def dependency_with_a_critical_advisory(deployment: Deployment) -> Iterator[None]:
    with _changed(deployment, "api/requirements.lock", _with_old_yaml):
        yield


@fault(
    name="aura-dependency-vulnerable-by-another",
    breaks="the vulnerable package stands in package-lock.json alone: another one brings it",
    fails=[LINE],
    message=r"minimist \S+ .*in web/package-lock\.json: GHSA-xvch-5gv4-984h \(critical\)",
    touches="source:aurastudio:lock:node",
    hard=True,
)
def dependency_vulnerable_by_another(deployment: Deployment) -> Iterator[None]:
    def brought(text: str) -> str:
        lock = json.loads(text)
        lock["packages"]["node_modules/react"]["dependencies"] = {"minimist": "^1.2.0"}
        lock["packages"]["node_modules/minimist"] = {"version": "1.2.5", "license": "MIT"}
        return json.dumps(lock, indent=2)

    with _changed(deployment, "web/package-lock.json", brought):
        yield


@fault(
    name="aura-dependency-past-the-lock",
    breaks="the image installs a package that no lock file has",
    fails=[LINE],
    message=r"Dockerfile\.api installs pyyaml==5\.3\.1 past the lock files",
    touches="source:aurastudio:recipe",
    hard=True,
)
def dependency_past_the_lock(deployment: Deployment) -> Iterator[None]:
    more = "requirements.lock\nRUN pip install pyyaml==5.3.1\n"
    with _changed(deployment, "Dockerfile.api", lambda text: text.replace("-r requirements.lock\n", f"-r {more}", 1)):
        yield
