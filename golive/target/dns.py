"""`[PRODUCT.dns]`: who is asked for the product's public names, and where these should lead."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from golive.target.base import LocalPath, Section

Server = Annotated[str, Field(pattern=r"^[^\s:/]+(:\d+)?$")]
"""`host` or `host:port`; port 53 where none is given."""


class PublicName(Section):
    """`[PRODUCT.dns.hosts."NAME"]`."""

    port: int = 443
    """Where TLS is spoken under that name."""
    to: str | None = None
    """The host name that its record is an alias of; None: that of the load balancer."""
    addresses: list[str] = []
    """All addresses that it may have; empty: those that `to` has."""
    certificate: str | None = None
    """A name or the ARN of its ACM certificate; None: that of `aws.certificates` that is for this host."""


class Dns(Section):
    """`[PRODUCT.dns]`."""

    authoritative: list[Server] = []
    """The zone's own servers; empty: those that Route 53 gave the zone."""
    resolvers: list[Server] = ["1.1.1.1", "8.8.8.8", "9.9.9.9"]
    """Public resolvers that do not depend on each other."""
    hosts: dict[str, PublicName] = Field(min_length=1)
    """The product's public host names, all of them."""
    caa_issuers: list[str] = ["amazon.com"]
    """Certificate authorities of which CAA must admit at least one: whoever issues the certificates."""
    ca_file: LocalPath | None = None
    """A private certificate authority."""
