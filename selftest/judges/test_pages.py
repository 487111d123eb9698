"""Published pages, judged on made-up ones."""

from __future__ import annotations

from datetime import date

import pytest
import requests

from fixtures.documents.markdown import read
from fixtures.pages import PublishedPage
from fixtures.web.page import Page
from tests.judges.pages import FAQ, PRIVACY, answers, chapters, real, unnamed, unsaid, unwritten, updated


def page(html: str, status: int = 200, kind: str = "text/html") -> PublishedPage:
    answer = requests.Response()
    answer.status_code, answer.url, answer._content = status, "https://app.example.com/faq", html.encode()
    answer.headers["Content-Type"] = kind
    return PublishedPage(Page(answer.url, answer, 0.1))


@pytest.mark.parametrize(
    ("html", "status", "why"),
    [
        ("<main><h1>Help</h1><p>Words for readers.</p></main>", 200, ""),
        ("<main><h1>Help</h1></main>", 404, "answers 404"),
        ("<main><h1>Page not found</h1></main>", 200, "answers 200 and says 'Page not found'"),
        ("<main><p>This article is coming soon.</p></main>", 200, "coming soon"),
        ("<form><input type=password></form>", 200, "wants people to sign in"),
        ("<script>var words = 'of a script'</script>", 200, "is empty"),
    ],
)
def test_what_is_no_page(html: str, status: int, why: str) -> None:
    found = page(html, status).absent
    assert why in found if why else found == ""


def test_a_long_page_may_speak_of_what_is_not_found() -> None:
    assert page(f"<main><p>Your file was not found? {'Look again. ' * 60}</p></main>").absent == ""


def test_the_structure_of_a_page() -> None:
    found = page(
        '<main><h2>One</h2><p>Some words <a href="/x#y">there</a>.</p></main><footer><a href="/p">P</a></footer>'
    )
    assert [(s.heading, s.text.split()) for s in found.section.parts] == [("One", ["Some", "words", "there", "."])]
    assert [(link.url, link.place) for link in found.links] == [
        ("https://app.example.com/x", "main"), ("https://app.example.com/p", "footer"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("Last updated: 2026-03-02", date(2026, 3, 2)),
        ("Effective March 2, 2026.", date(2026, 3, 2)),
        ("Updated on 2 March 2026", date(2026, 3, 2)),
        ("Founded in 2019-01-01", None),
        ("Updated: 2026-13-45", None),
    ],
)
def test_the_day_of_the_last_change(text: str, day: date | None) -> None:
    assert updated(text) == day


def test_what_is_not_said() -> None:
    assert unsaid("nothing", PRIVACY) == list(PRIVACY)
    assert unnamed("OpenAI hears", ["OpenAI", "Pinecone"]) == ["Pinecone"]
    assert unwritten("[Company name] cares") == "has the blank '[Company name]'"
    assert unwritten("We care.") == ""


def test_answers_are_real() -> None:
    text = "## Billing\n### What does it cost?\nNothing at all.\n"
    text += "### Why is that?\nAsk us later.\n### How so?\nAsk us later.\n"
    pairs = answers(read(text))
    assert list(pairs) == ["What does it cost?", "Why is that?", "How so?"]
    assert real(pairs) == {"What does it cost?": "Nothing at all."}
    assert unsaid("\n".join(pairs), FAQ) == ["privacy", "languages", "account deletion"]


def test_chapters() -> None:
    topics = {"Studio": ("studio",), "Memory": ("memor",)}
    assert chapters(read("# Guide\n## The studio\nOne two three.\n"), topics) == {"Studio": 3, "Memory": 0}
