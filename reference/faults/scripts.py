"""Pages whose policy stops no script, and pages that take users' texts for markup."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.services.edge import POLICY
from reference.services.site import write_site

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "aurastudio"
STOPPED, SHOWN = "AURA-4.1.4.2", "AURA-4.1.4.3"
LISTENER = f"{PRODUCT}-web"


@fault(
    name="aura-policy-missing",
    breaks="the site's pages come without a content security policy",
    fails=[STOPPED],
    message=r"a script in the page ran(?s:.)*there is no enforced policy",
    touches=["nginx:aurastudio-web:policy"],
)
def policy_missing(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten(LISTENER, policy_header=""):
        yield


@fault(
    name="aura-policy-only-reports",
    breaks="the policy is right, and its header only has violations reported",
    fails=[STOPPED],
    message=r"a script in the page ran(?s:.)*there is one that only reports",
    touches=["nginx:aurastudio-web:policy"],
    hard=True,
)
def policy_only_reports(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten(LISTENER, policy_header="Content-Security-Policy-Report-Only"):
        yield


@fault(
    name="aura-policy-constant-nonce",
    breaks="the policy admits scripts by a nonce that is the same in every answer",
    fails=[STOPPED],
    message=r"a script with a nonce of another answer ran(?s:.)*nonce is the same in two answers",
    touches=["nginx:aurastudio-web:policy"],
    hard=True,
)
def policy_constant_nonce(deployment: Deployment) -> Iterator[None]:
    policy = POLICY.replace("script-src 'self'", "script-src 'self' 'nonce-cmVmZXJlbmNl'")
    with deployment.edge.relisten(LISTENER, policy=policy):
        yield


@fault(
    name="aura-policy-unsafe-inline",
    breaks="the policy admits the site's own scripts, and any that stands in a page",
    fails=[STOPPED],
    message=r"an event handler ran(?s:.)*'unsafe-inline'",
    touches=["nginx:aurastudio-web:policy"],
    hard=True,
)
def policy_unsafe_inline(deployment: Deployment) -> Iterator[None]:
    policy = POLICY.replace("script-src 'self'", "script-src 'self' 'unsafe-inline'")
    with deployment.edge.relisten(LISTENER, policy=policy):
        yield


def built_careless(deployment: Deployment, name: str, *what: str) -> Iterator[None]:
    """The site of a product is built with a script that is careless in these ways (see `write_site`)."""
    product = deployment.settings.products[name]
    assets = Path(product.web_folder) / "assets"
    former = set(assets.iterdir())
    write_site(product, frozenset(what))
    try:
        yield
    finally:
        write_site(product)
        for made in set(assets.iterdir()) - former:
            made.unlink()


@fault(
    name="aura-markup-in-titles",
    breaks="the title of a project is put into its page as markup",
    fails=[SHOWN],
    message=r"an image with an event handler ran",
    touches=["site:aurastudio:assets", "site:aurastudio:pages", "edge:aurastudio:page"],
)
def markup_in_titles(deployment: Deployment) -> Iterator[None]:
    yield from built_careless(deployment, PRODUCT, "title")


@fault(
    name="aura-markup-in-links",
    breaks="texts are shown as texts, and one that looks like an address becomes a link, a script's address too",
    fails=[SHOWN],
    message=r"a link to a script ran(?s:.)*link\(s\) of the page lead to a script",
    touches=["site:aurastudio:assets", "site:aurastudio:pages", "edge:aurastudio:page"],
    hard=True,
)
def markup_in_links(deployment: Deployment) -> Iterator[None]:
    yield from built_careless(deployment, PRODUCT, "link")
