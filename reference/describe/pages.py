"""pages: what the products publish on their sites."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reference.describe.providers import key
from reference.services.published import published, unlinked
from reference.simulators.typeform import FORM

if TYPE_CHECKING:
    from reference.settings import Settings


def describe(settings: Settings, product: str, section: dict[str, Any]) -> None:
    if "pages" not in section:
        return
    url = settings.products[product].web_url
    urls = {path.replace("/", "_"): f"{url}/{path}" for path in [*published(product), *unlinked(product)]}
    pages = section["pages"]
    if "search" in pages:
        urls["help"] = settings.products[product].help_url
        pages["search"] = f"{urls['help']}/search?query={{query}}"
    if "contact" in pages:
        brand = f"{settings.simulators['zendesk'].base_url}/{product}"
        pages["contact"] |= {"url": f"{brand}/api/v2/requests.json", "address": f"golive@{product}.example"}
    if "mailing" in pages:
        _announcing(settings, pages)
    pages |= {"ca_file": settings.ca_file, "urls": urls}


def _announcing(settings: Settings, pages: dict[str, Any]) -> None:
    simulators = settings.simulators
    pages["mailing"] |= {"url": simulators["mailchimp"].base_url, "token": key(settings, "mailchimp")}
    pages["status_page"]["url"] = simulators["statuspage"].base_url
    forms = simulators["typeform"].base_url
    pages["survey"] |= {
        "url": forms, "form": FORM, "submit": f"{forms}/forms/{FORM}/answers", "token": key(settings, "typeform"),
    }  # fmt: skip
