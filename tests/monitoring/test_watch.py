"""Monitoring watches now, nothing is silenced, and nothing critical rang since the release."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fixtures.aws.account import Account
from fixtures.aws.alarms import Alarm
from fixtures.aws.ecs import Cluster, Service
from fixtures.aws.logs import LogGroup
from fixtures.observability.watch import Watch, watches
from fixtures.oncall import Desk
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.release import deployed_at
from golive.verdict import Unobservable
from tests.judges.alarms import disarmed, share, unheard
from tests.judges.arrivals import minutes

LAUNCH = timedelta(hours=24)
"""How far ahead a planned silence would fall into the launch."""


@verifies("AURA-10.3.1.4")
@pytest.mark.smoke
def test_monitoring_is_live_and_nothing_is_silenced(
    line: Line, aws: Account, alarms: Found[Alarm], ecs: Cluster, oncall: Desk
) -> None:
    now = datetime.now(UTC)
    seen = watches(aws, list(alarms), timedelta(hours=1))
    faulty = [w for w in seen if _blind(w)]
    hint = "; ".join(why for w in faulty for why in _blind(w))
    limit = line.limit("newest_report_age")
    ages = {metric: at for w in seen for metric, at in w.newest.items()}
    late = [
        limit.problem(round((now - at) / timedelta(minutes=1), 1), of=metric, hint="Does its agent still report?")
        for metric, at in ages.items()
        if at is not None
    ]
    late += [f"{metric} has no point of the last hour: nothing reports it" for metric, at in ages.items() if at is None]
    late += each(lambda s: _agent_late(line, s, now), list(ecs.services))
    problem = line.limit("armed").problem(share(len(seen) - len(faulty), seen), of=aws, hint=hint)
    conclude([problem, *late, *_silences(line, oncall, now, now + LAUNCH)])


@verifies("SEI-3.1.1.3.4")
@pytest.mark.smoke
def test_no_critical_alarm_rang_since_the_release(
    line: Line, aws: Account, alarms: Found[Alarm], oncall: Desk, target: ProductTarget
) -> None:
    deployed = deployed_at(target.release, line.product)
    now = datetime.now(UTC)
    seen = watches(aws, list(alarms), timedelta(hours=1))
    if not any(w.pages for w in seen if w.exists):
        raise Unobservable("no declared alarm goes to the topic oncall", "Correct [PRODUCT.aws.topics] oncall")
    firing = [f"{w} is in ALARM" for w in seen if w.state == "ALARM"]
    rang = each(lambda w: _rang(Alarm(aws, w.name), now - deployed), [w for w in seen if w.exists and w.pages])
    bursts = [text for texts in rang for text in texts]
    incidents = [f"{i} is {i.status}" for i in oncall.open_incidents() if i.urgency == "high"]
    blinded = [why for w in seen for why in _blind(w)]
    conclude([
        line.limit("firing_alarms").problem(len(firing), of=aws, hint="; ".join(firing)),
        line.limit("unresolved_transitions").problem(
            len(bursts) + len(incidents), of=f"{aws} since {deployed:%d %b %H:%M}Z", hint="; ".join(bursts + incidents)
        ),
        line.limit("blinded_alarms").problem(len(blinded), of=aws, hint="; ".join(blinded)),
        *_silences(line, oncall, deployed, now),
    ])  # fmt: skip


def _blind(watch: Watch) -> list[str]:
    """Why the alarm would not ring although it should."""
    if reason := disarmed(watch):
        return [reason]
    without = [f"{watch} is in INSUFFICIENT_DATA"] if watch.state == "INSUFFICIENT_DATA" else []
    return [*without, *unheard(watch)]


def _rang(alarm: Alarm, window: timedelta) -> list[str]:
    """Each time that the alarm went off in the window, however short, whatever it says now."""
    changes = alarm.history(window).or_none()
    return [
        f"{alarm} went off at {i['Timestamp']:%d %b %H:%M}Z"
        for i in changes
        if str(i.get("HistorySummary", "")).endswith("to ALARM")
    ]


def _silences(line: Line, oncall: Desk, start: datetime, end: datetime) -> list[str | None]:
    """Planned silences in the span, and services that page nobody now."""
    mutes = [f"{w} silences {', '.join(w.services)}" for w in oncall.windows(start, end)]
    mutes += [f"{s} is {s.status}" for s in oncall.services if s.status in ("disabled", "maintenance")]
    return [line.limit("mutes").problem(len(mutes), of=oncall, hint="; ".join(mutes))]


def _agent_late(line: Line, service: Service, now: datetime) -> str | None:
    """Whether the log agent of a service's tasks still delivers."""
    container = service.task_definition.main(service.cluster.settings.containers.get(service.word))
    group = container.log_options.get("awslogs-group")
    if not group:
        return f"{service}: its container {container.name} has no log group, so nothing of it is seen"
    newest = LogGroup(service.account, group).last_ingestion
    if newest is None:
        return f"{service}: {group} never got an event"
    age = max(timedelta(0), now - newest)
    hint = f"Its newest event is {minutes(age)} old"
    return line.limit("newest_report_age").problem(
        round(age / timedelta(minutes=1), 1), of=f"log group {group}", hint=hint
    )
