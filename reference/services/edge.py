"""The products' load balancer, firewall and web server, and the proof that a user gets through it."""

from __future__ import annotations

import ssl
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx

from reference.aws.inventory import domain_of
from reference.services.nginx import Nginx
from reference.services.part import NotReadyError, PartError, Probed
from reference.services.site import write_site
from reference.settings import Settings

FIREWALLED = ["seiketsu"]
"""Products whose API has the firewall in front that the account's web ACL describes."""


def firewall_file(settings: Settings) -> Path:
    """What the firewall does: JSON, group of rules to `block` or `count`."""
    return settings.part_folder("edge") / "firewall.json"


POLICY = "default-src 'self'; script-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none'"
"""What the site's pages may load, without the addresses of their API."""


class Edge(Nginx):
    """The load balancer and the public web pages."""

    @property
    def address(self) -> str:
        return " ".join(f"{product.api_url} {product.web_url}" for product in self.settings.products.values())

    def defaults(self) -> dict[str, Any]:
        return {
            "retried": "error timeout http_503",
            "api_rate": 200,
            "api_burst": 400,
            "sign_in_rate": 10,
            "sign_in_burst": 30,
            "rate_limits": True,
            "at_once": {"aurastudio": 16},  # requests under way for each instance of a product; none: as many as come
            "site_limited": ["aurastudio"],
            "site_key": "$binary_remote_addr",
            "forwarded": {},  # product to what its application is told of a caller's address, if not $remote_addr
            "redis_in_clear": False,
            "published": [],  # (address, port) at which a port of the inside is to be had from outside too
            "content_kept": "5s",  # how long the content network keeps a copy
            "listeners": {name: self._listener() for name in listener_names(self.settings.products)},
            "instances": {
                name: [i.port for i in product.instances] for name, product in self.settings.products.items()
            },
            # How the balancer chooses, as nginx says it ("" is in turn), and what it does otherwise with one instance.
            "method": dict.fromkeys(self.settings.products, ""),
            "instance_options": {},  # port to options of nginx's `server`
            # Product to the listener's rules, as (pattern over "host path", service) in order; none: by port alone.
            "rules": {},
            "hosts": {name: domain_of(name) for name in self.settings.products},
            "firewalled": FIREWALLED,
        }

    def _listener(self) -> dict[str, Any]:
        """What one https listener (with its plain twin) does in health; faults change it by `relisten`."""
        return {
            "addresses": ["127.0.0.1", "127.0.0.2"],  # the second one: the other zone of the balancer
            "protocols": "TLSv1.3",
            "ciphers": "",
            "certificate": self.settings.certificate_file,
            "certificates": {},  # address to the certificate that it has instead; the key lies beside it
            "security_headers": True,
            "hsts": "max-age=31536000; includeSubDomains",
            "hsts_on_errors": True,
            "nosniff_on_errors": True,
            "policy_header": "Content-Security-Policy",  # of the site's answers; "" leaves it out
            "policy": POLICY,
            "more_headers": {},
            "rewrite_headers": {},  # that only what the site passes on to the API has
            "plain": [],  # prefixes of paths that are served over plain http
            "quiet": {},  # prefix to the seconds after which a connection is ended on which nothing is said
            "stripped": [],  # prefixes of paths to which no request for an upgrade gets through
            "queued": [],  # paths whose requests wait in a queue, one a second
            "operators": {},  # path to the port of a part, for operators' paths that are public
            "unrouted": [],  # prefixes of paths that lead nowhere
            "otherwise": "=404",  # what the web server does for a path that is not there
        }

    @cached_property
    def deaf(self) -> set[str]:
        """Products whose balancing stays as it is, whatever is registered: a fault puts them here."""
        return set()

    @contextmanager
    def relisten(self, name: str, **changes: Any) -> Iterator[None]:
        """Inside the block the listener (`aurastudio-api`, `seiketsu-web`, ...) differs. Raises KeyError, PartError."""
        listener: dict[str, Any] = self.variables["listeners"][name]
        former = {key: listener[key] for key in changes}
        with self.changing:
            listener |= changes
            self._reload_or(listener, former)
        try:
            yield
        finally:
            with self.changing:
                listener |= former
                self._reload_or(listener, changes)

    def follow(self, product: str, instances: list[int] | None, rules: list[list[str]] | None) -> None:
        """Balance over these ports, and route by these rules; None leaves them. Raises PartError."""
        if product in self.deaf:
            return
        with self.changing:
            changes: dict[str, Any] = {}
            if instances:
                changes["instances"] = {**self.variables["instances"], product: instances}
            if rules is not None:
                changes["rules"] = {**self.variables["rules"], product: rules}
            self.reconfigure(**changes)

    def _reload_or(self, listener: dict[str, Any], former: dict[str, Any]) -> None:
        self.render()
        try:
            self.reload()
        except PartError:
            listener |= former
            self.render()
            raise

    def prepare(self) -> None:
        super().prepare()
        file = firewall_file(self.settings)
        file.write_text("{}")
        script = self.folder / "firewall.js"
        script.write_text((Path(__file__).parent / "templates" / "firewall.js").read_text().replace("FILE", str(file)))
        for path in (script, file):
            path.chmod(0o644)
        for product in self.settings.products.values():
            write_site(product)

    def probe(self) -> None:
        """Ready when each product's static page arrives over verified TLS, and plain http redirects to it."""
        with httpx.Client(
            verify=ssl.create_default_context(cafile=self.settings.ca_file), timeout=3, trust_env=False
        ) as client:
            for product in self.settings.products.values():
                client.get(f"{product.web_url}/").raise_for_status()
                moved = client.get(f"{product.api_http_url}/health")
                if moved.status_code != 301 or not moved.headers["location"].startswith(product.api_url):
                    raise NotReadyError(
                        f"{product.api_http_url} answers {moved.status_code}, wanted 301 to {product.api_url}"
                    )


class Balanced(Probed):
    """No process of its own: proves the way a user goes, the health route through the load balancer."""

    needs = ("edge", "aws", "simulators", "aurastudio-1", "aurastudio-2", "seiketsu-1", "seiketsu-2")

    @property
    def address(self) -> str:
        return "GET /health through the edge"

    def probe(self) -> None:
        with httpx.Client(
            verify=ssl.create_default_context(cafile=self.settings.ca_file), timeout=5, trust_env=False
        ) as client:
            for product in self.settings.products.values():
                client.get(f"{product.api_url}/health").raise_for_status()


def listener_names(products: Iterable[str]) -> list[str]:
    """The names by which `Edge.relisten` knows the https listeners."""
    return [f"{product}-{kind}" for product in products for kind in ("api", "web")]
