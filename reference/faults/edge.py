"""The edge: content over plain HTTP, and browsers that are not told to stay on HTTPS."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

WEB, API = "nginx:aurastudio-web:plain", "nginx:aurastudio-api:plain"


@fault(
    name="aura-site-served-in-clear-text",
    breaks="the site's plain port serves its pages",
    fails=["AURA-4.1.4.1"],
    message=r"http://localhost:\d+/login answers 200 in clear text",
    touches=[WEB],
)
def site_served_in_clear_text(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten("aurastudio-web", plain=["/"]):
        yield


@fault(
    name="aura-api-served-in-clear-text",
    breaks="all pages are redirected, the API's paths are served on its plain port",
    fails=["AURA-4.1.4.1"],
    message=r"http://localhost:\d+/api/projects/ answers 401 in clear text",
    touches=[API],
    hard=True,
)
def api_served_in_clear_text(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten("aurastudio-api", plain=["/api/"]):
        yield


@fault(
    name="aura-site-forgets-https",
    breaks="the header that keeps browsers on HTTPS is there, and tells them to forget it",
    fails=["AURA-4.1.4.1"],
    message=r"hsts max age is 0 s",
    touches=[WEB],
    hard=True,
)
def site_forgets_https(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten("aurastudio-web", hsts="max-age=0; includeSubDomains"):
        yield


@fault(
    name="aura-error-pages-without-hsts",
    breaks="good pages carry the header, error pages do not",
    fails=["AURA-4.1.4.1"],
    message=r"/golive-no-such-page answered 404 .*hsts max age is -1 s",
    touches=[WEB],
    hard=True,
)
def error_pages_without_hsts(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten("aurastudio-web", hsts_on_errors=False):
        yield


@fault(
    name="aura-api-errors-without-nosniff",
    breaks="the API's good answers say that they are what they say, its errors do not",
    fails=["AURA-4.1.4.3"],
    message=r"no X-Content-Type-Options: nosniff on .* answered 401",
    touches=["nginx:aurastudio-api:sniffing"],
    hard=True,
)
def api_errors_without_nosniff(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten("aurastudio-api", nosniff_on_errors=False):
        yield


@fault(
    name="aura-api-framed-by-anybody",
    breaks="the API's answers let any page frame them: a policy of their own takes the place of the older header",
    fails=["AURA-4.1.4.3"],
    message=r"no X-Frame-Options or frame-ancestors on .* answered 200",
    touches=["nginx:aurastudio-api:framing"],
    hard=True,
)
def api_framed_by_anybody(deployment: Deployment) -> Iterator[None]:
    policy = {"Content-Security-Policy": "default-src 'none'; frame-ancestors *"}
    with deployment.edge.relisten("aurastudio-api", more_headers=policy):
        yield
