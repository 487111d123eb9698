"""Launch materials that are gone, or send people to where the product is tried out."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

MATERIALS = "AURA-10.2.2.2"


def _rewritten(deployment: Deployment, name: str, change: Callable[[str], str] | None) -> Iterator[None]:
    """A file of the launch reads otherwise, or (None) is gone. Raises RuntimeError if that changes nothing."""
    path = deployment.settings.part_folder("source") / "aurastudio" / "docs" / "launch" / name
    before = path.read_text()
    if change is None:
        path.unlink()
    elif (after := change(before)) != before:
        path.write_text(after)
    else:
        raise RuntimeError(f"{name} is as it was")
    try:
        yield
    finally:
        path.write_text(before)


@fault(
    name="aura-launch-material-gone",
    breaks="the note to the press, which the launch plan lists, is not there",
    fails=[MATERIALS],
    message=r"materials ready is 75.*Note to the press: there is no docs/launch/press\.md",
    touches="source:aurastudio:docs:launch/press",
)
def material_gone(deployment: Deployment) -> Iterator[None]:
    yield from _rewritten(deployment, "press.md", None)


@fault(
    name="aura-announcement-leads-to-staging",
    breaks="the announcement is complete, and its link leads to where the product is tried out",
    fails=[MATERIALS],
    message=r"announcement\.md links to https://staging\.aurastudio\.com/, which is no site for users",
    touches="source:aurastudio:docs:launch/announcement",
    hard=True,
)
def leads_to_staging(deployment: Deployment) -> Iterator[None]:
    yield from _rewritten(deployment, "announcement.md", lambda text: text.replace("app.", "staging."))


@fault(
    name="aura-announcement-of-the-version-before",
    breaks="the announcement tells of the version before",
    fails=[MATERIALS],
    message=r"announcement\.md is about version 1\.9\.4, the release is 2\.0\.1",
    touches="source:aurastudio:docs:launch/announcement",
    hard=True,
)
def version_before(deployment: Deployment) -> Iterator[None]:
    yield from _rewritten(deployment, "announcement.md", lambda text: text.replace("Version 2.0.1", "Version 1.9.4"))
