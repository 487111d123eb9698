"""The site's own answers: pages of other origins can't read them as the visitor."""

from __future__ import annotations

from itertools import product

from fixtures.parallel import each
from fixtures.web import Page, Site
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges.cors import strange_origins
from tests.judges.site_grants import grant_of, is_static


@verifies("AURA-4.1.4.4")
def test_site_grants_nothing_to_other_origins(line: Line, target: ProductTarget, site: Site) -> None:
    web = configured(target.web, f"{line.product}.web")
    if not web.data_paths:
        raise NotConfigured(
            f"the target has no {line.product}.web.data_paths", "Name what the site passes on to the API, and its data"
        )
    pages = [*web.public_paths, *web.private_paths, web.deep_path, *([web.login_path] if web.login_path else [])]
    paths = list(dict.fromkeys([*pages, *web.data_paths]))
    here = {path: site.get(path) for path in paths}  # the control: they answer at all
    for path in web.data_paths:
        if here[path].status >= 400:
            raise Unobservable(f"{here[path]}, so what it grants is not seen", "Correct web.data_paths")
    origins = strange_origins([site.base_url], target.api.foreign_origins if target.api else ())

    def granted(asked: tuple[str, str, str]) -> str | None:
        path, origin, method = asked
        wanted = {"Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": "authorization"}
        page = site.get(path, method=method, headers={"Origin": origin, **(wanted if method == "OPTIONS" else {})})
        said = None if _is_asset(page) else grant_of(page.headers, origin)
        return f"{method} {path} from {origin} ({origins[origin]}): {said}" if said else None

    found = [g for g in each(granted, list(product(paths, origins, ("GET", "OPTIONS")))) if g]
    observed(site, "grants to other origins", found, source="GET and OPTIONS")
    more = f" and {len(found) - 4} more" if len(found) > 4 else ""
    hint = f"{'; '.join(found[:4])}{more}. Look at the headers of the site's configuration and of its rewrites"
    conclude([line.limit("foreign_grants").problem(len(found), of=f"{site} to other origins", hint=hint)])


def _is_asset(page: Page) -> bool:
    return page.status < 400 and is_static(page.content_type)
