"""Rules over what auditors and watchers of intruders tell, and what is replayed against their alarms. Pure."""

from __future__ import annotations

from datetime import timedelta

from golive.catalogue import Line
from golive.rollback import Bucket, Rule
from tests.judges.rollback_probe_streams import between
from tests.judges.rollback_rules import number
from tests.judges.rollback_vectors import START, Summed, Vector

MINUTE = timedelta(minutes=1)
UNMET, OFF = "unmet_controls", "switched_off"
REFUSALS, EXPORT = "refusals_by_actor", "export_to_usual"


def compliance_rule(line: Line) -> Rule:
    """Critical controls that are not met: how many, at each evaluation."""
    every = MINUTE * number(line, "noncompliant")
    return Rule("compliance", 0, every, every * number(line, "evaluations"), "controls")


def switched_off_rule(line: Line) -> Rule:
    """What was switched off that must not be: the first time is one too many."""
    return Rule("switched off", number(line, "switched_off_events") - 1, MINUTE, MINUTE)


def breach_rule(line: Line) -> Rule:
    """Signs of a data breach within a minute; somebody decides when it is over, so it stays for two hours."""
    return Rule("signs of a breach", number(line, "events") - 1, MINUTE, MINUTE, clear_after=timedelta(hours=2))


def compliance(evaluations: int, every: float) -> list[Vector]:
    """Return vectors of evaluations of controls."""
    met, unmet = {UNMET: 0.0}, {UNMET: 1.0}
    return between(
        every,
        met,
        {
            "a control is not met once too few": [unmet] * (evaluations - 1),
            "a control is not met": [unmet] * (evaluations + 1),
            "a control is not met in turns": [unmet, met] * (evaluations + 1),
            "nobody evaluates": [{}] * (evaluations + 3),
        },
    )  # fmt: skip


def switched_off(every: float) -> list[Vector]:
    """Return vectors of what is switched off."""
    return between(every, {OFF: 0.0}, {"nothing is": [{OFF: 0.0}] * 6, "the trail is, once": [{OFF: 1.0}]})


def breach(signs: list[str], refusals: float, export: float, every: float) -> list[Vector]:
    """Return vectors of signs; `signs` are counted, of refusals and exports only so many are a sign."""
    well = dict.fromkeys(signs, 0.0) | {REFUSALS: 2.0, EXPORT: 1.0}
    return between(
        every,
        well,
        {
            **{f"{sign}, once": [well | {sign: 1.0}] for sign in signs},
            "as many refusals as an old bookmark makes": [well | {REFUSALS: refusals}] * 5,
            "one refusal too many": [well | {REFUSALS: refusals + 1}],
            "an export that was planned": [well | {EXPORT: export}] * 10,
            "an export beyond that": [well | {EXPORT: export + 0.5}],
        },
    )  # fmt: skip


def signs_told(signs: list[str], refusals: float, export: float) -> Summed:
    """Sum up how many kinds of signs there are."""

    def summed(vector: Vector, start: float, end: float) -> Bucket:
        most = {
            word: max((v for at, v in samples if start <= at < end), default=0.0)
            for word, samples in vector.streams.items()
        }
        return Bucket(START + timedelta(seconds=start), kinds(most, signs, refusals, export))

    return summed


def kinds(most: dict[str, float], signs: list[str], refusals: float, export: float) -> float:
    """Return how many kinds of signs the greatest values of a bucket are."""
    told = [most.get(sign, 0.0) > 0 for sign in signs]
    return float(sum([*told, most.get(REFUSALS, 0.0) > refusals, most.get(EXPORT, 0.0) > export]))
