"""Conditions that auditors and watchers of intruders tell: each way to tell them reaches the decision, in time."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from fixtures.aws.account import Account
from fixtures.aws.account_events import api_call, finding, unmet_control
from fixtures.aws.compliance import ConfigRecorder
from fixtures.aws.ecs import Cluster
from fixtures.aws.event_rules import dead, hearers
from fixtures.aws.findings import grave_findings
from fixtures.aws.log_filters import newest_event, seen_by
from fixtures.aws.logs import LogGroup
from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.windows import Live
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.rollback import ACTIVE, Bucket
from golive.target import ProductTarget
from golive.target.product import configured
from golive.target.rollback import Sign
from golive.verdict import Unobservable
from tests.delivery.decided import decisions, unless_decided
from tests.delivery.triggers import (
    alarm_problems,
    live_grid,
    live_window,
    met_now,
    standing_problems,
    trigger_of,
    unheard_alarm,
)
from tests.judges import rollback_event_rules as rules
from tests.judges.log_filters import blind
from tests.judges.rollback_probe_streams import greatest
from tests.judges.rollback_rules import latest, number
from tests.judges.rollback_streams import silent

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
SWITCHED_OFF: tuple[tuple[str, str], ...] = (
    ("cloudtrail", "StopLogging"), ("cloudtrail", "DeleteTrail"), ("kms", "DisableKey"), ("kms", "ScheduleKeyDeletion"),
    ("s3", "DeleteBucketPublicAccessBlock"),
)  # fmt: skip
"""Service and operation by which a trail, a key, or what keeps a bucket from being public, is switched off."""


@verifies("SEI-4.1.1.2.4")
def test_unmet_controls_take_the_release_back(
    line: Line, aws: Account, ecs: Cluster, metrics: SeriesReader, target: ProductTarget,
    config_recorder: ConfigRecorder,
) -> None:  # fmt: skip
    unmet, off, live = rules.compliance_rule(line), rules.switched_off_rule(line), Live(metrics)
    told = live.extremes(rules.UNMET, live_window(unmet)).values
    switched = live.counts(rules.OFF, live_window(off)).values
    problems = [
        met_now(unmet, live_grid(unmet, lambda at: Bucket(at, told.get(at)))),
        met_now(off, live_grid(off, lambda at: Bucket(at, switched.get(at)))),
        _untold(line, target, config_recorder, max(told.items())[1] if told else 0.0),
    ]
    some = next(iter(config_recorder.rules))["ConfigRuleName"]
    problems += _unheard_event(aws, unmet_control(aws, some), "a bucket without tags that does not meet a control")
    for service, name in SWITCHED_OFF:
        problems += _unheard_event(aws, api_call(aws, service, name), f"{service}:{name}")
    every, times = unmet.every.total_seconds(), int(number(line, "evaluations"))
    for trigger, rule, vectors, word in (
        (trigger_of(line, aws, ecs, target, "compliance"), unmet, rules.compliance(times, every), rules.UNMET),
        (trigger_of(line, aws, ecs, target, "switched_off"), off, rules.switched_off(60), rules.OFF),
    ):
        problems += alarm_problems(trigger, rule, vectors, greatest(word), latest(rule))
        problems += standing_problems(trigger, silent(word))
        problems += unheard_alarm(aws, trigger)
    conclude(problems)


def _untold(line: Line, target: ProductTarget, recorder: ConfigRecorder, told: float) -> str | None:
    """Whether the rule is told of every control that is not met and that nobody has taken on, today."""
    records = decisions(target)
    excused = set(records.accepted(line.id)) if records else set()
    broken = {r["ConfigRuleName"] for r in recorder.rules if r["type"] == "NON_COMPLIANT"}
    left = sorted(broken - excused)
    observed(recorder, "not met, not excused", left, source="config:DescribeComplianceByConfigRule, records")
    if told >= len(left):
        return None
    why = f" {'; '.join(records.refused(line.id))}." if records and records.records.of(line.id) else ""
    return (
        f"{', '.join(left)}: not met, and no exception holds, and the rollback rule is told of {told:.0f}.{why} "
        "What suppresses it?"
    )


def _unheard_event(aws: Account, event: Mapping[str, Any], what: str) -> list[str | None]:
    """Say why an event of the account comes to nobody who decides."""
    heard = hearers(aws, dict(event), what)
    if not heard:
        return [f"no rule of EventBridge hears {what}: it would never come to a decision"]
    faults = {rule: [dead(aws, arn) for arn in arns] for rule, arns in heard.items()}
    if any(not fault for found in faults.values() for fault in found):
        return []
    deaf = ", ".join(f"{rule} ({'; '.join(found) or 'no target'})" for rule, found in faults.items())
    return [f"{what} is heard by {deaf}, which tells nobody"]


@verifies("SEI-4.1.1.2.1")
def test_signs_of_a_breach_take_the_release_back(
    line: Line, aws: Account, ecs: Cluster, metrics: SeriesReader, target: ProductTarget
) -> None:
    where = f"{line.product}.rollback"
    signs = configured(configured(target.rollback, where).signs or None, f"{where}.signs")
    rule, live = rules.breach_rule(line), Live(metrics)
    words = [sign.series for sign in signs.values()]
    refusals, export = number(line, "denials"), number(line, "export_to_usual")
    window = live_window(rule)
    most = {word: live.extremes(word, window).values for word in (*words, rules.REFUSALS, rules.EXPORT)}

    def bucket(at: datetime) -> Bucket:
        told = {word: values[at] for word, values in most.items() if at in values}
        return Bucket(at, rules.kinds(told, words, refusals, export) if told else None)

    grid = live_grid(rule, bucket)
    severity = number(line, "finding_severity")
    trigger = trigger_of(line, aws, ecs, target, "breach")
    vectors = rules.breach(words, refusals, export, rule.every.total_seconds())
    summed = rules.signs_told(words, refusals, export)
    conclude([
        unless_decided(met_now(rule, grid), rule, grid, decisions(target), line),
        *_intruders(aws, severity),
        *_unheard_event(aws, finding(aws, severity), f"a finding of severity {severity:g}"),
        *_unheard_event(aws, api_call(aws, "cloudtrail", "StopLogging"), "the audit trail's end"),
        *(p for name, sign in signs.items() for p in _unseen(line, aws, metrics, name, sign)),
        *alarm_problems(trigger, rule, vectors, summed, 60 * number(line, "page")),
        *standing_problems(trigger, silent(words[0], words[1:])),
        *unheard_alarm(aws, trigger),
    ])  # fmt: skip


def _intruders(aws: Account, severity: float) -> list[str]:
    return [
        f"{ACTIVE}: GuardDuty found {f['Type']} (severity {float(f['Severity']):g}, {f['Id']})"
        for f in grave_findings(aws, severity)
    ]


def _unseen(line: Line, aws: Account, metrics: SeriesReader, name: str, sign: Sign) -> list[str | None]:
    """Say why the sign, written as the product writes its events, would not come into the rule's series."""
    group = LogGroup(aws, sign.log_group)
    newest = newest_event(group)
    if newest is None:
        raise Unobservable(f"{group} has no event of late", "Nothing that is not written is seen. Does the API log?")
    at, usual = newest
    age = (clock.now() - at) / MINUTE
    observed(group, "silence", round(age, 1), source="logs:FilterLogEvents", unit="min")
    problems: list[str | None] = []
    if age > number(line, "feed_silence"):
        problems.append(f"{group} has been silent for {age:.0f} min: signs of a breach would not be seen")
    found = {f["filterName"]: f for f in group.metric_filters.or_none()}
    if sign.filter not in found:
        return [*problems, f"metric filter {sign.filter} does not exist: nobody would hear of the sign {name}"]
    told = found[sign.filter]
    place = metrics.settings.series.get(sign.series, {})
    problems.append(blind(name, told, place, usual))
    seen = seen_by(aws, str(told.get("filterPattern", "")), [usual | sign.event, usual | sign.harmless, usual])
    observed(
        f"metric filter {sign.filter}", "sees the sign, what looks so, the usual", seen, source="logs:TestMetricFilter"
    )
    if not set(sign.event) & set(usual):
        fields = ", ".join(sign.event)
        problems.append(
            f"events of {group} have no field {fields} (any more): the sign {name} is not as the target says"
        )
    if not seen[0]:
        problems.append(
            f"metric filter {sign.filter} does not see the sign {name}: its pattern is {told['filterPattern']}"
        )
    for number_, what in ((1, "what only looks like it"), (2, "what is written all day")):
        if seen[number_]:
            problems.append(f"metric filter {sign.filter} takes {what} for the sign {name}: {told['filterPattern']}")
    return problems
