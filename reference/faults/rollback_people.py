"""Customers who are not satisfied and nobody hears it; what may break the law and counsel does not judge."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import tomlkit

from reference.amending import distorted
from reference.attestations import Desk, kept
from reference.faults import fault
from reference.faults.complaints import TICKETS
from reference.faults.rollback import PREFIX, VOICE, changed_alarm
from reference.statements import DAY, HOUR, now, restated
from reference.statements.watches import LEGAL, LEGAL_NAME, counsel
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

SATISFIED = "SEI-4.1.2.1.1"
OWN = "Seiketsu/Performance"


@fault(
    name="sei-rollback-satisfaction-unruled",
    breaks="no rule watches what customers say any more",
    fails=[SATISFIED],
    message=r"alarm seiketsu-production-rollback-satisfaction does not exist",
    touches=["aws:seiketsu:alarm:rollback-satisfaction"],
)
def satisfaction_unruled(deployment: Deployment) -> Iterator[None]:
    with changed_alarm(deployment, "rollback-satisfaction", lambda _: None):
        deployment.aws(VOICE, "cloudwatch").delete_alarms(AlarmNames=[f"{PREFIX}-rollback-satisfaction"])
        yield


@fault(
    name="sei-rollback-satisfaction-of-all-time",
    breaks="satisfaction is computed over all surveys there ever were: two bad hours do not move it",
    fails=[SATISFIED],
    message=r"satisfaction as it is told: deviation is \d+.*by the ratings of that time 1\d\.\d % are not",
    touches="zendesk:ratings",
    hard=True,
)
def satisfaction_of_all_time(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "zendesk", {"dissatisfied_hours": 2}, {"dissatisfied_hours": 0})


@fault(
    name="sei-rollback-satisfaction-at-the-border",
    breaks="the rule raises a case at exactly 80 percent, which are enough",
    fails=[SATISFIED],
    message=r"rollback-satisfaction goes off on 'at the border', where nothing should go back",
    touches=["aws:seiketsu:alarm:rollback-satisfaction"],
    hard=True,
)
def satisfaction_border(deployment: Deployment) -> Iterator[None]:
    strict = "GreaterThanOrEqualToThreshold"
    with changed_alarm(deployment, "rollback-satisfaction", lambda alarm: alarm.update(ComparisonOperator=strict)):
        yield


@fault(
    name="sei-rollback-authority-vacant",
    breaks="the rules stand, and the role of those who decide has no holder any more",
    fails=[SATISFIED],
    message=r"nobody may decide on SEI-4\.1\.2\.1\.1: the case would be given to a vacant role",
    touches=["attestations:sign-offs"],
    hard=True,
)
def authority_vacant(deployment: Deployment) -> Iterator[None]:
    register = Desk(deployment.settings, VOICE).folder / "roles.toml"
    with kept(register):
        document = tomlkit.parse(register.read_text())
        for role in document["role"]:  # type: ignore[union-attr]
            if role["name"] == "Rollback Authority":
                role["until"] = now() - DAY
        register.write_text(tomlkit.dumps(document))
        yield


def _tickets(deployment: Deployment, *tickets: dict[str, Any]) -> Iterator[None]:
    yield from simulated(deployment, "zendesk", {"tickets": list(tickets)}, {"tickets": []})


@fault(
    name="sei-legal-case-without-decision",
    breaks="a case has waited for counsel's decision for five hours",
    fails=[LEGAL],
    message=r"case 4711 is without a decision 5\.\d h after it was reported, want within",
    touches=f"attestations:{LEGAL}",
)
def legal_undecided(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, VOICE)
    with restated(desk, LEGAL_NAME):
        counsel(desk, finding="cases", cases=[{"id": "4711", "reported": now() - 5 * HOUR}])
        yield


@fault(
    name="sei-legal-regulator-not-told",
    breaks="counsel decided at once that the regulator must be told, and four days later nobody has",
    fails=[LEGAL],
    message=r"case 4712 is not notified 96\.\d h after it was reported, want within 72",
    touches=f"attestations:{LEGAL}",
    hard=True,
)
def regulator_not_told(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, VOICE)
    reported = now() - 4 * DAY
    case = {"id": "4712", "reported": reported, "decided": reported + HOUR, "decision": "To be notified."}
    with restated(desk, LEGAL_NAME):
        counsel(desk, finding="cases", cases=[case | {"notifiable": True}])
        yield


@fault(
    name="sei-legal-complaint-denied",
    breaks="somebody complained about privacy before counsel signed that there is nothing",
    fails=[LEGAL],
    message=r"says that there is nothing, and ticket 2000 \(You recorded me\) of the help desk",
    touches=TICKETS,
    hard=True,
)
def complaint_denied(deployment: Deployment) -> Iterator[None]:
    ticket = {"subject": "You recorded me", "status": "open", "priority": "normal", "tags": ["privacy"]}
    yield from _tickets(deployment, ticket | {"hours_ago": 5, "reply": 20})


@fault(
    name="sei-calls-recorded-without-consent",
    breaks="calls are recorded whose callers have not agreed, and counsel's record says that there is nothing",
    fails=[LEGAL],
    message=r"calls of late: calls without consent is \d+.*counsel's record says 'none'",
    touches=["aws:seiketsu:metrics:RecordedWithoutConsent"],
    hard=True,
)
def recorded_without_consent(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, f"{OWN}/RecordedWithoutConsent", "set", value=2, since=3000):
        yield
