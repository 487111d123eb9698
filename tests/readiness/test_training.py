"""Those who run, explain and sell the release were trained on it: everybody, not only those of the list."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from fixtures.attestations import Attestations
from fixtures.attestations.contents import changed, contents
from fixtures.attestations.training import Training
from fixtures.oncall import Desk
from fixtures.oncall.duty import answered_game_days, on_duty
from golive import clock
from golive.attestation import Record
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from tests.judges.training import OPERATION, SUPPORT, untrained
from tests.readiness.attested import age_problem, holding, share_problem

ROTATION_DAYS = 30
"""In which everybody of a rotation has had a turn."""


@verifies("AURA-10.2.1.4")
def test_each_operator_is_trained(line: Line, attestations: Attestations, oncall: Desk) -> None:
    record = holding(attestations, line)
    conclude(_problems(line, record, "trained", on_duty(oncall, ROTATION_DAYS), OPERATION))


@verifies("AURA-10.2.2.4")
def test_support_is_trained(line: Line, attestations: Attestations) -> None:
    record = holding(attestations, line)
    people = {each.person for each in contents(record, Training, "training").trained}
    conclude(_problems(line, record, "trained", people, SUPPORT))


@verifies("SEI-2.3.1.2.1")
def test_each_operator_of_the_coming_weeks_is_trained(line: Line, attestations: Attestations, oncall: Desk) -> None:
    horizon, age = line.limit("rota_horizon"), line.limit("record_age")
    assert isinstance(horizon.value, (int, float))
    assert isinstance(age.value, (int, float))
    people = on_duty(oncall, horizon.value)
    horizon.require(horizon.value, of=f"the time looked at of {oncall}")
    record = holding(attestations, line)
    games = answered_game_days(oncall, age.value)
    hint = "Hold one: page the rotation with an incident called 'game day', and let a person answer it"
    conclude(
        [
            *_problems(line, record, "trained_operators", people, OPERATION),
            line.limit("acknowledged_drills").problem(len(games), of=oncall, hint=hint),
        ]
    )


def _problems(
    line: Line, record: Record, share: str, people: Collection[str], topics: Collection[str], least: float = 0
) -> list[str | None]:
    """What is wrong with a training: its age, who is missing, what lies beside it and has changed since."""
    training = contents(record, Training, "training")
    observed(record, "trained", sorted(t.person for t in training.trained), source="record")
    age = line.limit("record_age")
    assert isinstance(age.value, (int, float))
    since = clock.now() - timedelta(days=age.value)
    lacking = untrained(people, training.trained, topics, since, clock.now(), least)
    proofs = [training.curriculum, *(t.evidence for t in training.trained)]
    return [
        age_problem(age, record),
        share_problem(line.limit(share), f"{record}, of {len(people)} people", people, lacking),
        *(f"{record}: {why}" for proof in proofs if (why := changed(record, proof))),
    ]
