"""Names that lead elsewhere: in the zone, at one resolver, inside the account's networks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.aws.inventory import domain_of
from reference.dns.zones import FORMER_ADDRESS
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-2.1.1.1.4"
FORMER = "former-stack-1357924680.us-east-1.elb.amazonaws.com"
FORMER_ZONE = "Z35SXDOTRQ7X7K"
FORMER_IPV6 = "::1"
"""Where nothing of this deployment listens."""


def _zone(deployment: Deployment) -> tuple[Any, str]:
    route53 = deployment.aws(PRODUCT, "route53")
    return route53, route53.list_hosted_zones()["HostedZones"][0]["Id"]


def _change(route53: Any, zone: str, action: str, record: dict[str, Any]) -> None:
    changes = [{"Action": action, "ResourceRecordSet": record}]
    route53.change_resource_record_sets(HostedZoneId=zone, ChangeBatch={"Changes": changes})


@contextmanager
def _redirected(deployment: Deployment, host: str) -> Iterator[None]:
    """The address record of a host is an alias of the former balancer."""
    route53, zone = _zone(deployment)
    records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    record = next(r for r in records if (r["Name"], r["Type"]) == (f"{host}.", "A"))
    former = {"HostedZoneId": FORMER_ZONE, "DNSName": FORMER, "EvaluateTargetHealth": True}
    _change(route53, zone, "UPSERT", record | {"AliasTarget": former})
    try:
        yield
    finally:
        _change(route53, zone, "UPSERT", record)


@fault(
    name="sei-api-name-leads-to-the-old-balancer",
    breaks="the API's record is still an alias of the old stack's load balancer",
    fails=[LINE],
    message=rf"A record of api\.[\w.-]+ leads to {FORMER}[\s\S]*A of api\.[\w.-]+ is {FORMER_ADDRESS}",
    touches=["aws:seiketsu:route53:api"],
)
def api_at_the_old_balancer(deployment: Deployment) -> Iterator[None]:
    with _redirected(deployment, f"api.{domain_of(PRODUCT)}"):
        yield


@fault(
    name="sei-apex-name-leads-to-the-old-balancer",
    breaks="all names moved but the bare domain, which the old stack still gets",
    fails=[LINE],
    message=rf"A record of [\w-]+\.test leads to {FORMER}",
    touches=["aws:seiketsu:route53:apex"],
    hard=True,
)
def apex_at_the_old_balancer(deployment: Deployment) -> Iterator[None]:
    with _redirected(deployment, domain_of(PRODUCT)):
        yield


@fault(
    name="sei-api-name-has-old-ipv6",
    breaks="the API's IPv4 record is right, an IPv6 record of the old stack stayed",
    fails=[LINE],
    message=rf"AAAA of api\.[\w.-]+ is {FORMER_IPV6}, want no AAAA",
    touches=["aws:seiketsu:route53:api"],
    hard=True,
)
def old_ipv6(deployment: Deployment) -> Iterator[None]:
    route53, zone = _zone(deployment)
    name = f"api.{domain_of(PRODUCT)}."
    record = {"Name": name, "Type": "AAAA", "TTL": 300, "ResourceRecords": [{"Value": FORMER_IPV6}]}
    _change(route53, zone, "UPSERT", record)
    try:
        yield
    finally:
        _change(route53, zone, "DELETE", record)


@fault(
    name="sei-one-resolver-disagrees",
    breaks="the zone and its servers are right, one public resolver still gives the old stack's address",
    fails=[LINE],
    message=rf"resolver 127\.0\.0\.5:\d+: A of app\.[\w.-]+ is {FORMER_ADDRESS}",
    touches=["dns:seiketsu:resolver"],
    hard=True,
)
def one_resolver(deployment: Deployment) -> Iterator[None]:
    last = deployment.settings.dns.resolvers[-1]
    with deployment.names.bend(last, f"app.{domain_of(PRODUCT)}", "A", [FORMER_ADDRESS]):
        yield


@fault(
    name="sei-private-zone-disagrees",
    breaks="a private zone of the same name leads the account's own networks to the old stack",
    fails=[LINE],
    message=rf"private hosted zone .*A record of api\.[\w.-]+ leads to {FORMER_ADDRESS}",
    touches=["aws:seiketsu:route53:private"],
    hard=True,
)
def private_zone(deployment: Deployment) -> Iterator[None]:
    route53, domain = deployment.aws(PRODUCT, "route53"), domain_of(PRODUCT)
    network = deployment.aws(PRODUCT, "ec2").describe_vpcs()["Vpcs"][0]["VpcId"]
    zone = route53.create_hosted_zone(
        Name=domain,
        CallerReference="the old stack's",
        VPC={"VPCRegion": deployment.settings.aws.region, "VPCId": network},
        HostedZoneConfig={"PrivateZone": True},
    )["HostedZone"]["Id"]
    record = {"Name": f"api.{domain}.", "Type": "A", "TTL": 300, "ResourceRecords": [{"Value": FORMER_ADDRESS}]}
    _change(route53, zone, "CREATE", record)
    try:
        yield
    finally:
        _change(route53, zone, "DELETE", record)
        route53.delete_hosted_zone(Id=zone)


@fault(
    name="sei-caa-admits-another-issuer",
    breaks="names lead right, but CAA admits an authority that does not issue the certificates: the next renewal fails",
    fails=[LINE],
    message=r"CAA at [\w.-]+ admits letsencrypt\.org, want",
    touches=["aws:seiketsu:route53:caa"],
    hard=True,
)
def another_issuer(deployment: Deployment) -> Iterator[None]:
    route53, zone = _zone(deployment)
    records = route53.list_resource_record_sets(HostedZoneId=zone)["ResourceRecordSets"]
    record = next(r for r in records if r["Type"] == "CAA")
    _change(route53, zone, "UPSERT", record | {"ResourceRecords": [{"Value": '0 issue "letsencrypt.org"'}]})
    try:
        yield
    finally:
        _change(route53, zone, "UPSERT", record)
