"""What search engines are told: where the pages are, and which are not theirs."""

from __future__ import annotations

import pytest

from fixtures.parallel import each
from fixtures.web import Site
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from tests.judges.crawling import foreign, hidden, locations, robots_problems


@verifies("AURA-4.1.3.2")
@pytest.mark.smoke
def test_sitemap_lists_the_public_pages(line: Line, target: ProductTarget, site: Site) -> None:
    web = configured(target.web, f"{line.product}.web")
    document = site.get("/sitemap.xml")
    assert document.status == 200, f"{document}, want the sitemap. Was it left out of the build?"
    listed, wrong = locations(document.text)
    observed(document.url, "locations", listed, source="GET")
    assert not wrong, f"{document.url} {wrong}"
    strangers = [why for location in listed if (why := foreign(location, site.base_url))]
    own = [location for location in listed if not foreign(location, site.base_url)]
    pages = each(site.get, own)
    bad = [f"{page}, want 200 without a redirect" for page in pages if page.status != 200]
    bad += [why for page in pages if page.status == 200 and (why := hidden(page))]
    paths = [page.path.rstrip("/") or "/" for page in pages]
    missing = [path for path in web.public_paths if (path.rstrip("/") or "/") not in paths]
    private = [path for path in paths if any(under(path, p) for p in web.private_paths)]
    well = 100 * (len(listed) - len(strangers) - len(bad)) / len(listed)
    conclude(
        [
            line.limit("resolving").problem(well, of=document.url, hint="Each page that is listed must open by itself"),
            *strangers,
            *bad,
            line.limit("routes_missing").problem(len(missing), of=document.url, hint=f"Add {', '.join(missing)}"),
            line.limit("private_listed").problem(len(private), of=document.url, hint=f"Take out {', '.join(private)}"),
        ]
    )


@verifies("AURA-4.1.3.3")
@pytest.mark.smoke
def test_robots_file_lets_crawlers_in_where_they_should_be(line: Line, target: ProductTarget, site: Site) -> None:
    web = configured(target.web, f"{line.product}.web")
    document, sitemap = site.get("/robots.txt"), site.get("/sitemap.xml")
    assert document.status == 200, f"{document}, want the robots file"
    observed(document.url, "rules", document.text[:2000], source="GET")
    kept = [*web.uncrawled_paths, *web.private_paths]
    problems = robots_problems(document.text, site.base_url, web.public_paths, kept, sitemap.url)
    if document.content_type != "text/plain":
        problems.append(f"{document.url} is sent as {document.content_type or 'no type'}, want text/plain")
    if sitemap.status != 200:
        problems.append(f"{sitemap}, which the robots file should name")
    problems += [why for page in each(site.get, web.public_paths) if (why := hidden(page))]
    conclude([line.limit("violations").problem(len(problems), of=document.url), *problems])


def under(path: str, folder: str) -> bool:
    """Whether a path is this one or lies below it."""
    return path == folder.rstrip("/") or path.startswith(folder.rstrip("/") + "/")
