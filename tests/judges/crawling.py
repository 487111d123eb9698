"""Judges what a site tells crawlers: its sitemap, its robots file, and pages that ask not to be indexed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring
from protego import Protego

from fixtures.web import Page
from golive.guard.http import origin_of

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
CRAWLERS = ("Googlebot", "Bingbot", "GoliveAnybody")
"""Two that have groups of their own now and then, and one that nobody names."""
_META = re.compile(r"<meta\b[^>]*\bname\s*=\s*[\"']?(?:robots|googlebot)[\"']?[^>]*>", re.IGNORECASE)


def locations(text: str) -> tuple[list[str], str]:
    """Return the `loc` of each URL of a sitemap, and what is wrong with the document itself ("" when nothing)."""
    try:
        root: Element = fromstring(text)
    except (ParseError, DefusedXmlException) as error:
        return [], f"is no XML: {error}"
    if root.tag != f"{{{NAMESPACE}}}urlset":
        return [], f"begins with {root.tag}, want urlset of {NAMESPACE}"
    found = [(e.text or "").strip() for e in root.iter(f"{{{NAMESPACE}}}loc")]
    return found, "" if found else "lists no page"


def foreign(location: str, site: str) -> str:
    """Return why a location is not one of the site's own over TLS, "" when it is."""
    if urlsplit(location).scheme != "https":
        return f"{location} is not https"
    try:
        same = origin_of(location) == origin_of(site)
    except ValueError:
        return f"{location} is no URL"
    return "" if same else f"{location} is on another host than {site}"


def hidden(page: Page) -> str:
    """Return by what a page asks not to be indexed, "" when it does not."""
    if (header := page.headers.get("X-Robots-Tag", "")) and re.search(r"\b(noindex|none)\b", header, re.IGNORECASE):
        return f"{page.url} sends X-Robots-Tag: {header}"
    for tag in _META.findall(page.text):
        if re.search(r"\b(noindex|none)\b", tag, re.IGNORECASE):
            return f"{page.url} has {tag}"
    return ""


def robots_problems(text: str, site: str, public: Iterable[str], private: Iterable[str], sitemap: str) -> list[str]:
    """Return what robots.txt (RFC 9309) says against letting crawlers in, keeping them out, or finding the sitemap."""
    rules = Protego.parse(text)
    problems = []
    for crawler in CRAWLERS:
        shut = [path for path in public if not rules.can_fetch(site + path, crawler)]
        bare = [path for path in private if rules.can_fetch(site + path, crawler)]
        if shut:
            problems.append(f"robots.txt keeps {crawler} from {', '.join(shut)}")
        if bare:
            problems.append(f"robots.txt lets {crawler} into {', '.join(bare)}")
    named = list(rules.sitemaps)
    if named != [sitemap]:
        problems.append(f"robots.txt names the sitemap {', '.join(named) or '(none)'}, want {sitemap}")
    return problems
