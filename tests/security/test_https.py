"""Plain HTTP leads to HTTPS and nowhere else, and browsers are told to stay there."""

from __future__ import annotations

import pytest
import requests

from fixtures.parallel import each
from fixtures.web import Page, Site
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.api import Api
from golive.verdict import NotConfigured, Unobservable
from tests.judges.cookies import open_cookies, open_sessions
from tests.judges.https import covers_sub_domains, max_age_of, plain_problem

NOWHERE = "/golive-no-such-page"


@verifies("AURA-4.1.4.1")
@pytest.mark.smoke
def test_plain_http_is_redirected_and_https_is_remembered(
    line: Line, target: ProductTarget, site: Site, api_site: Site | None
) -> None:
    if not site.plain_doors:
        raise NotConfigured(f"the target has no {line.product}.web.http_url", "Add the plain address of the site")
    deep = target.web.deep_path if target.web else "/"
    asked = [(site, door + path) for door in site.plain_doors for path in ("/", deep, NOWHERE)]
    if api_site and target.api:
        asked += [(api_site, door + path) for door in api_site.plain_doors for path in api_paths(target.api)]
    answers = each(lambda a: _plain(*a, may_be_closed=a[0] is not site), asked)
    secure = [*site.doors, *(api_site.doors if api_site else [])]
    plain = [a if isinstance(a, str) else plain_problem(a.url, a.status, a.location, secure) for a in answers if a]
    in_clear = [p for p in plain if p]
    pages = each(lambda w: w[0].get(w[1]), _https(site, deep, api_site, target.api))
    sessions = set(target.web.signed_in.cookies) if target.web and target.web.signed_in else set()
    remembered = [
        line.limit("plain_answers").problem(len(in_clear), of=f"{site} and its API over plain HTTP"),
        *in_clear,
    ]
    for page in pages:
        header = page.headers.get("Strict-Transport-Security")
        observed(page.url, "Strict-Transport-Security", header, source="GET")
        of = f"{page} with Strict-Transport-Security {header!r}"
        hint = "Send the header on every answer, errors too"
        remembered.append(line.limit("hsts_max_age").problem(max_age_of(header), of=of, hint=hint))
        if header and not covers_sub_domains(header):
            remembered.append(f"{of}: includeSubDomains is missing")
        remembered += [f"{page} sets the cookie {name} without Secure" for name in open_cookies(page.headers)]
        remembered += [f"{page} {weak}" for weak in open_sessions(page.headers, sessions)]
    conclude(remembered)


def api_paths(api: Api) -> list[str]:
    """The API's root, a path that is not there, and those of its operations that read without parameters."""
    named = [api.operations[name] for name in ("health", api.probe_operation or "") if name in api.operations]
    return list(dict.fromkeys(["/", NOWHERE, *(o.path for o in named if o.method == "GET" and "{" not in o.path)]))


def _plain(site: Site, url: str, *, may_be_closed: bool) -> Page | str | None:
    """The answer; None where nothing listens and nothing needs to; a sentence where people would find nothing."""
    try:
        return site.get(url, raw=True)
    except requests.ConnectTimeout:
        raise Unobservable(f"{url}: no connection within the time-out", "Is the plain port filtered?") from None
    except requests.ConnectionError:
        return None if may_be_closed else f"{url}: nothing listens, so whoever types the bare name gets an error"


def _https(site: Site, deep: str, api_site: Site | None, api: Api | None) -> list[tuple[Site, str]]:
    wanted = [(site, door + path) for door in site.doors for path in ("/", deep, NOWHERE)]
    return wanted + ([(api_site, api_site.base_url + path) for path in api_paths(api)] if api_site and api else [])
