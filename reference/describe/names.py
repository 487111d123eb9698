"""dns: who answers for the product's domain, and its public names, which all lead to the balancer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reference.aws.inventory import domain_of

if TYPE_CHECKING:
    from reference.settings import Settings


def describe(settings: Settings, product: str, section: dict[str, Any]) -> None:
    if "dns" not in section:
        return
    described, domain = settings.products[product], domain_of(product)
    api, web = (int(url.rsplit(":", 1)[1]) for url in (described.api_url, described.web_url))
    section["dns"] |= {
        "authoritative": [f"{address}:{settings.dns.port}" for address in settings.dns.name_servers],
        "resolvers": [f"{address}:{settings.dns.port}" for address in settings.dns.resolvers],
        "ca_file": settings.ca_file,
        "hosts": {
            f"api.{domain}": {"port": api},
            f"app.{domain}": {"port": web},
            f"status.{domain}": {"port": web},
            domain: {"port": web},
        },
    }
