"""Who changes to another tenant sees nothing of the one before: in no tab, no store, no answer that comes late."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pytest

from fixtures.api import ApiClient
from fixtures.browser.holding import HoldingVisitor, choose, read, shows
from fixtures.browser.tab import SECONDS, Tab
from fixtures.web import Site
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.target.web import TenantSwitch
from golive.verdict import NotConfigured, Unobservable
from tests.judges.tenant_switch import asked_as_former, left_behind

if TYPE_CHECKING:
    from playwright.sync_api import Browser

SHOWN_WITHIN = 10.0
"""Seconds in which a page shows what it loads."""


@verifies("SEI-1.2.2.2.4")
@pytest.mark.timeout(240)
def test_a_changed_tenant_leaves_nothing_in_the_browser(
    line: Line, target: ProductTarget, site: Site, api: ApiClient, chromium: Browser
) -> None:
    web = configured(target.web, f"{line.product}.web")
    how = configured(web.switch, f"{line.product}.web.switch")
    first, second = (api.identity(name) for name in how.identities)
    if not first.marker or not second.marker or first.tenant == second.tenant:
        raise NotConfigured("web.switch.identities are not of two tenants with markers", "Name two synthetic users")
    values = {f"{word}.{key}": value for word, name in zip(("first", "second"), how.identities, strict=True)
              for key, value in _values(api, name).items()}  # fmt: skip
    cookies, storage, local = (
        {k: _filled(v, values) for k, v in kept.items()} for kept in (how.cookies, how.storage, how.local)
    )
    visitor = HoldingVisitor(chromium, site, cookies=cookies, storage=storage, local=local)
    markers, seen = (first.marker,), dict[str, Mapping[str, str]]()
    patience = float(str(line.limit("late_answer_delay").value))
    with visitor.tabs(how.path) as (tab, other):
        choose(tab, how.control, first.tenant or "")
        _require_first(how, tab, other, first.marker, site.base_url + _filled(how.deep_link, values))
        held = _late(how, visitor, tab, first.marker, values["first.token"])
        visitor.sent.clear()
        choose(tab, how.control, second.tenant or "")
        changed = {"the tab": tab, "another tab": other}
        arrived = {word: shows(t, second.marker, how.control, SHOWN_WITHIN) for word, t in changed.items()}
        tab.page.wait_for_timeout(patience * 1000)
        visitor.release()
        tab.page.wait_for_timeout(1000)
        seen |= {word: read(t.page, how.control) for word, t in changed.items()}
        tab.page.go_back(timeout=SECONDS)
        tab.page.wait_for_timeout(1000)
        seen["the tab after the back button"] = read(tab.page, how.control)
        tab.page.goto(site.base_url + _filled(how.deep_link, values), timeout=SECONDS)
        tab.page.reload(timeout=SECONDS)
        tab.page.wait_for_timeout(1500)
        seen["the tab at the former tenant's link"] = read(tab.page, how.control)
        foreign = asked_as_former(visitor.sent, values["first.token"])
    observed(site, "answers that came late", held, source="Chromium", unit="count")
    left = left_behind(seen, markers)
    observed(site, "places with the former tenant's marker", left, source="Chromium")
    hint = f"in {'; '.join(left)}. Empty every store when the tenant changes, and drop answers that come late"
    conclude(
        [
            line.limit("former_tenant_markers").problem(len(left), of=site, hint=hint),
            *(
                f"{word} does not show the new tenant {SHOWN_WITHIN:g} s later"
                for word, there in arrived.items()
                if not there
            ),
            *(f"{url} is asked with the former tenant's session after the change" for url in foreign),
        ]
    )


def _values(api: ApiClient, name: str) -> dict[str, str]:
    who = api.identity(name)
    return {**who.extra, "token": api.token(name), "tenant": who.tenant or "", "id": who.id or ""}


def _filled(text: str, values: Mapping[str, str]) -> str:
    for key, value in values.items():
        text = text.replace(f"{{{key}}}", value)
    return text


def _require_first(how: TenantSwitch, tab: Tab, other: Tab, marker: str, link: str) -> None:
    """What is to be gone later has to be there first, in both tabs, in a search and behind the link."""
    tab.page.goto(link, timeout=SECONDS)
    for word, t in {"the page": tab, "a second tab": other}.items():
        if not shows(t, marker, how.control, SHOWN_WITHIN):
            raise Unobservable(
                f"{how.path}: {word} shows nothing of the first tenant", "See web.switch, and its marker"
            )
    _search(how, tab, marker)


def _search(how: TenantSwitch, tab: Tab, text: str) -> None:
    from playwright.sync_api import Error

    try:
        tab.page.locator(how.search).first.fill(text, timeout=SECONDS)
        tab.page.locator(how.search).first.press("Enter", timeout=SECONDS)
    except Error as error:
        said = error.message.splitlines()[0]
        raise Unobservable(f"{how.path}: nothing can be searched by {how.search}: {said}", "See web.switch") from None
    if not shows(tab, text, how.control, SHOWN_WITHIN):
        raise Unobservable(f"{how.path}: a search finds nothing of the first tenant", "See web.switch, and its marker")


def _late(how: TenantSwitch, visitor: HoldingVisitor, tab: Tab, marker: str, token: str) -> int:
    """Have something of the first tenant asked for whose answer waits; return how many answers do."""
    visitor.hold = token
    tab.page.locator(how.search).first.fill(marker.partition("-")[0], timeout=SECONDS)
    tab.page.locator(how.search).first.press("Enter", timeout=SECONDS)
    for _ in range(50):
        if visitor.held:
            return len(visitor.held)
        tab.page.wait_for_timeout(100)
    raise Unobservable(
        f"{how.path}: a search asks the API for nothing", "Does the page search by itself? See web.switch"
    )
