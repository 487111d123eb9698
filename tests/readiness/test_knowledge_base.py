"""Support has an article on each thing that customers ask, and people who are there to answer."""

from __future__ import annotations

from datetime import date, timedelta

from fixtures.attestations import Attestations
from fixtures.attestations.contents import contents
from fixtures.attestations.coverage import Coverage
from fixtures.documents import Documents
from fixtures.helpdesk import Helpdesk
from fixtures.helpdesk.staff import Staff
from fixtures.pages import Library
from fixtures.pages.help_centre import HOME, HelpCentre
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.people import Helpdesk as Settings
from golive.target.product import configured
from golive.verdict import NotConfigured
from tests.judges.help_topics import Topic, other_version, titled, topics
from tests.judges.pages import unwritten, updated
from tests.judges.support import Shift, moments, unstaffed
from tests.readiness.attested import holding

COVERED = timedelta(days=3)
"""Of the coming time whose shifts must be known."""


@verifies("SEI-2.3.1.2.2")
def test_support_has_articles_and_people(
    line: Line,
    target: ProductTarget,
    documents: Documents,
    pages: Library,
    helpdesk: Helpdesk,
    attestations: Attestations,
) -> None:
    settings, place = configured(target.helpdesk, f"{line.product}.helpdesk"), documents.place("support_topics")
    document = documents.section("support_topics")
    wanted = topics(document) if document else []
    assert wanted, f"{place} lists no topics (a table with topic, article, question): nobody knows what is asked"
    centre, home = HelpCentre(pages), pages.page(HOME)
    assert not home.absent, f"{centre} {home.absent}: there is no knowledge base"
    heads = {url: page for url, page in centre.articles().items() if not page.absent}
    titles = [(url, page.heading) for url, page in heads.items()]
    problems: list[str | None] = [
        line.limit("topics").problem(len(wanted), of=place),
        line.limit("questions").problem(len({topic.search for topic in wanted}), of=place),
    ]
    published = 0
    for topic in wanted:
        url = titled(titles, topic.article)
        found = [f"{topic} has no article '{topic.article}' that a customer can read"] if url is None else []
        if url is not None:
            found += [f"{heads[url]} {why}" for why in _outdated(topic, heads[url].text, target.release.version)]
        hits = centre.hits(topic.search)
        ranks = [n for n, hit in enumerate(hits, 1) if titled([(hit.url, hit.title)], topic.article)]
        published += not found
        rank = line.limit("search_rank").problem(min(ranks), of=f"{topic}: '{topic.search}'") if ranks else None
        problems += found
        problems.append(rank if ranks else f"{topic}: '{topic.search}' does not find '{topic.article}'")
    of = f"{len(wanted)} topics of {place}"
    problems.append(line.limit("published_topics").problem(100 * published / len(wanted), of=of))
    conclude([*problems, *_unequipped(settings, Staff(helpdesk)), *_unstaffed(line, settings, helpdesk, attestations)])


def _outdated(topic: Topic, text: str, version: str) -> list[str]:
    """What shows that an article is not of the product as it is."""
    day, found = updated(text), [unwritten(text)] if unwritten(text) else []
    if other := other_version(text, version):
        found.append(f"is about version {other}, the product is {version}")
    if day is None:
        found.append("does not say when it was changed or looked through last")
    elif topic.changed and day < date.fromisoformat(topic.changed):
        found.append(f"is of {day}, and {topic.name} changed on {topic.changed}")
    return found


def _unequipped(settings: Settings, staff: Staff) -> list[str]:
    """Which prepared answers are missing, and whether somebody gets what support can't resolve."""
    if not settings.macros or settings.escalation_group is None:
        raise NotConfigured("the target names no prepared answers and no group that is asked next", (
            "Add macros and escalation_group to [PRODUCT.helpdesk]"))  # fmt: skip
    there = {name.casefold() for name in staff.macros()}
    found = [f"{staff} has no prepared answer '{name}'" for name in settings.macros if name.casefold() not in there]
    if not staff.members(settings.escalation_group):
        found.append(f"{staff}: nobody is in {settings.escalation_group}, which gets what support can't resolve")
    return found


def _unstaffed(line: Line, settings: Settings, helpdesk: Helpdesk, attestations: Attestations) -> list[str | None]:
    record, agents = holding(attestations, line), list(Staff(helpdesk).agents())
    shifts = [Shift(s.person, s.start, s.end) for s in contents(record, Coverage, "plan of shifts").shift]
    now = clock.now().replace(second=0, microsecond=0)
    wanted = moments(settings.hours, now - timedelta(minutes=now.minute % 15) + timedelta(minutes=15), COVERED)
    alone = unstaffed(wanted, shifts, agents)
    strange = sorted({s.person for s in shifts} - set(agents))
    hint = f"The first at {alone[0]:%d %b %H:%M}Z" if alone else ""
    return [
        *(f"{record}: {person} has a shift, and may not answer in {helpdesk}" for person in strange),
        line.limit("unstaffed_hours").problem(len(alone) / 4, of=f"{record}, {COVERED.days} days", hint=hint),
    ]
