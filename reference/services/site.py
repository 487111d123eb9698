"""The products' public pages as static files with hashed assets, until a real front-end build takes their place."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from reference.services.published import published, write_published
from reference.settings import Product

TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates" / "site"),
    autoescape=select_autoescape(["html", "xml"]),
    undefined=StrictUndefined,
    trim_blocks=True,
)
ASSETS = ("site.css", "site.js", "logo.svg")
PAGES = ("index.html", "login.html", "account.html", "404.html")


@dataclass(frozen=True)
class Text:
    """The words of one product's pages."""

    brand: str
    slogan: str
    features: tuple[str, ...]


TEXTS = {
    "aurastudio": Text(
        "AuraStudio", "Your studio, companion and assistant", ("Avatars", "Memory", "Translation", "Voices")
    ),
    "seiketsu": Text(
        "Seiketsu", "Voice agents for real-estate teams", ("Voice agents", "Leads", "Properties", "Analytics")
    ),
}


def write_site(product: Product, careless: frozenset[str] = frozenset()) -> None:
    """Render all pages of `product` into its web folder, readable for nginx's workers.

    `careless`: what of a user's texts its script does not show as text: `title` (as markup), `link` (to anywhere);
    what it does not take care of when the organisation changes: `cache`, `late` answers, other `tabs`.
    """
    folder = Path(product.web_folder)
    (folder / "assets").mkdir(mode=0o755, parents=True, exist_ok=True)
    text = TEXTS[product.name]
    assets = {name: _write_asset(folder, name, text, product, careless) for name in ASSETS}
    known = {"product": product, "text": text, "assets": assets, "url": product.web_url, "build_id": build_id(product)}
    known["published"] = list(published(product.name))
    for page in PAGES:
        (folder / page).write_text(TEMPLATES.get_template(page).render(known, page=page))
    write_published(folder, product.name, TEMPLATES.get_template("published.html"), known)
    rules = "User-agent: *\nDisallow: /api/\nDisallow: /account\nAllow: /\n"
    (folder / "robots.txt").write_text(f"{rules}Sitemap: {product.web_url}/sitemap.xml\n")
    locations = "".join(f"<url><loc>{product.web_url}{path}</loc></url>" for path in ("/", "/login"))
    start = '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    (folder / "sitemap.xml").write_text(f"{start}{locations}</urlset>\n")
    for path in [folder.parent, folder, *folder.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)


def site_script(product: Product) -> str:
    """The script of the product's pages, as it is served."""
    return TEMPLATES.get_template("site.js").render(text=TEXTS[product.name], product=product, careless=frozenset())


def build_id(product: Product) -> str:
    """What names the build in its pages: the beginning of the commit."""
    return product.release.commit[:12]


@dataclass(frozen=True)
class Asset:
    """A file of the build: its path on the site, and the digest by which browsers know it (subresource integrity)."""

    path: str
    integrity: str

    def __str__(self) -> str:
        return self.path


def _write_asset(folder: Path, name: str, text: Text, product: Product, careless: frozenset[str]) -> Asset:
    """Write one asset under a name that changes with its content."""
    content = TEMPLATES.get_template(name).render(text=text, product=product, careless=careless).encode()
    stem, _, ending = name.rpartition(".")
    path = f"assets/{stem}.{hashlib.sha256(content).hexdigest()[:12]}.{ending}"
    (folder / path).write_bytes(content)
    return Asset(f"/{path}", "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode())
