"""What users read is published, current, whole, and about this product."""

from __future__ import annotations

from fixtures.pages import Library, PublishedPage
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from tests.judges.pages import (
    FAQ,
    GUIDE,
    PRIVACY,
    age,
    answers,
    chapters,
    real,
    unnamed,
    unsaid,
    unwritten,
    updated,
)
from tests.readiness.third_parties import providers


@verifies("AURA-8.2.1.1")
def test_the_privacy_policy_tells_what_the_product_does(line: Line, target: ProductTarget, pages: Library) -> None:
    page = readable(pages, "privacy")
    conclude(
        [
            *document_problems(line, page),
            *(f"{page} does not speak of {word}" for word in unsaid(page.text, PRIVACY)),
            *(f"{page} does not name {name}, which gets users' data" for name in unnamed(page.text, providers(target))),
            unlinked(pages, page, "privacy"),
        ]
    )


@verifies("AURA-10.1.1.3")
def test_questions_are_answered(line: Line, pages: Library) -> None:
    page = readable(pages, "faq")
    pairs = answers(page.section)
    good = real(pairs)
    observed(page.url, "answered questions", list(good), source="GET")
    poor = [question for question in pairs if question not in good]
    hint = f"Without an answer of their own: {'; '.join(poor[:5])}" if poor else ""
    conclude(
        [
            line.limit("pairs").problem(len(good), of=page, hint=hint),
            *(f"{page} answers nothing on {word}" for word in unsaid("\n".join([*good, *good.values()]), FAQ)),
            unlinked(pages, page, "faq"),
        ]
    )


@verifies("AURA-10.1.1.1")
def test_the_guide_covers_each_task(line: Line, target: ProductTarget, pages: Library) -> None:
    page = readable(pages, "guide")
    topics = {t: (t.lower(),) for t in pages.settings.topics} or GUIDE
    found = chapters(page.section, topics)
    observed(page.url, "words of each chapter", found, source="GET")
    there = [topic for topic, words in found.items() if words]
    broken = pages.broken(page)
    missing = [topic for topic in topics if topic not in there]
    problems = [
        line.limit("topics").problem(len(there), of=page, hint=f"It has no chapter on {', '.join(missing)}"),
        *(line.limit("words_per_topic").problem(found[topic], of=f"{page}, {topic}") for topic in there),
        line.limit("broken_links").problem(len(broken), of=page, hint="; ".join(broken[:5])),
        *(f"{page}: '{s.heading}' {why}" for s in page.section.walk() if s.level > 1 and (why := unwritten(s.text))),
    ]
    if target.release.version not in page.text:
        problems.append(f"{page} does not say that it is for version {target.release.version}")
    conclude(problems)


def readable(pages: Library, word: str) -> PublishedPage:
    """The page, as somebody reads it who is not signed in. Raises AssertionError where there is none for them."""
    page = pages.page(word)
    assert not page.absent, f"{page} {page.absent}: there is no page on {word}"
    return page


def document_problems(line: Line, page: PublishedPage) -> list[str | None]:
    """What a page of law lacks: words, a day, an end."""
    day = updated(page.text)
    observed(page.url, "updated", day, source="GET")
    problems = [line.limit("words").problem(page.words, of=page)]
    if day is None:
        problems.append(f"{page} does not say when it was changed last")
    elif age(day) < -1:
        problems.append(f"{page} says that it was changed on {day}, which is in the future")
    else:
        problems.append(line.limit("document_age").problem(max(age(day), 0.0), of=page))
    return [*problems, f"{page} {unwritten(page.text)}" if unwritten(page.text) else None]


def unlinked(pages: Library, page: PublishedPage, word: str) -> str | None:
    """Why people do not find a page from the site's start, or None: its footer has to lead there."""
    home = pages.read(pages.home)
    footer = [link for link in home.links if link.place == "footer"]
    wanted = {page.url.rstrip("/"), pages.address(word).rstrip("/")}
    if any(link.url.rstrip("/") in wanted for link in footer):
        return None
    return f"the footer of {home} has no link to {page}. It has {', '.join(link.text for link in footer) or 'none'}"
