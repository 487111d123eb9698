"""Documents that are there one by one, and do not fit together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.documents import rewritten

if TYPE_CHECKING:
    from reference.deployment import Deployment

ALL, ARCHITECTURE = "AURA-13.3.4", "AURA-2.1.3.2"
TOUCHES = "source:aurastudio:docs:architecture"


@fault(
    name="aura-architecture-with-a-todo",
    breaks="a part of the architecture document is still to be written",
    fails=[ALL, ARCHITECTURE],
    message={
        ALL: r"documents complete is 9\d.*docs/architecture\.md holds 'TODO'",
        ARCHITECTURE: r"architecture\.md: 'Third parties' holds 'TODO'",
    },
    touches=TOUCHES,
)
def with_a_todo(deployment: Deployment) -> Iterator[None]:
    new = "## Third parties\n\nTODO: name what each of them gets.\n"
    with rewritten(deployment, "../architecture.md", lambda text: text.replace("## Third parties\n", new)):
        yield


@fault(
    name="aura-documents-disagree-on-the-recovery-time",
    breaks="every document is there, and two promise another time in which the product is recovered",
    fails=[ALL],
    message=r"the RTO differs: docs/architecture\.md says 120 min, docs/operations/disaster\.md says 240 min",
    touches=TOUCHES,
    hard=True,
)
def disagree(deployment: Deployment) -> Iterator[None]:
    with rewritten(deployment, "../architecture.md", lambda text: text.replace("RTO of 4 hours", "RTO of 2 hours")):
        yield


@fault(
    name="aura-documents-name-two-contacts",
    breaks="the incident plan names another contact than the document on being on call",
    fails=[ALL],
    message=r"the on-call contact differs: .*on-call\.md says aurastudio on call.*incidents\.md says the office",
    touches="source:aurastudio:docs:incidents",
    hard=True,
)
def two_contacts(deployment: Deployment) -> Iterator[None]:
    old, new = "On-call contact: AuraStudio on call", "On-call contact: the office"
    with rewritten(deployment, "incidents.md", lambda text: text.replace(old, new)):
        yield
