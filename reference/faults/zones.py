"""Tiers that a single availability zone can take down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.amending import amended
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, NAME = "seiketsu", "seiketsu-production"


@fault(
    name="sei-zones-database-without-standby",
    breaks="the database has no standby in another zone",
    fails=["SEI-1.1.1.1.4"],
    message=r"database instance seiketsu-production: MultiAZ is off",
    touches=["aws:seiketsu:rds:instance"],
)
def database_without_standby(deployment: Deployment) -> Iterator[None]:
    rds = deployment.aws(PRODUCT, "rds")
    rds.modify_db_instance(DBInstanceIdentifier=NAME, MultiAZ=False, ApplyImmediately=True)
    try:
        yield
    finally:
        rds.modify_db_instance(DBInstanceIdentifier=NAME, MultiAZ=True, ApplyImmediately=True)


@fault(
    name="sei-zones-cache-crowded",
    breaks="two of the three nodes of the cache are in one zone",
    fails=["SEI-1.1.1.1.4"],
    message=r"cache seiketsu-production: cache members in one zone is 66\.67 percent",
    touches=["aws:seiketsu:elasticache:nodes"],
    hard=True,
)
def cache_crowded(deployment: Deployment) -> Iterator[None]:
    groups = deployment.aws(PRODUCT, "elasticache").describe_replication_groups(ReplicationGroupId=NAME)
    nodes = groups["ReplicationGroups"][0]["NodeGroups"][0]["NodeGroupMembers"]
    values = {"PreferredAvailabilityZone": nodes[0]["PreferredAvailabilityZone"]}
    where = {"CacheClusterId": nodes[-1]["CacheClusterId"]}
    with amended(deployment, PRODUCT, "elasticache", "NodeGroupMembers", values, where):
        yield


@fault(
    name="sei-zones-one-way-out",
    breaks="the private subnets of all zones go out through one NAT gateway",
    fails=["SEI-1.1.1.1.4"],
    message=r"subnet subnet-\w+ in us-east-1b goes out through nat-\w+ in us-east-1a",
    touches=["aws:seiketsu:ec2:routes"],
    hard=True,
)
def one_way_out(deployment: Deployment) -> Iterator[None]:
    ec2 = deployment.aws(PRODUCT, "ec2")
    out = "0.0.0.0/0"
    before = {
        table["RouteTableId"]: route["NatGatewayId"]
        for table in ec2.describe_route_tables()["RouteTables"]
        for route in table["Routes"]
        if route.get("DestinationCidrBlock") == out and route.get("NatGatewayId")
    }
    zones = {s["SubnetId"]: s["AvailabilityZone"] for s in ec2.describe_subnets()["Subnets"]}
    gateways = {g["NatGatewayId"]: zones[g["SubnetId"]] for g in ec2.describe_nat_gateways()["NatGateways"]}
    only = min(before.values(), key=lambda gateway: gateways[gateway])
    for table in before:
        ec2.replace_route(RouteTableId=table, DestinationCidrBlock=out, NatGatewayId=only)
    try:
        yield
    finally:
        for table, gateway in before.items():
            ec2.replace_route(RouteTableId=table, DestinationCidrBlock=out, NatGatewayId=gateway)
