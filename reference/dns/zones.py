"""What the accounts' zones hold, read from Route 53 when it is asked for; aliases lead to balancers' addresses."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field
from typing import Any

from reference.aws.inventory import domain_of
from reference.clients import aws_client
from reference.settings import Settings

FRESH_SECONDS = 0.3
BALANCERS = ".elb.amazonaws.com"
BALANCER_ADDRESSES = ("127.0.0.1", "127.0.0.2")
"""Where the edge listens."""
FORMER_ADDRESS = "127.0.0.99"
"""Of the stack before this one, whose balancers are not in the account any more; nothing listens there."""
ALIAS_TTL = 60
NAMING = ("NS", "CNAME")
"""Types whose values are names, which Route 53 takes with or without the last dot."""


@dataclass(frozen=True)
class Records:
    """The records of one name and type: values in presentation form."""

    ttl: int
    values: tuple[str, ...] = ()
    alias: str = ""
    """The balancer whose addresses are the values."""


Zone = dict[tuple[str, str], Records]
"""By name (lower case, with the last dot) and type."""


@dataclass
class Zones:
    """The public zone of each product, never older than `FRESH_SECONDS`."""

    settings: Settings
    _clients: dict[tuple[str, str], Any] = field(default_factory=dict)
    _known: dict[str, tuple[float, Zone]] = field(default_factory=dict)
    _balancers: tuple[float, set[str]] = field(default_factory=lambda: (0.0, set()))
    _reading: threading.Lock = field(default_factory=threading.Lock)

    def origin_of(self, name: str) -> str | None:
        """The product in whose zone a name lies, None when it is nobody's."""
        domains = {f"{domain_of(product)}.": product for product in self.settings.products}
        return next((p for domain, p in domains.items() if name == domain or name.endswith("." + domain)), None)

    def zone(self, product: str) -> Zone:
        """Raises botocore's errors when the account does not answer."""
        with self._reading:
            at, zone = self._known.get(product, (0.0, {}))
            if time.monotonic() - at > FRESH_SECONDS:
                zone = self._read(product)
                self._known[product] = time.monotonic(), zone
            return zone

    def addresses(self, balancer: str) -> tuple[str, ...]:
        """The addresses of a balancer by its own name, with the last dot."""
        with self._reading:
            at, names = self._balancers
            if time.monotonic() - at > FRESH_SECONDS:
                names = {name for product in self.settings.products for name in self._names_of_balancers(product)}
                self._balancers = time.monotonic(), names
        return BALANCER_ADDRESSES if balancer in names else (FORMER_ADDRESS,)

    def _read(self, product: str) -> Zone:
        route53 = self._client(product, "route53")
        zones = route53.list_hosted_zones()["HostedZones"]
        public = [zone["Id"] for zone in zones if not zone["Config"].get("PrivateZone")]
        pages = route53.get_paginator("list_resource_record_sets")
        found: Zone = {}
        for zone_id in public:
            for page in pages.paginate(HostedZoneId=zone_id):
                for record in page["ResourceRecordSets"]:
                    found[record["Name"].lower(), record["Type"]] = self._records(record)
        return found

    def _records(self, record: dict[str, Any]) -> Records:
        if "AliasTarget" not in record:
            values = (value["Value"] for value in record["ResourceRecords"])
            ending = "." if record["Type"] in NAMING else ""
            return Records(int(record["TTL"]), tuple(v.rstrip(".") + ending if ending else v for v in values))
        name = record["AliasTarget"]["DNSName"].rstrip(".").lower() + "."
        # The distribution is in the account alone: no server stands for it, and its name has no address.
        ours = name.endswith(BALANCERS + ".") and record["Type"] == "A"
        return Records(ALIAS_TTL, alias=name if ours else "")

    def _names_of_balancers(self, product: str) -> list[str]:
        found = self._client(product, "elbv2").describe_load_balancers()["LoadBalancers"]
        return [f"{balancer['DNSName']}.".lower() for balancer in found]

    def _client(self, product: str, service: str) -> Any:
        key = product, service
        if key not in self._clients:
            self._clients[key] = aws_client(self.settings, product, service)
        return self._clients[key]
