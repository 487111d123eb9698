"""Users find help by themselves, and reach somebody where they don't."""

from __future__ import annotations

import re

import pytest

from fixtures.helpdesk import Helpdesk
from fixtures.pages import Library, PublishedPage
from fixtures.pages.contact import Contact
from fixtures.pages.help_centre import HOME, HelpCentre
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.run_id import run_id
from tests.judges.pages import age, unwritten, updated
from tests.readiness.letters import lost, sent

FEWEST_WORDS = 20
HOURS = re.compile(r"\b(hours?|around the clock|24/7|monday|weekdays?|working days?)\b", re.IGNORECASE)
ANSWER = re.compile(
    r"\b(answer|repl(y|ies)|respon\w+)\b[^.]{0,60}\b\d+\s*(minutes?|hours?|h|min|working days?)\b", re.I
)


@verifies("AURA-10.1.1.4")
def test_the_help_centre_is_found_and_searched(line: Line, pages: Library) -> None:
    centre = HelpCentre(pages)
    home = pages.page(HOME)
    assert not home.absent, f"{centre} {home.absent}: there is no help"
    articles = centre.articles()
    wrong = {url: why for url, page in articles.items() if (why := _unreadable(page))}
    good = len(articles) - len(wrong)
    hint = f"Linked, and no articles: {'; '.join(f'{u} {w}' for u, w in list(wrong.items())[:3])}" if wrong else ""
    problems: list[str | None] = [line.limit("articles").problem(good, of=centre, hint=hint)]
    for url, page in articles.items():
        day = updated(page.text)
        if url not in wrong and day is None:
            problems.append(f"{page} does not say when it was changed or looked through last")
        elif url not in wrong and day is not None:
            problems.append(line.limit("article_age").problem(max(age(day), 0.0), of=page))
    for query, wanted in centre.searches.items():
        hit = centre.first_hit(query)
        problems.append(line.limit("search_time").problem(hit.seconds, of=f"search for '{query}' in {centre}"))
        if wanted.casefold() not in hit.title.casefold():
            problems.append(f"{centre}: '{query}' finds {hit.title or 'nothing'} first, want '{wanted}'")
    conclude(problems)


@pytest.mark.writes
@verifies("AURA-10.1.1.5")
def test_what_users_write_reaches_support(line: Line, pages: Library, helpdesk: Helpdesk) -> None:
    page, contact, marker = pages.page("support"), Contact(pages), f"Test of the form, {run_id()}"
    assert not page.absent, f"{page} {page.absent}: nobody finds how to reach support"
    problems: list[str | None] = [
        None if HOURS.search(page.text) else f"{page} does not say at which hours support works",
        None if ANSWER.search(page.text) else f"{page} does not say how soon support answers",
    ]
    limit = line.limit("ticket_after")
    assert isinstance(limit.value, (int, float))
    with sent(contact, helpdesk, marker, limit.value) as letter:
        if letter.ticket is None:
            problems.append(lost(contact, helpdesk, letter, limit.value))
        else:
            problems.append(limit.problem(letter.minutes, of=f"{letter.ticket} of {contact}"))
    conclude(problems)


def _unreadable(page: PublishedPage) -> str:
    """Why a page is no article, or nothing."""
    return page.absent or unwritten(page.text) or (f"has {page.words} words" if page.words < FEWEST_WORDS else "")
