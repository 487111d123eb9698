"""Unmet controls and signs of a data breach that never come to the decision to go back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.amending import changed_records, distorted, recorded
from reference.attestations import Desk
from reference.faults import fault
from reference.faults.rollback import PREFIX, VOICE, changed_alarm, computed
from reference.statements import DAY, now, restated

if TYPE_CHECKING:
    from reference.deployment import Deployment

CONTROLS, BREACH, RULES = "SEI-4.1.1.2.4", "SEI-4.1.1.2.1", "SEI-2.1.1.4.4"
GROUP = f"/ecs/{PREFIX}/api"
OWN = "Seiketsu/Performance"


@contextmanager
def _heard(deployment: Deployment, name: str, **detail: Any) -> Iterator[None]:
    """Inside the block a rule of EventBridge looks for events with another detail."""
    events = deployment.aws(VOICE, "events")
    full = f"{PREFIX}-{name}"
    before = events.describe_rule(Name=full)["EventPattern"]
    pattern = json.loads(before)
    pattern["detail"] |= detail
    events.put_rule(Name=full, EventPattern=json.dumps(pattern), State="ENABLED")
    try:
        yield
    finally:
        events.put_rule(Name=full, EventPattern=before, State="ENABLED")


@contextmanager
def _filtered(deployment: Deployment, name: str, pattern: str | None) -> Iterator[None]:
    """Inside the block a metric filter of the API's log has another pattern, or is gone."""
    logs = deployment.aws(VOICE, "logs")
    full = f"{PREFIX}-{name}"
    found = logs.describe_metric_filters(logGroupName=GROUP, filterNamePrefix=full)["metricFilters"][0]
    named = {key: found[key] for key in ("filterName", "metricTransformations")} | {"logGroupName": GROUP}
    if pattern is None:
        logs.delete_metric_filter(logGroupName=GROUP, filterName=full)
    else:
        logs.put_metric_filter(**named, filterPattern=pattern)
    try:
        yield
    finally:
        logs.put_metric_filter(**named, filterPattern=found["filterPattern"])


@fault(
    name="sei-rollback-compliance-tells-nobody",
    breaks="unmet controls are heard, and the rule that hears them has no target any more",
    fails=[CONTROLS],
    message=r"a bucket without tags that does not meet a control is heard by seiketsu-\S+-compliance \(no target",
    touches=["aws:seiketsu:events:compliance"],
)
def compliance_tells_nobody(deployment: Deployment) -> Iterator[None]:
    events = deployment.aws(VOICE, "events")
    name = f"{PREFIX}-compliance"
    targets = events.list_targets_by_rule(Rule=name)["Targets"]
    events.remove_targets(Rule=name, Ids=[t["Id"] for t in targets])
    try:
        yield
    finally:
        events.put_targets(Rule=name, Targets=targets)


@fault(
    name="sei-rollback-compliance-of-known-things",
    breaks="unmet controls are heard of resources that have a tag: a new bucket without one is never judged",
    fails=[CONTROLS],
    message=r"no rule of EventBridge hears a bucket without tags that does not meet a control",
    touches=["aws:seiketsu:events:compliance"],
    hard=True,
)
def compliance_of_known(deployment: Deployment) -> Iterator[None]:
    with _heard(deployment, "compliance", tags={"owner": [{"exists": True}]}):
        yield


@fault(
    name="sei-rollback-key-disabled-unheard",
    breaks="what switches the trail off is heard, what disables a key is not",
    fails=[CONTROLS],
    message=r"no rule of EventBridge hears kms:DisableKey: it would never come to a decision",
    touches=["aws:seiketsu:events:switched-off"],
    hard=True,
)
def key_disabled_unheard(deployment: Deployment) -> Iterator[None]:
    with _heard(deployment, "switched-off", eventName=["StopLogging", "DeleteTrail", "DeleteBucketPublicAccessBlock"]):
        yield


@fault(
    name="sei-rollback-exception-has-expired",
    breaks="a control is not met, and an exception that expired yesterday keeps the rule from being told",
    fails=[CONTROLS, RULES],
    message={
        CONTROLS: r"encrypted-volumes: not met, and no exception holds, and the rollback rule is told of 0\..*expired",
        RULES: r"rules of AWS Config: noncompliant without exception is 1",
    },
    touches=["aws:seiketsu:config:rules", f"attestations:{CONTROLS}"],
    hard=True,
)
def exception_has_expired(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, VOICE)
    where = {"ConfigRuleName": "encrypted-volumes"}
    unmet, met = ({"Compliance.ComplianceType": kind} for kind in ("NON_COMPLIANT", "COMPLIANT"))
    said = "These volumes hold nothing that anybody would want."
    with changed_records(deployment, VOICE, "compliance", where, unmet, met), restated(desk, "exception-volumes"):
        path = desk.sign(
            "exception-volumes", CONTROLS, "Security Lead", said, [],
            date=now() - 30 * DAY, expires=now() - DAY, accepts=["encrypted-volumes"],
        )  # fmt: skip
        try:
            yield
        finally:
            path.with_name(path.name + ".sig").unlink(missing_ok=True)
            path.unlink(missing_ok=True)


@fault(
    name="sei-rollback-compliance-never-long-enough",
    breaks="the rule waits for a day of unmet controls",
    fails=[CONTROLS],
    message=r"alarm seiketsu-production-rollback-compliance stays quiet on 'a control is not met', which should",
    touches=["aws:seiketsu:alarm:rollback-compliance"],
    hard=True,
)
def compliance_late(deployment: Deployment) -> Iterator[None]:
    with changed_alarm(deployment, "rollback-compliance", lambda alarm: alarm.update(EvaluationPeriods=288)):
        yield


@fault(
    name="sei-rollback-honeytoken-unruled",
    breaks="nobody counts uses of keys that nobody may use",
    fails=[BREACH],
    message=r"metric filter seiketsu-production-honeytoken does not exist: nobody would hear of the sign honeytoken",
    touches=["aws:seiketsu:logs:filter:honeytoken"],
)
def honeytoken_unruled(deployment: Deployment) -> Iterator[None]:
    with _filtered(deployment, "honeytoken", None):
        yield


@fault(
    name="sei-rollback-marker-by-a-renamed-field",
    breaks="the filter of crossed tenants looks for a field that was renamed: it can never match",
    fails=[BREACH],
    message=r"metric filter seiketsu-production-marker does not see the sign marker: its pattern is .*event_type",
    touches=["aws:seiketsu:logs:filter:marker"],
    hard=True,
)
def marker_renamed(deployment: Deployment) -> Iterator[None]:
    pattern = '{ ($.event_type = "crossed") && ($.outcome = "success") }'
    with _filtered(deployment, "marker", pattern):
        yield


@fault(
    name="sei-rollback-marker-by-refusals",
    breaks="the filter of crossed tenants counts refusals, too: who guesses takes the release back",
    fails=[BREACH],
    message=r"metric filter seiketsu-production-marker takes what only looks like it for the sign marker",
    touches=["aws:seiketsu:logs:filter:marker"],
    hard=True,
)
def marker_by_refusals(deployment: Deployment) -> Iterator[None]:
    with _filtered(deployment, "marker", '{ $.event = "crossed" }'):
        yield


@fault(
    name="sei-rollback-exports-uncounted",
    breaks="the rule of breaches forgot exports: a tenant's whole data may leave",
    fails=[BREACH],
    message=r"alarm seiketsu-production-rollback-breach stays quiet on 'an export beyond that', which should go back",
    touches=["aws:seiketsu:alarm:rollback-breach"],
    hard=True,
)
def exports_uncounted(deployment: Deployment) -> Iterator[None]:
    counted = "IF(FILL(honey, 0) > 0, 1, IF(FILL(markers, 0) > 0, 1, IF(FILL(refused, 0) > 20, 1, 0)))"

    with changed_alarm(deployment, "rollback-breach", computed(counted)):
        yield


@fault(
    name="sei-rollback-findings-of-the-gravest",
    breaks="only the gravest findings of GuardDuty page anybody",
    fails=[BREACH],
    message=r"no rule of EventBridge hears a finding of severity 7",
    touches=["aws:seiketsu:events:intruders"],
    hard=True,
)
def findings_of_the_gravest(deployment: Deployment) -> Iterator[None]:
    with _heard(deployment, "intruders", severity=[{"numeric": [">", 8.9]}]):
        yield


@fault(
    name="sei-rollback-intruder-inside",
    breaks="GuardDuty has found that data leaves, and nobody went back",
    fails=[BREACH],
    message=r"rollback condition active: GuardDuty found Exfiltration:S3/AnomalousBehavior \(severity 8\)",
    touches=["aws:seiketsu:guardduty"],
    hard=True,
)
def intruder_inside(deployment: Deployment) -> Iterator[None]:
    record = {
        "Id": "f-golive", "Type": "Exfiltration:S3/AnomalousBehavior", "Severity": 8.0, "Region": "us-east-1",
        "UpdatedAt": now().isoformat(), "Title": "Data leaves", "SchemaVersion": "2.0", "AccountId": "444455556666",
        "Arn": "arn:aws:guardduty:us-east-1:444455556666:detector/d/finding/f-golive", "CreatedAt": now().isoformat(),
        "Resource": {"ResourceType": "S3Bucket"}, "Service": {"Archived": False, "Count": 1},
    }  # fmt: skip
    with recorded(deployment, VOICE, "guardduty_findings", record, "Id"):
        yield


@fault(
    name="sei-rollback-honeytoken-used",
    breaks="somebody used a key that nobody may use, half an hour ago, and nobody has decided",
    fails=[BREACH],
    message=r"rollback condition active: signs of a breach: 1, over 0.*until somebody entitled has signed a decision",
    touches=["aws:seiketsu:metrics:HoneytokenUses"],
    hard=True,
)
def honeytoken_used(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, f"{OWN}/HoneytokenUses", "set", value=1, since=600, until=300):
        yield
