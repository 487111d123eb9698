"""Clients who were hit by an incident and not told, told in vain, or told of one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, MAILS = "SEI-4.2.1.3.2", ["mandrill:mails"]


@fault(
    name="sei-notices-one-plan",
    breaks="only clients on one plan are told of an incident",
    fails=[LINE],
    message=r"which hit 2 tenants: recipient differences is 1, want == 0.*Not told: \w{8}; told and not hit: nobody",
    touches=MAILS,
)
def one_plan(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "mandrill", {"untold": ["canary-dune"]}, {"untold": []})


@fault(
    name="sei-notices-shared-to",
    breaks="one mail goes to all who were hit, whose addresses stand in its To",
    fails=[LINE],
    message=r"2 mails: foreign content is 2, want == 0.*shows the addresses of 1 others in To or Cc",
    touches=MAILS,
    hard=True,
)
def shared_to(deployment: Deployment) -> Iterator[None]:
    yield from simulated(deployment, "mandrill", {"in_one": True}, {"in_one": False})


@fault(
    name="sei-notices-from-restored",
    breaks="whom to tell is taken from a restored database: as many as were hit, one of them another",
    fails=[LINE],
    message=r"which hit 2 tenants: recipient differences is 2, want == 0.*Not told: \w{8}; told and not hit: \w{8}",
    touches=MAILS,
    hard=True,
)
def from_restored(deployment: Deployment) -> Iterator[None]:
    broken = {"untold": ["canary-birch"], "told_too": ["canary-amber"]}
    yield from simulated(deployment, "mandrill", broken, {"untold": [], "told_too": []})


@fault(
    name="sei-notices-figures-of-another",
    breaks="the right clients are told, one by the text that was made for the other",
    fails=[LINE],
    message=r"2 mails: foreign content is 1, want == 0.*the mail to \w{8} names tenant \w{8}",
    touches=MAILS,
    hard=True,
)
def figures_of_another(deployment: Deployment) -> Iterator[None]:
    broken = {"figures_of": {"canary-dune": "canary-birch"}}
    yield from simulated(deployment, "mandrill", broken, {"figures_of": {}})
