"""Tutorials on the site can be watched, and there is one on each mode of the product."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from fixtures.browser.tab import Visitor
from fixtures.pages import Library
from fixtures.pages.films import films, frames
from fixtures.web import Site
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.verdict import NotConfigured, Unobservable
from tests.judges.films import covered, unwatchable

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PAGE = "tutorials"
"""Our word for the page."""


@verifies("AURA-10.1.1.2")
@pytest.mark.timeout(180)
def test_tutorials_can_be_watched(line: Line, pages: Library, site: Site, chromium: Browser) -> None:
    modes = pages.settings.modes
    if not modes:
        raise NotConfigured("the target does not say which modes the product has", f"Add {line.product}.pages.modes")
    page = pages.page(PAGE)
    assert not page.absent, f"{page} {page.absent}"
    with Visitor(chromium, site).open(urlsplit(pages.address(PAGE)).path) as tab:
        elsewhere = frames(tab)
        found = films(tab)
        if elsewhere and not found.or_none():
            raise Unobservable(
                f"{page} shows {len(elsewhere)} frames of elsewhere, which can't be played from here",
                "Watch them, and attest the line, or show the films as video elements of the site",
            )
        shown = list(found.or_none())
    good = [film for film in shown if unwatchable(film) is None]
    whole = [film for film in good if line.limit("length").admits(film.length)]
    have, of = covered(whole, modes), f"films of {page} that can be watched"
    missing = ", ".join(mode for mode in modes if mode not in have)
    conclude([
        *(unwatchable(film) for film in shown),
        *(line.limit("length").problem(round(film.length, 1), of=film) for film in good),
        line.limit("videos").problem(len(whole), of=of),
        line.limit("modes_covered").problem(len(have), of=of, hint=f"none is on {missing}" if missing else ""),
    ])  # fmt: skip
