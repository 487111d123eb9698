"""Rollback rules over probes and sums that decide wrong or are not there, and such conditions that are met."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.amending import distorted
from reference.faults import fault
from reference.faults.rollback import PREFIX, VOICE, Alarm, changed_alarm, computed
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

OWN = "Seiketsu/Performance"
DATABASE, SIGN_IN, REVENUE = "SEI-4.1.1.1.3", "SEI-4.1.1.2.3", "SEI-4.1.2.1.2"
TLS = "SEI-4.1.1.2.2"


@fault(
    name="sei-rollback-database-watches-the-replica",
    breaks="the rule of a lost database watches probes of the read replica",
    fails=[DATABASE],
    message=r"alarm seiketsu-production-rollback-database watches .*Place=replica, which is no series of the target",
    touches=["aws:seiketsu:alarm:rollback-database"],
)
def database_replica(deployment: Deployment) -> Iterator[None]:
    def replica(alarm: Alarm) -> None:
        for query in alarm["Metrics"][:2]:
            query["MetricStat"]["Metric"]["Dimensions"] = [
                {"Name": "Environment", "Value": "production"},
                {"Name": "Place", "Value": "replica"},
            ]

    with changed_alarm(deployment, "rollback-database", replica):
        yield


@fault(
    name="sei-rollback-database-by-reads",
    breaks="the rule of a lost database counts probes that only read: one that refuses writes looks well",
    fails=[DATABASE],
    message=r"rollback-database stays quiet on 'answers what is read, refuses what is written', which should go back",
    touches=["aws:seiketsu:alarm:rollback-database"],
    hard=True,
)
def database_reads(deployment: Deployment) -> Iterator[None]:
    def reads(alarm: Alarm) -> None:
        for query in alarm["Metrics"][:2]:
            query["MetricStat"]["Metric"]["MetricName"] = "DatabaseReadFailures"

    with changed_alarm(deployment, "rollback-database", reads):
        yield


@fault(
    name="sei-rollback-database-late",
    breaks="the rule of a lost database begins anew with each good probe, as of a dead connection in a pool",
    fails=[DATABASE],
    message=r"rollback-database stays quiet on 'gone, with one good probe in three', which should go back",
    touches=["aws:seiketsu:alarm:rollback-database"],
    hard=True,
)
def database_late(deployment: Deployment) -> Iterator[None]:
    text = "IF(FILL(beats, 0) > 0, IF(MIN([FILL(inside, 3), FILL(outside, 3)]) >= 3, 1, 0), 0)"
    with changed_alarm(deployment, "rollback-database", computed(text)):
        yield


@fault(
    name="sei-rollback-database-refuses-writes",
    breaks="nobody could write to the database for four minutes, though it could be read",
    fails=[DATABASE],
    message=r"rollback condition active: database: 1, over 0 for 0:02:00",
    touches=["aws:seiketsu:metrics:DatabaseWriteFailures"],
    hard=True,
)
def database_read_only(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, f"{OWN}/DatabaseWriteFailures", "set", value=1, since=240):
        yield


@fault(
    name="sei-rollback-open-door-forgotten",
    breaks="no rule watches whether answers are given to who has no right to one",
    fails=[SIGN_IN],
    message=r"alarm seiketsu-production-rollback-open_door does not exist: nothing goes back by itself",
    touches=["aws:seiketsu:alarm:rollback-open_door"],
)
def open_door_forgotten(deployment: Deployment) -> Iterator[None]:
    cloudwatch = deployment.aws(VOICE, "cloudwatch")
    name = f"{PREFIX}-rollback-open_door"
    with changed_alarm(deployment, "rollback-open_door", lambda _: None):
        cloudwatch.delete_alarms(AlarmNames=[name])
        yield


@fault(
    name="sei-rollback-any-password",
    breaks="signing in is open: any password will do, and every sign-in looks well",
    fails=[SIGN_IN],
    message=r"rollback condition active: open door: a wrong password is answered 200",
    touches=["app:seiketsu:behaviour:any_password"],
    hard=True,
)
def any_password(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, VOICE, "any_password")


@fault(
    name="sei-rollback-sign-ins-by-refusals",
    breaks="the rule of broken sign-ins counts wrong passwords: who guesses takes the release back",
    fails=[SIGN_IN],
    message=r"rollback-sign_ins goes off on 'passwords are guessed, and refused', where nothing should go back",
    touches=["aws:seiketsu:alarm:rollback-sign_ins"],
    hard=True,
)
def by_refusals(deployment: Deployment) -> Iterator[None]:
    def refusals(alarm: Alarm) -> None:
        alarm["Metrics"][1]["MetricStat"]["Metric"]["MetricName"] = "SignInRefusals"

    with changed_alarm(deployment, "rollback-sign_ins", refusals):
        yield


@fault(
    name="sei-rollback-sign-ins-break",
    breaks="two of three sign-ins ended in errors for four minutes, and nobody went back",
    fails=[SIGN_IN],
    message=r"rollback condition active: sign-ins: \d+(\.\d+)? %, over 20 % for 0:02:00",
    touches=["aws:seiketsu:metrics:SignInErrors"],
    hard=True,
)
def sign_ins_break(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, f"{OWN}/SignInErrors", "set", value=40, since=240):
        yield


@fault(
    name="sei-rollback-revenue-ten-times-the-limit",
    breaks="the rule of lost revenue waits for ten times the loss",
    fails=[REVENUE],
    message=r"alarm seiketsu-production-rollback-revenue stays quiet on 'over the limit', which should go back",
    touches=["aws:seiketsu:alarm:rollback-revenue"],
)
def revenue_limit(deployment: Deployment) -> Iterator[None]:
    with changed_alarm(deployment, "rollback-revenue", lambda alarm: alarm.update(Threshold=100000.0)):
        yield


@fault(
    name="sei-rollback-revenue-without-refunds",
    breaks="everybody takes their money back, and the loss that is told counts sales only",
    fails=[REVENUE],
    message=r"rollback condition active: revenue by payments: \d+.* USD, over 10000 USD for 0:10:00",
    touches=["aws:seiketsu:metrics:Refunds"],
    hard=True,
)
def revenue_refunds(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, f"{OWN}/Refunds", "set", value=1500, since=3000):
        yield


@fault(
    name="sei-rollback-revenue-late",
    breaks="payments are recognised late: the loss that is told is not there",
    fails=[REVENUE],
    message=r"the loss as it is told: deviation is \d+.* USD/h, want <= 500.*payments and refunds come to",
    touches=["aws:seiketsu:metrics:RevenueLoss"],
    hard=True,
)
def revenue_late(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, f"{OWN}/RevenueLoss", "set", value=6000, since=3000):
        yield


@fault(
    name="sei-rollback-revenue-deaf-in-silence",
    breaks="when nobody tells what was earned, the rule of lost revenue takes it for nothing lost",
    fails=[REVENUE],
    message=r"alarm seiketsu-production-rollback-revenue stays quiet on 'nobody tells what was earned'",
    touches=["aws:seiketsu:alarm:rollback-revenue"],
    hard=True,
)
def revenue_silence(deployment: Deployment) -> Iterator[None]:
    with changed_alarm(deployment, "rollback-revenue", lambda alarm: alarm.update(TreatMissingData="notBreaching")):
        yield


@fault(
    name="sei-rollback-tls-by-thirty-probes",
    breaks="the rule of bad certificates waits for thirty bad probes in a row",
    fails=[TLS],
    message=r"alarm seiketsu-production-rollback-tls stays quiet on 'api shows a bad certificate', which should",
    touches=["aws:seiketsu:alarm:rollback-tls"],
)
def tls_late(deployment: Deployment) -> Iterator[None]:
    with changed_alarm(deployment, "rollback-tls", lambda alarm: alarm.update(EvaluationPeriods=30)):
        yield


@fault(
    name="sei-rollback-tls-of-one-host",
    breaks="the rule of bad certificates watches the API only; the site may show anything",
    fails=[TLS],
    message=r"alarm seiketsu-production-rollback-tls stays quiet on 'web shows a bad certificate', which should",
    touches=["aws:seiketsu:alarm:rollback-tls"],
    hard=True,
)
def tls_one_host(deployment: Deployment) -> Iterator[None]:
    with changed_alarm(deployment, "rollback-tls", computed("MIN([a1, a2])")):
        yield


@fault(
    name="sei-rollback-tls-from-one-place",
    breaks="the rule of bad certificates believes one place: a broken network there takes the release back",
    fails=[TLS],
    message=r"alarm seiketsu-production-rollback-tls goes off on 'api fails from one place', where nothing should",
    touches=["aws:seiketsu:alarm:rollback-tls"],
    hard=True,
)
def tls_one_place(deployment: Deployment) -> Iterator[None]:
    with changed_alarm(deployment, "rollback-tls", computed("MAX([a1, a2, w1, w2])")):
        yield
