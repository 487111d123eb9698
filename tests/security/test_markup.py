"""What users store is shown as text, whatever it looks like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from fixtures.api import ApiClient
from fixtures.api.kinds import answers_of_each_kind
from fixtures.api.newcomers import Newcomer, newcomer
from fixtures.api.plausible import plausible
from fixtures.browser.markup import CLASS, LINKS, Markup, markups
from fixtures.browser.tab import Tab, Visitor
from fixtures.web import Site
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.run_id import run_id
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges.answer_headers import by_what, unprotected

if TYPE_CHECKING:
    from playwright.sync_api import Browser


NOWHERE = "/golive-no-such-page"


@verifies("AURA-4.1.4.3")
@pytest.mark.writes
@pytest.mark.timeout(180)
def test_stored_markup_is_shown_as_text(
    line: Line, target: ProductTarget, site: Site, api: ApiClient, chromium: Browser
) -> None:
    web = configured(target.web, f"{line.product}.web")
    how = configured(web.signed_in, f"{line.product}.web.signed_in")
    texts = list(markups(run_id()))
    seen: dict[str, bool] = dict.fromkeys((m.what for m in texts), False)
    problems: list[str] = []
    ran: list[str] = []
    sniffed = [site.get(path) for path in dict.fromkeys(["/", NOWHERE, *how.pages])]
    with newcomer(api) as somebody:
        for markup in texts:
            _store(somebody, how.stores, target, markup)
        held = [
            {k: v.replace("{token}", somebody.token) for k, v in d.items()}
            for d in (how.cookies, how.storage, how.local)
        ]
        visitor = Visitor(chromium, site, unprotected=True, cookies=held[0], storage=held[1], local=held[2])
        for path in how.pages:
            with visitor.open(path) as tab:
                shown = tab.text
                for markup in texts:
                    seen[markup.what] |= markup.text in shown
                problems += _taken_for_markup(tab, path)
                tab.click_all(LINKS)
                ran += [f"{path}: {m.what} ran" for m in texts if m.mark in tab.ran]
                ran += [f"{path} opened {tab.dialogs} dialogs"] if tab.dialogs else []
            sniffed.append(site.get(path, headers={"Cookie": "; ".join(f"{k}={v}" for k, v in held[0].items())}))
    answers = [(str(a), unprotected(a.headers)) for a in [*sniffed, *answers_of_each_kind(api)]]
    problems += [f"{what}: browsers may take it for something else" for what in by_what(answers)]
    observed(site, "texts shown as text", [what for what, there in seen.items() if there], source="Chromium")
    hint = "Put what users store into pages as text, and into links only where it is an https address"
    conclude([line.limit("executions").problem(len(ran), of=site, hint=hint), *ran, *problems])
    if hidden := [what for what, there in seen.items() if not there]:
        raise Unobservable(
            f"{', '.join(how.pages)} show nothing of {', '.join(hidden)}, though it was stored",
            f"Name pages that show what users store in {line.product}.web.signed_in.pages, and how they get a session",
        )


def _store(somebody: Newcomer, operations: list[str], target: ProductTarget, markup: Markup) -> None:
    """Store a text by every operation that takes one."""
    things = target.tenancy.things.values() if target.tenancy else []
    for name in operations:
        operation = somebody.api.operation(name)
        known = next((dict(t.values) for t in things if t.create == name), {})
        values = plausible(operation, {**known, "name": markup.text, "text": markup.text})
        answer = somebody.api.call(name, identity=somebody.name, token=somebody.token, **values)
        if answer.status not in (operation.status, 400, 422):
            raise Unobservable(f"{answer}: {markup.what} can't be stored", "Correct web.signed_in.stores")


def _taken_for_markup(tab: Tab, path: str) -> list[str]:
    """Return what became an element or a link to a script, whether or not anything of it ran."""
    made, links = tab.elements(f".{CLASS}"), tab.elements(LINKS)
    return [
        *([f"{path}: {made} element(s) of the page were made of what a user stored"] if made else []),
        *([f"{path}: {links} link(s) of the page lead to a script that a user stored"] if links else []),
    ]
