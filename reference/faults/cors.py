"""Cross-origin rules that are too narrow, half there, or too wide."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "aurastudio"
TOUCHES = "app:aurastudio:behaviour:cors"


@fault(
    name="aura-cors-own-site-missing",
    breaks="the production site is not among the origins that the API admits",
    fails=["AURA-5.1.2.3", "AURA-8.1.3.4"],
    message={
        "AURA-5.1.2.3": r"preflight of .* Allow-Origin is no header",
        "AURA-8.1.3.4": r"grants nothing to its own site",
    },
    touches=TOUCHES,
)
def own_site_missing(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "cors_allow_none")


@fault(
    name="aura-cors-missing-on-errors",
    breaks="preflights and good answers are right, error answers carry no cross-origin headers",
    fails=["AURA-5.1.2.3"],
    message=r"the answer 401 to .* Allow-Origin is no header.*browsers hide",
    touches=TOUCHES,
    hard=True,
)
def missing_on_errors(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "cors_missing_on_errors")


@fault(
    name="aura-cors-method-missing",
    breaks="preflights are admitted, and do not name one method that the site uses",
    fails=["AURA-5.1.2.3"],
    message=r"pairs allowed is .*Refused: DELETE with Authorization",
    touches=TOUCHES,
    hard=True,
)
def method_missing(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "cors_without_delete")


@fault(
    name="aura-cors-reflects-any-origin",
    breaks="the API admits every origin by repeating it",
    fails=["AURA-8.1.3.4"],
    message=r"https://evil\.example \(a stranger\) is let in",
    touches=TOUCHES,
)
def reflects_any_origin(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "cors_reflect_any")


@fault(
    name="aura-cors-matches-part-of-the-host",
    breaks="origins are matched by a part of their host",
    fails=["AURA-8.1.3.4"],
    message=r"a host that begins like the site\) is let in",
    touches=TOUCHES,
    hard=True,
)
def matches_part_of_the_host(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "cors_suffix_match")


@fault(
    name="aura-cors-admits-null",
    breaks="sandboxed pages, whose origin is null, are admitted",
    fails=["AURA-8.1.3.4"],
    message=r"null \(a sandboxed page or a file\) is let in",
    touches=TOUCHES,
    hard=True,
)
def admits_null(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "cors_allow_null")
