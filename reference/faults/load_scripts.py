"""A load test that is gone, asks somebody else, or passes whatever is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.source import folder_of

if TYPE_CHECKING:
    from pathlib import Path

    from reference.deployment import Deployment

LINE = "AURA-9.1.1.1"
SCRIPT = "load/evening.js"
TOUCHES = ["source:aurastudio:load"]


def _script(deployment: Deployment) -> Path:
    return folder_of(deployment) / SCRIPT


def _rewritten(deployment: Deployment, change: Callable[[str], str]) -> Iterator[None]:
    script = _script(deployment)
    before = script.read_text()
    after = change(before)
    if after == before:
        raise RuntimeError(f"{SCRIPT} has nothing to change")
    script.write_text(after)
    try:
        yield
    finally:
        script.write_text(before)


@fault(
    name="aura-load-scripts-deleted",
    breaks="the load tests were deleted from the repository",
    fails=[LINE],
    message=r"the repository has no load test",
    touches=TOUCHES,
)
def deleted(deployment: Deployment) -> Iterator[None]:
    script = _script(deployment)
    kept = script.rename(script.with_name("evening.kept"))
    try:
        yield
    finally:
        kept.rename(script)


@fault(
    name="aura-load-script-asks-another-host",
    breaks="the load test asks an address that is written into it, whatever it is told",
    fails=[LINE],
    message=r"load script load/evening\.js: \d+ requests? of one iteration went to 127\.0\.0\.1:9, and not to",
    touches=TOUCHES,
    hard=True,
)
def asks_another(deployment: Deployment) -> Iterator[None]:
    yield from _rewritten(deployment, lambda text: text.replace("__ENV.BASE_URL", '"https://127.0.0.1:9"'))


@fault(
    name="aura-load-script-never-fails",
    breaks="the load test checks its answers, and no threshold depends on the checks: it passes whatever is answered",
    fails=[LINE],
    message=r"scripts without thresholds is 1, want == 0.*evening\.js judges http_req_duration and no failures",
    touches=TOUCHES,
    hard=True,
)
def never_fails(deployment: Deployment) -> Iterator[None]:
    def forget(text: str) -> str:
        lines = text.splitlines(keepends=True)
        return "".join(line for line in lines if not line.strip().startswith(("http_req_failed:", "checks:")))

    yield from _rewritten(deployment, forget)
