"""Micro-benchmarks that became slower, and ways in which nobody would see it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.attestations import kept
from reference.describe.benchmarks import SECONDS, measured, path_of
from reference.faults import fault
from reference.simulators.github_history import Repository

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-1.3.1.1.4"
SLOW = "test_serialize_conversation"
TOUCHES = ["ci:seiketsu:benchmarks"]


@contextmanager
def _remeasured(deployment: Deployment, change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """Inside the block the release's run measured otherwise."""
    path = path_of(deployment.settings, PRODUCT, deployment.settings.products[PRODUCT].release.commit)
    with kept(path):
        report = json.loads(path.read_text())
        change(report)
        path.write_text(json.dumps(report))
        yield


@fault(
    name="sei-benchmark-a-third-slower",
    breaks="a conversation is turned into JSON in a third more time than in the release before",
    fails=[LINE],
    message=r"test_serialize_conversation: 9\d\.\d µs became 12\d\.\d µs, 1\.[23]\d times that, want <= 1\.1",
    touches=TOUCHES,
)
def a_third_slower(deployment: Deployment) -> Iterator[None]:
    def slower(report: dict[str, Any]) -> None:
        chosen = next(n for n, b in enumerate(report["benchmarks"]) if b["name"] == SLOW)
        report["benchmarks"][chosen] = measured(SLOW, 1.3 * SECONDS[SLOW], report["commit_info"]["id"])

    with _remeasured(deployment, slower):
        yield


@fault(
    name="sei-benchmark-baseline-overwritten",
    breaks="the run of the release wrote its own times over the baseline: nothing can be slower than itself",
    fails=[LINE],
    message=r"the baseline holds benchmarks of \w{7}, the release itself: each ratio to it is 1",
    touches=TOUCHES,
    hard=True,
)
def baseline_overwritten(deployment: Deployment) -> Iterator[None]:
    settings = deployment.settings
    repository = Repository.of(settings, PRODUCT)
    own = path_of(settings, PRODUCT, repository.commit).read_bytes()
    older = [path_of(settings, PRODUCT, c.sha) for c in repository.commits if c.sha != repository.commit]
    older = [path for path in older if path.exists()]
    with kept(*older):
        for path in older:
            path.write_bytes(own)
        yield


@fault(
    name="sei-benchmark-slow-one-removed",
    breaks="the benchmark that had become slow was removed, the others are as quick as ever",
    fails=[LINE],
    message=r"absent benchmarks is 1, want == 0.*Gone: .*test_serialize_conversation",
    touches=TOUCHES,
    hard=True,
)
def slow_one_removed(deployment: Deployment) -> Iterator[None]:
    def without(report: dict[str, Any]) -> None:
        report["benchmarks"] = [b for b in report["benchmarks"] if b["name"] != SLOW]

    with _remeasured(deployment, without):
        yield


@fault(
    name="sei-benchmark-of-an-older-commit",
    breaks="the release's run left what was measured on an older commit",
    fails=[LINE],
    message=r"they measured another commit. Measure each release",
    touches=TOUCHES,
    hard=True,
)
def of_an_older_commit(deployment: Deployment) -> Iterator[None]:
    with _remeasured(deployment, lambda report: report["commit_info"].update(id="f" * 40)):
        yield
