"""Plans that can't be followed, were not rehearsed, or tell of another system."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.documents import rewritten
from reference.faults.runbooks import removed
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

SCHEDULE, REHEARSAL, ARCHITECTURE, DATE = "AURA-10.2.2.5", "AURA-10.1.2.2", "AURA-2.1.3.2", "AURA-10.2.2.1"
LAUNCH, REPORT = "../launch.md", "rehearsals/0003-all-scenarios.md"


def _touches(line: str) -> str:
    return f"source:aurastudio:docs:{line}"


@fault(
    name="aura-launch-steps-without-owner",
    breaks="nobody owns the steps of the launch",
    fails=[SCHEDULE],
    message=r"incomplete rows is 6 rows, want == 0.*'Freeze changes' has no owner",
    touches=_touches(SCHEDULE),
)
def steps_without_owner(deployment: Deployment) -> Iterator[None]:
    def change(text: str) -> str:
        return re.sub(r"^(\| \d\S+Z \| [^|]+ \|)[^|]+\|", r"\1 |", text, flags=re.MULTILINE)

    with rewritten(deployment, LAUNCH, change):
        yield


@fault(
    name="aura-launch-times-without-zone",
    breaks="the times of the launch are nobody's: they have no zone",
    fails=[SCHEDULE],
    message=r"'Deploy the rest' has no time with its zone",
    touches=_touches(SCHEDULE),
    hard=True,
)
def times_without_zone(deployment: Deployment) -> Iterator[None]:
    with rewritten(deployment, LAUNCH, lambda text: re.sub(r"(T\d\d:\d\d)Z", r"\1", text)):
        yield


@fault(
    name="aura-launch-without-date",
    breaks="the plan of the launch does not say when it is",
    fails=[DATE, SCHEDULE],
    message={DATE: r"dates is 0, want == 1", SCHEDULE: r"names 0 dates for the launch, want one"},
    touches=_touches(SCHEDULE),
)
def without_date(deployment: Deployment) -> Iterator[None]:
    with rewritten(deployment, LAUNCH, lambda text: re.sub(r"(## Date\n\n)\d\S+", r"\1Soon", text)):
        yield


@fault(
    name="aura-launch-postponed-in-one-place",
    breaks="the launch was postponed by two weeks in the milestone, and not in the plan",
    fails=[DATE],
    message=r"says \S+, and the milestone of 2\.0\.1 is due on",
    touches="github:milestones",
    hard=True,
)
def postponed_in_one_place(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "github", {"milestone_days": 14}, {"milestone_days": 0})


@fault(
    name="aura-disaster-never-rehearsed",
    breaks="there is no report of a rehearsal of the disaster procedure",
    fails=[REHEARSAL],
    message=r"holds no report: the procedure was never rehearsed",
    touches=_touches(REHEARSAL),
)
def never_rehearsed(deployment: Deployment) -> Iterator[None]:
    with removed(deployment, REPORT):
        yield


@fault(
    name="aura-disaster-rehearsed-in-part",
    breaks="the rehearsal covered the database, and the loss of the region failed",
    fails=[REHEARSAL],
    message=r"'Compromise of a key' was not rehearsed",
    touches=_touches(REHEARSAL),
    hard=True,
)
def rehearsed_in_part(deployment: Deployment) -> Iterator[None]:
    def change(text: str) -> str:
        text = text.replace("| Loss of the region | passed |", "| Loss of the region | failed, names did not move |")
        return re.sub(r"^\| Compromise.*\n", "", text, flags=re.MULTILINE)

    with rewritten(deployment, REPORT, change):
        yield


@fault(
    name="aura-architecture-without-translation",
    breaks="the architecture document does not tell who translates",
    fails=[ARCHITECTURE],
    message=r"components missing is 1, want == 0.*It does not tell of provider Google",
    touches=_touches(ARCHITECTURE),
)
def without_translation(deployment: Deployment) -> Iterator[None]:
    with rewritten(deployment, "../architecture.md", lambda t: re.sub(r"^\| Google .*\n", "", t, flags=re.MULTILINE)):
        yield


@fault(
    name="aura-architecture-without-workers",
    breaks="the document was looked through today, and does not tell of the workers, which came last",
    fails=[ARCHITECTURE],
    message=r"It does not tell of service worker",
    touches=_touches(ARCHITECTURE),
    hard=True,
)
def without_workers(deployment: Deployment) -> Iterator[None]:
    def change(text: str) -> str:
        return text.replace("| Workers | `worker` |", "| Background jobs | queues |")

    with rewritten(deployment, "../architecture.md", change):
        yield
