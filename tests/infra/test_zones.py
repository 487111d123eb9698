"""Any one availability zone may go: every tier keeps a member, and private subnets their way out."""

from __future__ import annotations

import pytest

from fixtures.aws.balancing import LoadBalancer
from fixtures.aws.ecs import Cluster, Service
from fixtures.aws.elasticache import ReplicationGroup
from fixtures.aws.errors import Absent
from fixtures.aws.network import Network
from fixtures.aws.rds import Database
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import Unobservable
from tests.judges.zones import fewest_left, largest_share, placed


@verifies("SEI-1.1.1.1.4")
@pytest.mark.smoke
def test_every_tier_survives_the_loss_of_a_zone(
    line: Line,
    ecs: Cluster,
    rds: Database,
    elasticache: ReplicationGroup,
    load_balancer: LoadBalancer,
    network: Network,
) -> None:
    problems: list[str | None] = []
    for service, zones in each(_zones_of, ecs.services):
        problems += [zones] if isinstance(zones, str) else _spread(line, service, zones)

    writer = rds.writer
    if not writer.multi_az:
        problems.append(f"{writer}: MultiAZ is off, so nothing takes over when zone {', '.join(writer.zones)} is lost")
    halves = dict(zip(("writer", "standby"), writer.zones, strict=False))
    problems += _spread(line, writer, halves)

    nodes = elasticache.zones
    problems += _spread(line, elasticache, nodes)
    problems.append(line.limit("cache_members_in_one_zone").problem(largest_share(nodes), elasticache, placed(nodes)))
    problems.append(line.limit("cache_zones").problem(len(set(nodes.values())), elasticache, placed(nodes)))
    for name, state in (("automatic failover", elasticache.automatic_failover), ("Multi-AZ", elasticache.multi_az)):
        if state != "enabled":
            problems.append(f"{elasticache}: {name} is {state or 'unknown'}, want enabled")

    problems += _spread(line, load_balancer, {f"node in {zone}": zone for zone in load_balancer.zones})
    problems += _ways_out(line, network, _subnets(ecs))
    conclude(problems)


def _zones_of(service: Service) -> tuple[Service, dict[str, str] | str]:
    try:
        return service, {str(t): t.zone for t in service.tasks.or_none() if t.status == "RUNNING"}
    except Absent as absence:
        return service, str(absence)


def _spread(line: Line, tier: object, members: dict[str, str]) -> list[str | None]:
    """The members are in enough zones, and some are left whichever zone is lost."""
    observed(tier, "placed", members, source="placed availability zones")
    lost, left = fewest_left(members)
    hint = f"{placed(members) or 'It has no member'}"
    return [
        line.limit("zones_per_tier").problem(len({z for z in members.values() if z}), of=tier, hint=hint),
        line.limit("surviving_members").problem(left, of=f"{tier} without {lost}", hint=hint),
    ]


def _subnets(ecs: Cluster) -> set[str]:
    """The subnets that tasks are placed in."""
    found: set[str] = set()
    for service in ecs.services:
        try:
            found |= set(service.network.get("subnets", []))
        except Absent:
            continue
    if not found:
        raise Unobservable(f"{ecs}: no service names its subnets", "Do the services run in awsvpc mode?")
    return found


def _ways_out(line: Line, network: Network, used: set[str]) -> list[str | None]:
    """Private subnets go out through a NAT gateway of their own zone, so no zone takes another's way out along."""
    zone_of = {s["SubnetId"]: s["AvailabilityZone"] for s in network.subnets}
    gateways = {g["NatGatewayId"]: g for g in network.nat_gateways.or_none()}
    problems: list[str | None] = []
    through: dict[str, str] = {}
    for subnet in network.subnets:
        if subnet["SubnetId"] not in used or network.is_public(subnet):
            continue
        name, zone = subnet["SubnetId"], subnet["AvailabilityZone"]
        route = next((r for r in network.routes_of(subnet) if r.get("DestinationCidrBlock") == "0.0.0.0/0"), None)
        if route is None:
            continue  # no way out at all: endpoints inside of the network, which no zone takes along
        gateway = gateways.get(str(route.get("NatGatewayId")))
        if gateway is None or gateway.get("State") != "available" or route.get("State") == "blackhole":
            problems.append(f"subnet {name} in {zone}: its way out leads to no NAT gateway that works")
            continue
        through[name] = zone_of.get(gateway["SubnetId"], "")
        if through[name] != zone:
            problems.append(
                f"subnet {name} in {zone} goes out through {gateway['NatGatewayId']} in {through[name] or 'no zone'}; "
                "without that zone it has no way out. Give each zone a NAT gateway and a route to it"
            )
    if through:
        problems += _spread(line, f"ways out of {network}", through)
    return problems
