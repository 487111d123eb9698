"""The site's content security policy stops scripts that somebody got into its pages."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from fixtures.browser.planted import FOREIGN, INLINE, planted, unguarded
from fixtures.browser.tab import Tab, Visitor
from fixtures.web import Page, Site
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges.content_policy import nonces, policies, weaknesses

if TYPE_CHECKING:
    from playwright.sync_api import Browser

POLICY = "Content-Security-Policy"


@verifies("AURA-4.1.4.2")
@pytest.mark.timeout(180)
def test_policy_stops_planted_scripts(line: Line, target: ProductTarget, site: Site, chromium: Browser) -> None:
    web = configured(target.web, f"{line.product}.web")
    paths = list(dict.fromkeys([*web.public_paths, *filter(None, [web.login_path])]))
    if not paths:
        raise Unobservable("the target names no public page", f"Give {line.product}.web.public_paths")
    problems: list[str | None] = []
    ran: list[str] = []
    for path in paths:
        first, second = site.get(path, follow=True), site.get(path, follow=True)
        if second.status >= 400:
            raise Unobservable(f"{second}, so its policy can't be tried", "Correct web.public_paths")
        old = nonces(_policies(first))
        problems += [f"{first.url}: {weakness}" for weakness in _said(first)]
        if same := old & nonces(_policies(second)):
            problems.append(f"{first.url}: {len(same)} nonce is the same in two answers, so whoever saw it can use it")
        _require_dangerous(chromium, site, path, old)
        with Visitor(chromium, site, changes=partial(planted, nonces=old)).open(path) as tab:
            ran += [f"{first.url}: {what} ran" for what in tab.ran]
            problems += _silent(tab, first)
    hint = "Send an enforced policy without 'unsafe-inline' with every page, and a new nonce with each answer"
    conclude([line.limit("injected_scripts_run").problem(len(ran), of=site, hint=hint), *ran, *problems])


def _policies(page: Page) -> list[dict[str, list[str]]]:
    found = policies([page.headers.get(POLICY, "")])
    observed(page.url, POLICY, page.headers.get(POLICY, "none"), source="GET")
    return found


def _said(page: Page) -> list[str]:
    found = weaknesses(_policies(page))
    only = page.headers.get(f"{POLICY}-Report-Only")
    return [f"{w}; there is one that only reports" if only and "no enforced" in w else w for w in found]


def _require_dangerous(browser: Browser, site: Site, path: str, old: set[str]) -> None:
    """What does not run shows something only where it would run without the policy."""
    with Visitor(browser, site, changes=partial(unguarded, nonces=old)).open(path) as tab:
        if not {INLINE, FOREIGN} <= set(tab.ran):
            raise Unobservable(
                f"{path} without its policy runs {tab.ran or 'nothing'} of what was planted: it can't be seen at work",
                "Look at the page in a browser",
            )


def _silent(tab: Tab, page: Page) -> list[str]:
    """The browser says what it kept from running: nothing said and nothing run is no policy at work."""
    if tab.ran or any(directive.startswith("script-src") for directive in tab.forbidden):
        return []
    return [f"{page.url}: no planted script ran, and the browser reports no violation ({tab.forbidden or 'nothing'})"]
