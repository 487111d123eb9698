"""Those who run, explain and sell the release were trained on it: everybody, not only those of the list."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta

from fixtures.api import ApiClient
from fixtures.attestations import Attestations
from fixtures.attestations.contents import changed, contents
from fixtures.attestations.rosters import roster
from fixtures.attestations.training import Training
from fixtures.oncall import Desk
from fixtures.oncall.duty import answered_game_days, on_duty
from fixtures.pages import Library
from golive import clock
from golive.attestation import Record
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges.training import OPERATION, SELLING, SUPPORT, untrained
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


@verifies("SEI-5.2.1.2.2")
def test_sellers_are_trained_and_have_tools(
    line: Line, target: ProductTarget, attestations: Attestations, pages: Library, api: ApiClient
) -> None:
    settings = configured(target.attestations, f"{line.product}.attestations")
    record = holding(attestations, line)
    quiz = line.limit("quiz")
    assert isinstance(quiz.value, (int, float))
    people = list(roster(settings, "sales", line.product))
    problems = _problems(line, record, "trained_sellers", people, SELLING, quiz.value)
    training, prices = contents(record, Training, "training"), pages.page("prices")
    assert not prices.absent, f"{prices} {prices.absent}: there is no price list"
    observed(prices.url, "sha256 of its words", prices.sha256, source="GET")
    if training.price_list_sha256 != prices.sha256:
        problems.append(f"{record}: they learnt another price list than {prices} shows now")
    conclude([*problems, _demo_problem(settings.demo_identity, line.product, api)])


def _demo_problem(identity: str | None, product: str, api: ApiClient) -> str | None:
    """Why the product can't be shown, or None: the demo's identity signs in and finds data."""
    probe = api.settings.probe_operation
    if identity is None or probe is None:
        raise NotConfigured("the target names no demo", f"Add [{product}.attestations] demo_identity")
    try:
        answer = api.call(probe, identity=identity)
    except Unobservable as error:
        return f"the demo can't be shown: {error}"
    if answer.status != api.operation(probe).status:
        return f"the demo can't be shown: {answer}"
    found = answer.all("items")
    observed(f"demo {identity}", probe, len(found), source=answer.call)
    return None if found else f"the demo can't be shown: {probe} finds nothing for {identity}"


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
