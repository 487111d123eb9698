"""The site: files that are missing, old or built for elsewhere, and what crawlers are told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.services.site import write_site

if TYPE_CHECKING:
    from reference.deployment import Deployment

AURA, SEI = "site:aurastudio", "site:seiketsu"


def _file(deployment: Deployment, product: str, pattern: str) -> Path:
    return next(Path(deployment.settings.products[product].web_folder).glob(pattern))


@contextmanager
def _written(path: Path, text: str) -> Iterator[None]:
    former = path.read_text()
    path.write_text(text)
    try:
        yield
    finally:
        path.write_text(former)


@contextmanager
def _moved(path: Path) -> Iterator[None]:
    away = path.with_name(f".{path.name}.away")
    path.rename(away)
    try:
        yield
    finally:
        away.rename(path)


@fault(
    name="sei-site-script-missing",
    breaks="one script of the build is not there",
    fails=["SEI-2.1.2.1.2"],
    message=r"GET \S+/assets/site\.\w+\.js answered 404: the page needs this script",
    touches=[f"{SEI}:assets"],
)
def script_missing(deployment: Deployment) -> Iterator[None]:
    with _moved(_file(deployment, "seiketsu", "assets/site.*.js")):
        yield


@fault(
    name="sei-site-old-page",
    breaks="the start page is that of the build before, whose scripts are gone",
    fails=["SEI-2.1.2.1.2"],
    message=r"does not hold the build id(?s:.)*answered 404: the page needs this script",
    touches=[f"{SEI}:pages"],
    hard=True,
)
def old_page(deployment: Deployment) -> Iterator[None]:
    script = _file(deployment, "seiketsu", "assets/site.*.js").name
    page, build = _file(deployment, "seiketsu", "index.html"), deployment.settings.products["seiketsu"].release.commit
    with _written(page, page.read_text().replace(script, "site.0123456789ab.js").replace(build[:12], "ba5eba11ba5e")):
        yield


@fault(
    name="sei-site-built-for-staging",
    breaks="the build is complete, and was made with the address of the staging API",
    fails=["SEI-2.1.2.1.2"],
    message=r"neither its pages nor its scripts name the API",
    touches=[f"{SEI}:assets", f"{SEI}:pages", "edge:seiketsu:page"],
    hard=True,
)
def built_for_staging(deployment: Deployment) -> Iterator[None]:
    product = deployment.settings.products["seiketsu"]
    before = {*Path(product.web_folder).rglob("*")}
    write_site(product.model_copy(update={"api_url": "https://api.staging.example"}))
    try:
        yield
    finally:
        write_site(product)
        for path in {*Path(product.web_folder).rglob("*")} - before:
            path.unlink()


@fault(
    name="aura-sitemap-missing",
    breaks="there is no sitemap",
    fails=["AURA-4.1.3.2", "AURA-4.1.3.3"],
    message=r"/sitemap\.xml answered 404",
    touches=[f"{AURA}:sitemap"],
)
def sitemap_missing(deployment: Deployment) -> Iterator[None]:
    with _moved(_file(deployment, "aurastudio", "sitemap.xml")):
        yield


@fault(
    name="aura-sitemap-of-preview",
    breaks="the sitemap lists the pages under the preview's host",
    fails=["AURA-4.1.3.2"],
    message=r"https://preview\.example/login is on another host",
    touches=[f"{AURA}:sitemap"],
    hard=True,
)
def sitemap_of_preview(deployment: Deployment) -> Iterator[None]:
    path = _file(deployment, "aurastudio", "sitemap.xml")
    url = deployment.settings.products["aurastudio"].web_url
    with _written(path, path.read_text().replace(url, "https://preview.example")):
        yield


@fault(
    name="aura-sitemap-with-private-page",
    breaks="the sitemap lists a page that is gone, and one that is private",
    fails=["AURA-4.1.3.2"],
    message=r"/gone answered 404(?s:.)*private listed is 1",
    touches=[f"{AURA}:sitemap"],
    hard=True,
)
def sitemap_with_private_page(deployment: Deployment) -> Iterator[None]:
    path = _file(deployment, "aurastudio", "sitemap.xml")
    url = deployment.settings.products["aurastudio"].web_url
    more = "".join(f"<url><loc>{url}/{page}</loc></url>" for page in ("gone", "account"))
    with _written(path, path.read_text().replace("</urlset>", f"{more}</urlset>")):
        yield


@fault(
    name="aura-robots-shut",
    breaks="the robots file keeps all crawlers out",
    fails=["AURA-4.1.3.3"],
    message=r"robots\.txt keeps Googlebot from /, /login",
    touches=[f"{AURA}:robots"],
)
def robots_shut(deployment: Deployment) -> Iterator[None]:
    path = _file(deployment, "aurastudio", "robots.txt")
    with _written(path, path.read_text().replace("Allow: /\n", "Disallow: /\n")):
        yield


@fault(
    name="aura-robots-shut-for-google",
    breaks="the robots file lets everybody in, with a group for one crawler that keeps it out",
    fails=["AURA-4.1.3.3"],
    message=r"robots\.txt keeps Googlebot from",
    touches=[f"{AURA}:robots"],
    hard=True,
)
def robots_shut_for_google(deployment: Deployment) -> Iterator[None]:
    path = _file(deployment, "aurastudio", "robots.txt")
    with _written(path, path.read_text() + "\nUser-agent: Googlebot\nDisallow: /\n"):
        yield


@fault(
    name="aura-pages-not-indexed",
    breaks="the robots file is right, and all pages send a header against being indexed",
    fails=["AURA-4.1.3.2", "AURA-4.1.3.3"],
    message=r"sends X-Robots-Tag: noindex",
    touches=["nginx:aurastudio-web:headers"],
    hard=True,
)
def pages_not_indexed(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten("aurastudio-web", more_headers={"X-Robots-Tag": "noindex, nofollow"}):
        yield
