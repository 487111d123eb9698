"""The web app of this release: its pages, all that they load, and the API that they speak to."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest

from fixtures.parallel import each
from fixtures.web import Page, Site
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured
from tests.judges.build import asset_problem, header_problems, references


@verifies("SEI-2.1.2.1.2")
@pytest.mark.smoke
def test_web_app_of_this_release_is_complete(line: Line, target: ProductTarget, site: Site) -> None:
    web = configured(target.web, f"{line.product}.web")
    if not web.build_id or not web.api_origin:
        raise NotConfigured(
            f"the target has no {line.product}.web.build_id or api_origin", "Give the build's id and the API it calls"
        )
    pages = [site.get(path, follow=True) for path in dict.fromkeys(filter(None, ["/", web.login_path]))]
    problems: list[str | None] = []
    for page in pages:
        problems.append(line.limit("page_status").problem(page.status, of=page.url))
        problems.append(line.limit("ttfb").problem(1000 * _first_byte(site, page), of=page.url))
        if web.build_id not in page.text:
            hint = "Is it an old page from a cache?"
            problems.append(f"{page.url} does not hold the build id {web.build_id} of this release. {hint}")
        problems += header_problems(page)
    wanted = dict.fromkeys((urljoin(page.url, r.address), r) for page in pages for r in references(page.text))
    if not any(r.kind == "script" for _, r in wanted):
        problems.append(f"{pages[0].url} loads no script at all, so it is not the app")
    away = [url for url, _ in wanted if not site.serves(url)]
    problems += [f"{url} is loaded from an origin that the target does not name" for url in away]
    here = [(url, r) for url, r in wanted if site.serves(url)]
    assets = each(lambda w: site.get(w[0]), here)
    bad = [p for (_, r), asset in zip(here, assets, strict=True) if (p := asset_problem(r, asset))]
    observed(site, "assets", [a.url for a in assets], source="GET")
    problems.append(line.limit("missing_assets").problem(len(bad), of=site))
    problems += bad
    texts = [page.text for page in pages] + [
        a.text for (_, r), a in zip(here, assets, strict=True) if r.kind == "script"
    ]
    if not any(web.api_origin.rstrip("/") in text for text in texts):
        hint = "Was it built with another address of the API?"
        problems.append(f"{site}: neither its pages nor its scripts name the API {web.api_origin}. {hint}")
    conclude(problems)


def _first_byte(site: Site, page: Page) -> float:
    """The better of two, for the first one may have opened the connection."""
    return min(page.first_byte, site.get(page.url).first_byte)
