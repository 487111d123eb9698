"""Runbooks and plans that are gone, empty, or about another deployment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.faults.documents import FOLDER, rewritten

if TYPE_CHECKING:
    from reference.deployment import Deployment

TROUBLE, ALARMS, ROLLBACK, DUTIES, LEVELS, DISASTER, INCIDENTS, TEMPLATE = (
    "AURA-2.1.3.3", "AURA-10.1.2.1", "AURA-4.2.3.3", "AURA-10.1.2.3", "AURA-10.1.2.4", "AURA-2.1.3.4", "AURA-10.2.1.2",
    "AURA-10.1.2.5",
)  # fmt: skip
ALL = "AURA-13.3.4"
"""Every document together: it turns with each that is gone."""
PAGING = "api-5xx-critical"


def touches(name: str) -> list[str]:
    return [f"source:aurastudio:docs:{name}"]


@contextmanager
def removed(deployment: Deployment, name: str, product: str = "aurastudio") -> Iterator[None]:
    """Inside the block a document of a product's checkout is gone."""
    path = deployment.settings.part_folder("source") / product / FOLDER / name
    aside = path.with_suffix(".aside")
    path.rename(aside)
    try:
        yield
    finally:
        aside.rename(path)


def _replaced(deployment: Deployment, name: str, old: str, new: str) -> Iterator[None]:
    with rewritten(deployment, name, lambda text: text.replace(old, new)):
        yield


@fault(
    name="aura-no-troubleshooting",
    breaks="nothing is written about what to do when something breaks",
    fails=[TROUBLE],
    message=r"there is no docs/operations/troubleshooting\.md",
    touches=touches("troubleshooting"),
)
def no_troubleshooting(deployment: Deployment) -> Iterator[None]:
    with removed(deployment, "troubleshooting.md"):
        yield


@fault(
    name="aura-troubleshooting-to-be-done",
    breaks="one entry has all its parts, and one of them is still to be written",
    fails=[TROUBLE],
    message=r"'Jobs stay in the queue': resolution says only 'TBD'",
    touches=touches("troubleshooting"),
    hard=True,
)
def troubleshooting_to_be_done(deployment: Deployment) -> Iterator[None]:
    def change(text: str) -> str:
        return re.sub(r"Resolution: start the workers anew.*?\n\n", "Resolution: TBD\n\n", text, flags=re.DOTALL)

    with rewritten(deployment, "troubleshooting.md", change):
        yield


@fault(
    name="aura-troubleshooting-of-another-service",
    breaks="the commands of one entry start a service that was renamed",
    fails=[TROUBLE],
    message=r"service render-worker of .*troubleshooting\.md is not there",
    touches=touches("troubleshooting"),
    hard=True,
)
def troubleshooting_other_service(deployment: Deployment) -> Iterator[None]:
    yield from _replaced(deployment, "troubleshooting.md", "--services worker`", "--services render-worker`")


@fault(
    name="aura-alarm-without-runbook",
    breaks="the description of a critical alarm names no runbook",
    fails=[ALARMS],
    message=r"alarm \S+api-5xx-critical: its description names no runbook",
    touches=["aws:aurastudio:cloudwatch:alarm:api-5xx-critical"],
)
def alarm_without_runbook(deployment: Deployment) -> Iterator[None]:
    cloudwatch = deployment.aws("aurastudio", "cloudwatch")
    alarms: list[dict[str, Any]] = cloudwatch.describe_alarms()["MetricAlarms"]
    before = next(a for a in alarms if a["AlarmName"].endswith(PAGING))
    kept = cloudwatch.meta.service_model.operation_model("PutMetricAlarm").input_shape.members
    same = {key: value for key, value in before.items() if key in kept}

    def put(description: str) -> None:
        cloudwatch.put_metric_alarm(**{**same, "AlarmDescription": description})
        cloudwatch.set_alarm_state(AlarmName=before["AlarmName"], StateValue="OK", StateReason=before["StateReason"])

    put("The balancer answers 5xx.")
    yield
    put(before["AlarmDescription"])


@fault(
    name="aura-runbook-entry-renamed",
    breaks="the entry of an alarm got another heading, so that the alarm's link opens the top of the page",
    fails=[ALARMS],
    message=r"replica-lag-warning: docs/operations/runbook\.md has no section #replica-lag-warning",
    touches=touches("runbook"),
    hard=True,
)
def runbook_entry_renamed(deployment: Deployment) -> Iterator[None]:
    yield from _replaced(deployment, "runbook.md", "## replica-lag-warning", "## The reader is late")


@fault(
    name="aura-runbook-entry-about-something-else",
    breaks="under the heading of an alarm stands what to do about another one",
    fails=[ALARMS],
    message=r"pinecone-cost-warning: .*has no steps with commands",
    touches=touches("runbook"),
    hard=True,
)
def runbook_entry_empty(deployment: Deployment) -> Iterator[None]:
    def change(text: str) -> str:
        return re.sub(r"(## pinecone-cost-warning\n).*\Z", r"\1\nSee above.\n", text, flags=re.DOTALL)

    with rewritten(deployment, "runbook.md", change):
        yield


@fault(
    name="aura-no-rollback-guide",
    breaks="nothing is written about how a release is rolled back",
    fails=[ROLLBACK, ALL],
    message=r"there is no docs/operations/rollback\.md",
    touches=touches("rollback"),
)
def no_rollback_guide(deployment: Deployment) -> Iterator[None]:
    with removed(deployment, "rollback.md"):
        yield


@fault(
    name="aura-rollback-guide-of-the-old-cluster",
    breaks="the rollback guide is complete, and its commands roll a cluster back that is gone",
    fails=[ROLLBACK],
    message=r"cluster aurastudio-blue of .*rollback\.md is not there",
    touches=touches("rollback"),
    hard=True,
)
def rollback_guide_old_cluster(deployment: Deployment) -> Iterator[None]:
    yield from _replaced(deployment, "rollback.md", "--cluster aurastudio ", "--cluster aurastudio-blue ")


@fault(
    name="aura-rollback-guide-calls-a-lost-workflow",
    breaks="the rollback guide starts a workflow that the repository does not have any more",
    fails=[ROLLBACK],
    message=r"\.github/workflows/release\.yml, which .*rollback\.md calls, is not in the checkout",
    touches=touches("rollback"),
    hard=True,
)
def rollback_guide_lost_workflow(deployment: Deployment) -> Iterator[None]:
    yield from _replaced(deployment, "rollback.md", "workflows/deploy.yml", "workflows/release.yml")


@fault(
    name="aura-no-on-call-duties",
    breaks="nothing is written about being on call",
    fails=[DUTIES, LEVELS, ALL],
    message={
        DUTIES: r"there is no docs/operations/on-call\.md",
        ALL: r"there is no docs/operations/on-call\.md",
        LEVELS: r"on-call\.md#Escalation has no table of levels",
    },
    touches=touches("on-call"),
)
def no_duties(deployment: Deployment) -> Iterator[None]:
    with removed(deployment, "on-call.md"):
        yield


@fault(
    name="aura-disaster-plan-without-rto",
    breaks="the disaster plan does not say how long a recovery may take",
    fails=[DISASTER],
    message=r"disaster\.md: objectives missing is 1, want == 0.*It states no RTO",
    touches=touches("disaster"),
)
def disaster_without_rto(deployment: Deployment) -> Iterator[None]:
    yield from _replaced(deployment, "disaster.md", "- RTO: 4 hours, from", "- RTO: soon, from")


@fault(
    name="aura-disaster-plan-promises-a-minute",
    breaks="the disaster plan promises to lose one minute at most, the log is archived every five",
    fails=[DISASTER],
    message=r"promises an RPO of 1 min, the backups of .* hold 5 min at best",
    touches=[*touches("disaster"), "aws:aurastudio:rds:instance"],
    hard=True,
)
def disaster_promises(deployment: Deployment) -> Iterator[None]:
    yield from _replaced(deployment, "disaster.md", "- RPO: 10 minutes.", "- RPO: 1 minute.")


@fault(
    name="aura-no-incident-plan",
    breaks="nothing is written about how an incident is led",
    fails=[INCIDENTS, ALL],
    message=r"there is no docs/operations/incidents\.md",
    touches=touches("incidents"),
)
def no_incident_plan(deployment: Deployment) -> Iterator[None]:
    with removed(deployment, "incidents.md"):
        yield


@fault(
    name="aura-incident-plan-names-who-left",
    breaks="the incident plan is complete, and one of its roles is held by somebody who left",
    fails=[INCIDENTS],
    message=r"Communications lead is Paula Ferreira, who is no user of PagerDuty",
    touches=touches("incidents"),
    hard=True,
)
def incident_plan_who_left(deployment: Deployment) -> Iterator[None]:
    yield from _replaced(
        deployment, "incidents.md", "| Communications lead | Priya Raman |", "| Communications lead | Paula Ferreira |"
    )


@fault(
    name="aura-no-post-mortem-template",
    breaks="there is no template for looking into an incident",
    fails=[TEMPLATE],
    message=r"there is no docs/operations/post-mortems/template\.md",
    touches=touches("post-mortems"),
)
def no_template(deployment: Deployment) -> Iterator[None]:
    with removed(deployment, "post-mortems/template.md"):
        yield


@fault(
    name="aura-post-mortem-left-blank",
    breaks="the template is complete, and the newest post-mortem leaves the root cause and an owner blank",
    fails=[TEMPLATE],
    message=r"root cause is missing.*action 'A time-out of two seconds for each provider' has no owner",
    touches=touches("post-mortems"),
    hard=True,
)
def post_mortem_blank(deployment: Deployment) -> Iterator[None]:
    def change(text: str) -> str:
        text = re.sub(r"(## Root cause\n\n).*?\n\n", r"\1\n", text, flags=re.DOTALL)
        return text.replace("| Tomas Novak |", "| |")

    with rewritten(deployment, "post-mortems/0007-slow-translations.md", change):
        yield
