"""A site whose answers pages of other origins may read as the visitor."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, LISTENER = "AURA-4.1.4.4", "aurastudio-web"
CREDENTIALS = {"Access-Control-Allow-Credentials": "true"}


@fault(
    name="aura-site-open-to-all-origins",
    breaks="every page of the site may be read by any origin, with the visitor's session",
    fails=[LINE],
    message=r"foreign grants is \d+.*GET / from \S+ \(.*\): Allow-Origin \* with credentials",
    touches="nginx:aurastudio-web:headers",
)
def site_open_to_all_origins(deployment: Deployment) -> Iterator[None]:
    headers = {"Access-Control-Allow-Origin": "*", **CREDENTIALS}
    with deployment.edge.relisten(LISTENER, more_headers=headers):
        yield


@fault(
    name="aura-site-rewrite-reflects-the-origin",
    breaks="pages are clean, and what the site passes on to the API admits the origin that asks",
    fails=[LINE],
    message=r"foreign grants is \d+.*GET /api/health from \S+ \(.*\): Allow-Origin \S+ with credentials",
    touches="edge:aurastudio-web:rewrite",
    hard=True,
)
def site_rewrite_reflects(deployment: Deployment) -> Iterator[None]:
    headers = {"Access-Control-Allow-Origin": "$http_origin", **CREDENTIALS}
    with deployment.edge.relisten(LISTENER, rewrite_headers=headers):
        yield
