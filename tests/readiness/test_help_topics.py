"""Users of the portal find help and training on each task, of this version, without a dead end."""

from __future__ import annotations

from fixtures.documents import Documents
from fixtures.pages import Library, PublishedPage
from fixtures.pages.help_centre import DEEPEST, HOME, HelpCentre
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from tests.judges.help_topics import other_version, titled, topics
from tests.judges.pages import age, unwritten, updated


@verifies("SEI-2.2.1.2.4")
def test_help_is_reached_from_the_portal(
    line: Line, target: ProductTarget, documents: Documents, pages: Library
) -> None:
    place, document = documents.place("help_topics"), documents.section("help_topics")
    wanted = topics(document) if document else []
    assert wanted, f"{place} lists no topics (a table with topic and article): nobody knows what help must cover"
    centre, home = HelpCentre(pages), pages.page(HOME)
    assert not home.absent, f"{centre} {home.absent}: there is no help"
    line.limit("crawl_depth").require(DEEPEST, of=centre)
    articles = centre.articles()
    heads = [(url, page.heading) for url, page in articles.items() if not page.absent]
    broken = [f"{url} {page.absent}" for url, page in articles.items() if page.absent]
    broken += [why for page in (home, *articles.values()) if not page.absent for why in pages.broken(page)]
    problems: list[str | None] = [None if _reached(pages, centre) else f"no page of {pages.home} leads to {centre}"]
    covered = 0
    for topic in wanted:
        url = titled(heads, topic.article)
        if url is None:
            problems.append(f"{topic} has no article '{topic.article}' that a user can read")
            continue
        found = _article_problems(line, articles[url], target.release.version)
        hit = centre.first_hit(topic.search)
        if titled([(hit.url, hit.title)], topic.article) is None:
            found.append(f"{topic}: '{topic.search}' finds {hit.title or 'nothing'} first, want '{topic.article}'")
        covered += not found
        problems += found
    of = f"{len(wanted)} topics of {place}"
    problems.append(line.limit("required_topics").problem(100 * covered / len(wanted), of=of))
    broken = list(dict.fromkeys(broken))
    problems.append(line.limit("broken_links").problem(len(broken), of=centre, hint="; ".join(broken[:5])))
    conclude(problems)


def _article_problems(line: Line, page: PublishedPage, version: str) -> list[str]:
    day, found = updated(page.text), list[str]()
    if day is None:
        found.append(f"{page} does not say when it was changed or looked through last")
    elif late := line.limit("review_age").problem(max(age(day), 0.0), of=page):
        found.append(late)
    if other := other_version(page.text, version):
        found.append(f"{page} is about version {other}, the product is {version}")
    if blank := unwritten(page.text):
        found.append(f"{page} {blank}")
    return found


def _reached(pages: Library, centre: HelpCentre) -> bool:
    """Whether the site's first page, or one that it links to, leads to the help centre."""
    wanted = pages.address(HOME).rstrip("/")
    first = pages.read(pages.home)
    near = [link.url for link in first.links if pages.serves(link.url)]
    links = [link.url for url in dict.fromkeys(near) for link in pages.read(url).links] + near
    found = any(url.rstrip("/") == wanted for url in links)
    return observed(str(centre), "linked from the site", found, source="GET")
