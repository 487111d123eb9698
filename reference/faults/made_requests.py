"""An API that breaks, takes or answers what its description does not allow, and one that hostile texts get into.

The line tries every operation of a tenant of its own; each fault changes one switch of the application.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT = "SEI-1.3.1.4.1", "seiketsu"
SWITCH = "app:seiketsu:behaviour"


@fault(
    name="sei-attack-most-bedrooms",
    breaks="a lead who wants as many bedrooms as the description allows makes the API break",
    fails=[LINE],
    message=r"crashes is [1-9].*POST /api/v1/leads, Object with valid 'bedrooms' value.*: 500\.",
    touches=f"{SWITCH}:score_by_room",
)
def most_bedrooms(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "score_by_room")


@fault(
    name="sei-attack-takes-any-page",
    breaks="a list of leads is given for numbers that its description forbids, as if they were the nearest allowed",
    fails=[LINE],
    message=r"forbidden taken is [1-9].*GET /api/v1/leads.*200",
    touches=f"{SWITCH}:takes any:/api/v1/leads/hot",
    hard=True,
)
def takes_any_page(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "takes any:/api/v1/leads/hot", {"limit": [1, 50]})


@fault(
    name="sei-attack-answer-as-text",
    breaks="a lead's score is a text where the description has a number",
    fails=[LINE],
    message=r"undescribed answers is [1-9].*GET /api/v1/leads/\{lead_id\}.*200.*is not of type",
    touches=f"{SWITCH}:score_as_text",
    hard=True,
)
def answer_as_text(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "score_as_text")


@fault(
    name="sei-attack-path-joined",
    breaks="the name of a letter is put after the folder's as it is",
    fails=[LINE],
    message=r"attacks let in is [1-9].*letter, query file: a path upwards gives a file of the machine",
    touches=f"{SWITCH}:letters",
    hard=True,
)
def path_joined(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "letters_joined")


@fault(
    name="sei-attack-path-unquoted-late",
    breaks="paths upwards are refused, and percent signs are resolved after that",
    fails=[LINE],
    message=r"attacks let in is 1,.*letter, query file: a path upwards in percent signs gives a file of the machine",
    touches=f"{SWITCH}:letters",
    hard=True,
)
def path_unquoted_late(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "letters_unquoted_late")


@fault(
    name="sei-attack-header-split",
    breaks="the name under which a letter is saved comes back in a header as it is, line ends too",
    fails=[LINE],
    message=r"query save_as: a line end makes a header of its own",
    touches=f"{SWITCH}:save_as",
    hard=True,
)
def header_split(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "names_reflected")


@fault(
    name="sei-attack-header-quote",
    breaks="line ends are taken out of that name, and a quote in it ends it",
    fails=[LINE],
    message=r"query save_as: a quote makes a part of its own \(golive=golive-yes\)",
    touches=f"{SWITCH}:save_as",
    hard=True,
)
def header_quote(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "names_without_line_ends")


@fault(
    name="sei-attack-redirect-by-host",
    breaks="a redirect to the path without its slash leads to the host that the caller named",
    fails=[LINE],
    message=r", a slash apart: another host in Host comes back in location \(answered 307\)",
    touches=f"{SWITCH}:redirects_by_host",
    hard=True,
)
def redirect_by_host(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "redirects_by_host")


@fault(
    name="sei-attack-body-walked",
    breaks="objects in an event are walked through by a function that calls itself: deep ones break it",
    fails=[LINE],
    message=r"crashes is [1-9].*body properties: a body 700 objects deep is answered 500",
    touches=f"{SWITCH}:events_walked",
    hard=True,
)
def body_walked(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "events_walked")


@fault(
    name="sei-attack-body-unlimited",
    breaks="bodies of any size are taken",
    fails=[LINE],
    message=r"body properties: a body of \d+ bytes that says so is taken \(201\)",
    touches=f"{SWITCH}:body_limit",
    hard=True,
)
def body_unlimited(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "body_unlimited")


@fault(
    name="sei-attack-body-limit-by-header",
    breaks="a body is refused for the size that it says it has; one in pieces says none",
    fails=[LINE],
    message=r"attacks let in is 1,.*body properties: a body of \d+ bytes in pieces is taken \(201\)",
    touches=f"{SWITCH}:body_limit",
    hard=True,
)
def body_limit_by_header(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "body_measured_by_header")
