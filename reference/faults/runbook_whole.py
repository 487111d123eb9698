"""A runbook that leaves an alarm or a service out, or that sends people to what is not there any more."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.documents import rewritten, without_section
from reference.faults.pages import republished

if TYPE_CHECKING:
    from reference.deployment import Deployment

WHOLE = "SEI-2.3.1.1.4"
TOUCHES = "source:seiketsu:docs:runbook"


def _replaced(deployment: Deployment, old: str, new: str) -> Iterator[None]:
    with rewritten(deployment, "runbook.md", lambda text: text.replace(old, new), "seiketsu"):
        yield


@fault(
    name="sei-runbook-without-the-cache",
    breaks="the runbook says nothing of what to do when Redis fills up",
    fails=[WHOLE],
    message=r"alarms with runbook is 97\S* percent.*runbook\.md has no section #cache-memory-warning",
    touches=TOUCHES,
)
def without_the_cache(deployment: Deployment) -> Iterator[None]:
    with rewritten(deployment, "runbook.md", lambda text: without_section(text, "cache-memory-warning"), "seiketsu"):
        yield


@fault(
    name="sei-runbook-of-the-old-cluster",
    breaks="an entry has all its parts, and its command starts the workers of a cluster that was renamed",
    fails=[WHOLE],
    message=r"broken references is 1, want == 0.*cluster seiketsu-blue of \S+runbook\.md is not there",
    touches=TOUCHES,
    hard=True,
)
def of_the_old_cluster(deployment: Deployment) -> Iterator[None]:
    command = "update-service --cluster {} --service worker --desired-count 4"
    yield from _replaced(deployment, command.format("seiketsu-production"), command.format("seiketsu-blue"))


@fault(
    name="sei-runbook-starts-a-lost-workflow",
    breaks="the entry on an exhausted cache rolls back by a workflow that the repository does not have any more",
    fails=[WHOLE],
    message=r"runbook\.md calls \.github/workflows/rollback\.yml, which is not in the checkout",
    touches=TOUCHES,
    hard=True,
)
def starts_a_lost_workflow(deployment: Deployment) -> Iterator[None]:
    yield from _replaced(deployment, "workflows/deploy-application.yml", "workflows/rollback.yml")


@fault(
    name="sei-runbook-escalates-to-a-former-rotation",
    breaks="the runbook escalates to a rotation that was given another name since",
    fails=[WHOLE],
    message=r"'database-cpu-critical' escalates to nobody whom the paging provider knows: .*Seiketsu storage on call",
    touches=TOUCHES,
    hard=True,
)
def escalates_to_a_former_rotation(deployment: Deployment) -> Iterator[None]:
    yield from _replaced(deployment, "Seiketsu data on call", "Seiketsu storage on call")


@fault(
    name="sei-runbook-address-gone",
    breaks="the runbook is whole in the repository, and the address that alarms name answers 404",
    fails=[WHOLE],
    message=r"broken references is 1, want == 0.*/runbook answers 404",
    touches="edge:seiketsu:page:runbook",
    hard=True,
)
def address_gone(deployment: Deployment) -> Iterator[None]:
    with republished(deployment, "runbook", None, "seiketsu"):
        yield
