"""Every endpoint that is made public answers, through its public name, with what it should."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

import pytest
import requests

from fixtures.api import ApiClient
from fixtures.web import Site
from fixtures.websocket import WebSocketClient
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget, Target
from golive.target.web import WebSocketStream
from golive.verdict import NotConfigured, Unobservable
from tests.judges.endpoints import actor, is_page, is_plain_read, missing_fields
from tests.smoke.reaching import Tried, each_tried, open_page, reach

NOWHERE = "/golive-no-such-path"
NOBODY = "golive-nobody"
TRIES = 3
"""Connections to each address: one that is bad every second time shows."""


@verifies("AURA-5.2.3.1")
@pytest.mark.smoke
def test_every_public_endpoint_is_reachable(
    line: Line, target: ProductTarget, api: ApiClient, site: Site, api_site: Site | None
) -> None:
    control = api.send("OPTIONS", NOWHERE, reading=True)
    operations = {name: o for name, o in api.settings.operations.items() if o.base_url is None}
    if not operations:
        raise NotConfigured(f"the target maps no operations of {api}", f"Add [{line.product}.api.operations]")
    if control.status != 404:
        raise Unobservable(
            f"{control}, want 404: a route that is missing can't be told from one that is there",
            "See what answers OPTIONS in the API's place",
        )
    api.token()
    tried = each_tried(lambda name: reach(api, name), operations)
    web = target.web
    pages = [*(web.public_paths if web else []), *(web.private_paths if web else [])]
    tried += each_tried(lambda path: open_page(site, path), pages)
    addressed = [(site, "/", a) for a in site.addresses for _ in range(TRIES)]
    if api_site:
        health = operations["health"].path if "health" in operations else "/"
        addressed += [(api_site, health, a) for a in api_site.addresses for _ in range(TRIES)]
    tried += each_tried(lambda what: _at(*what), addressed)
    _conclude(line, tried, "reachable", "answer_time", "Look at the balancer's routes and at each of its addresses")


@verifies("SEI-2.1.2.1.4")
@pytest.mark.smoke
def test_every_published_url_answers_with_the_right_content(
    line: Line, whole_target: Target, target: ProductTarget, api: ApiClient, site: Site, websocket: WebSocketClient
) -> None:
    operations = {n: o for n, o in api.settings.operations.items() if o.base_url is None and is_plain_read(o)}
    if not operations:
        raise NotConfigured(
            f"the target maps no GET of {api} without parameters", f"Add [{line.product}.api.operations]"
        )
    for name in {actor(o, api.settings.identities, api.settings.roles) for o in operations.values()}:
        api.token(name)
    tried = each_tried(lambda name: _right(api, name), operations)
    tried += each_tried(lambda path: _page(site, path), target.web.public_paths if target.web else [])
    streams = [websocket.settings, *websocket.settings.others.values()]
    tried += each_tried(lambda s: _stream(WebSocketClient(s, api, whole_target.timeouts)), streams)
    deep = next(iter(operations.values())).path.rstrip("/") + "/golive/no/such/path"
    unknown = [("the API", api.send("GET", path)) for path in (NOWHERE, deep)]
    wanted = line.limit("unknown_path_status")
    hint = "A route that catches all answers for everything, also for what is broken"
    problems = [wanted.problem(answer.status, of=f"{what}, {answer.call}", hint=hint) for what, answer in unknown]
    problems += [
        wanted.problem(site.get(path).status, of=f"{site}, GET {path}", hint=hint)
        for path in (NOWHERE, NOWHERE + "/deep")
    ]
    _conclude(line, tried, "answering_endpoints", "response", "", problems)


def _conclude(
    line: Line, tried: list[Tried], share: str, seconds: str, hint: str, more: list[str | None] | None = None
) -> None:
    bad = [t.problem for t in tried if t.problem]
    tried = [_alone(line, seconds, t) for t in tried]
    slowest = max(tried, key=lambda t: t.seconds)
    conclude(
        [
            line.limit(share).problem(
                100 * (len(tried) - len(bad)) / len(tried), of=f"{len(tried)} endpoints", hint=hint
            ),
            line.limit(seconds).problem(slowest.seconds, of=slowest.what),
            *bad,
            *(more or []),
        ]
    )


def _alone(line: Line, seconds: str, tried: Tried) -> Tried:
    """What was slow among many calls at once is tried again by itself: its own time is judged, not the crowd's."""
    if tried.again is None or line.limit(seconds).admits(tried.seconds):
        return tried
    return replace(tried, seconds=min(tried.again().seconds for _ in range(2)))


def _at(site: Site, path: str, address: str) -> Tried:
    what = f"{urlsplit(site.base_url).netloc} at {address}"
    try:
        page = site.get(path, address=address, fresh=True, raw=True)
    except requests.RequestException as error:
        if "unreachable" in str(error):
            raise Unobservable(
                f"{what}: this machine has no route to it", "Run where IPv4 and IPv6 are routed"
            ) from None
        return Tried(what, f"{what}: {type(error).__name__} on a new connection, while the name may lead there", 0)
    return Tried(what, "" if page.status < 400 else f"{page} at {address}", page.seconds)


def _right(api: ApiClient, name: str) -> Tried:
    operation = api.settings.operations[name]
    answer = api.call(name, identity=actor(operation, api.settings.identities, api.settings.roles))
    kind = answer.headers.get("Content-Type", "").partition(";")[0].strip()
    problem = ""
    if answer.status != operation.status:
        problem = f"{answer}, want {operation.status}"
    elif operation.fields and not kind.endswith("json"):
        problem = f"{answer} as {kind or 'no type'}, want JSON"
    elif missing := missing_fields(operation, answer):
        problem = f"{answer} without {', '.join(f'{m} ({operation.fields[m]})' for m in missing)}"
    return Tried(answer.call, problem, answer.seconds)


def _page(site: Site, path: str) -> Tried:
    page = site.get(path, follow=True)
    good = page.status == 200 and is_page(page.content_type, page.text)
    return Tried(
        str(page), "" if good else f"{page} as {page.content_type}, want an HTML page with a title", page.seconds
    )


def _stream(client: WebSocketClient) -> Tried:
    """A stream that is served refuses who has no token; one that is not answers 404, 426 or 5xx."""
    names: WebSocketStream = client.settings
    values = dict.fromkeys(("session_id", "channel"), NOBODY)
    upgrade = client.upgrade(token=None, **values)
    good = (
        upgrade.status in (401, 403)
        or (names.auth == "none" and upgrade.accepted)
        or upgrade.closed in range(4000, 5000)
    )
    return Tried(
        str(client), "" if good or upgrade.closed == 1008 else f"{upgrade} without a token, want 401 or 403", 0
    )
