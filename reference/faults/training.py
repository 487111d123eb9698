"""Trainings that were not signed, are of another release, or leave somebody out."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.attestations import Desk, kept
from reference.faults import fault
from reference.faults.pages import republished
from reference.statements import restated, without
from reference.statements.training import (
    SELLERS,
    operators,
    sign_agents,
    sign_operators,
    sign_sellers,
    write_roster,
)
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

OPERATORS, SUPPORT, TEAM, ROTA = "AURA-10.2.1.4", "AURA-10.2.2.4", "AURA-13.3.2", "SEI-2.3.1.2.1"
SALES, CAMPAIGN = "SEI-5.2.1.2.2", "SEI-5.2.1.2.1"


@fault(
    name="aura-operators-training-missing",
    breaks="nobody has signed that the operators were trained",
    fails=[OPERATORS],
    message=r"hold none about AURA-10\.2\.1\.4",
    touches=f"attestations:{OPERATORS}",
)
def operators_training_missing(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "aurastudio")
    with restated(desk, "operators"):
        without(desk, "operators")
        yield


@fault(
    name="aura-new-colleague-on-call",
    breaks="somebody took over AuraStudio's second level who was never trained on it",
    fails=[OPERATORS, TEAM],
    message={
        OPERATORS: r"ben\.carver@\S+ is not among the trained",
        TEAM: r"ben\.carver@\S+ has no record that holds",
    },
    touches="oncall:roster",
    hard=True,
)
def new_colleague(deployment: Deployment) -> Iterator[None]:
    overrides = {"AuraStudio on call, secondary": "Ben Carver"}
    yield from simulated(deployment, "pagerduty", {"overrides": overrides}, {"overrides": {}})


@fault(
    name="aura-support-training-missing",
    breaks="nobody has signed that support was trained",
    fails=[SUPPORT],
    message=r"hold none about AURA-10\.2\.2\.4",
    touches=f"attestations:{SUPPORT}",
)
def support_training_missing(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "aurastudio")
    with restated(desk, "support"):
        without(desk, "support")
        yield


@fault(
    name="aura-support-knows-the-earlier-product",
    breaks="support was trained three weeks ago, on the release before",
    fails=[SUPPORT],
    message=r"support\.toml: is about release 1\.9\.4, not",
    touches=f"attestations:{SUPPORT}",
    hard=True,
)
def support_knows_the_earlier(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "aurastudio")
    with restated(desk, "support"):
        sign_agents(desk, release="1.9.4")
        yield


@fault(
    name="sei-operator-without-training",
    breaks="one of the rotation is not on the list of those who were trained",
    fails=[ROTA],
    message=r"trained operators is \S+ percent.*aiko\.tanaka@\S+ is not among the trained",
    touches=f"attestations:{ROTA}",
)
def operator_without_training(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    with restated(desk, "operators"):
        sign_operators(desk, [p for p in operators(desk) if not p.startswith("aiko.")])
        yield


@fault(
    name="sei-substitute-on-call",
    breaks="all of the team were trained, and next month somebody of another team stands in",
    fails=[ROTA],
    message=r"mira\.okafor@\S+ is not among the trained",
    touches="oncall:roster",
    hard=True,
)
def substitute_on_call(deployment: Deployment) -> Iterator[None]:
    overrides = {"Seiketsu backend on call, secondary": "Mira Okafor"}
    yield from simulated(deployment, "pagerduty", {"overrides": overrides}, {"overrides": {}})


@fault(
    name="sei-training-changed-afterwards",
    breaks="somebody was put on the signed list of those who were trained, afterwards",
    fails=[ROTA],
    message=r"its evidence operators/contents\.toml has another hash now",
    touches=f"attestations:{ROTA}",
    hard=True,
)
def training_changed(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    with restated(desk, "operators"):
        path = desk.folder / "operators" / "contents.toml"
        path.write_text(path.read_text().replace("aiko.tanaka@", "akio.tanaka@"))
        yield


@fault(
    name="sei-seller-without-training",
    breaks="somebody new sells Seiketsu, and was not trained",
    fails=[SALES],
    message=r"trained sellers is 75 percent.*olga\.petrova@\S+ is not among the trained",
    touches=f"attestations:{SALES}",
)
def seller_without_training(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    with kept(desk.folder / "rosters" / "sales.txt"):
        write_roster(desk, [*SELLERS, "olga.petrova"])
        yield


@fault(
    name="sei-sellers-know-other-prices",
    breaks="the prices changed after the sellers learnt them",
    fails=[SALES, CAMPAIGN],
    message={
        SALES: r"they learnt another price list than \S+/prices shows now",
        CAMPAIGN: r"Price list: \S+/prices says something else than was approved",
    },
    touches=[f"attestations:{SALES}", "edge:seiketsu:page:prices"],
    hard=True,
)
def sellers_know_other_prices(deployment: Deployment) -> Iterator[None]:
    with republished(deployment, "prices", lambda text: text.replace("499 USD", "549 USD"), "seiketsu"):
        yield


@fault(
    name="sei-sellers-failed-the-quiz",
    breaks="the sellers were trained, and got 70 percent of the quiz",
    fails=[SALES],
    message=r"has 70 % in the exercise, want >= 80 %",
    touches=f"attestations:{SALES}",
    hard=True,
)
def sellers_failed(deployment: Deployment) -> Iterator[None]:
    desk = Desk(deployment.settings, "seiketsu")
    with restated(desk, "sellers"):
        sign_sellers(desk, score=70)
        yield
