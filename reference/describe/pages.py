"""pages: what the products publish on their sites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reference.services.published import published

if TYPE_CHECKING:
    from reference.settings import Settings


def describe(settings: Settings, product: str, section: dict[str, Any]) -> None:
    if "pages" not in section:
        return
    url = settings.products[product].web_url
    urls = {path.replace("/", "_"): f"{url}/{path}" for path in published(product)}
    section["pages"] |= {"ca_file": settings.ca_file, "urls": urls}
