"""A go-live briefing that did not happen, or told another story than the report."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from reference.attestations import Desk, kept
from reference.faults import fault
from reference.sign_offs import sign_briefing

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, TOUCHES = "SEI-2.3.1.2.4", "attestations:briefing"


@contextmanager
def _desk(deployment: Deployment) -> Iterator[Desk]:
    desk = Desk(deployment.settings, "seiketsu")
    path = desk.folder / "briefing.toml"
    with kept(path, path.with_name("briefing.toml.sig"), desk.folder / "briefing" / "briefing.toml"):
        yield desk


@fault(
    name="sei-briefing-missing",
    breaks="nobody has signed that decision makers were briefed",
    fails=[LINE],
    message=r"hold none about SEI-2\.3\.1\.2\.4",
    touches=TOUCHES,
)
def briefing_missing(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as desk:
        (desk.folder / "briefing.toml").unlink()
        yield


@fault(
    name="sei-briefing-all-green",
    breaks="the briefing says that everything passed, and its report does not",
    fails=[LINE],
    message=r"says 0 waived, the report has 1",
    touches=TOUCHES,
    hard=True,
)
def briefing_all_green(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as desk:
        sign_briefing(desk, {"passed": 180})
        yield


@fault(
    name="sei-briefing-of-another-release",
    breaks="the briefing was about the release before",
    fails=[LINE],
    message=r"is about release 1\.3\.9, not 1\.4\.0",
    touches=TOUCHES,
    hard=True,
)
def briefing_of_another_release(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as desk:
        sign_briefing(desk, release="1.3.9")
        yield


@fault(
    name="sei-briefing-too-long-ago",
    breaks="the briefing was four days ago",
    fails=[LINE],
    message=r"briefing age is 9\d\S* h, want <= 72 h",
    touches=TOUCHES,
    hard=True,
)
def briefing_too_long_ago(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as desk:
        sign_briefing(desk, date=datetime.now(UTC).replace(microsecond=0) - timedelta(days=4))
        yield
