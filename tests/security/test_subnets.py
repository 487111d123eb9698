"""Where the tiers stand: in subnets that the internet has no way into."""

from __future__ import annotations

from collections.abc import Mapping

from fixtures.aws.ecs import Cluster
from fixtures.aws.elasticache import ReplicationGroup
from fixtures.aws.network import Network
from fixtures.aws.rds import Database
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import Unobservable
from tests.judges.network import INTERNET
from tests.judges.reachability import Landscape, graph_of, public_versions

ROUTES = "ec2:DescribeSubnets, ec2:DescribeRouteTables"


@verifies("SEI-1.1.2.1.1")
def test_tiers_stand_where_the_internet_has_no_way_in(
    line: Line, network: Network, ecs: Cluster, rds: Database, elasticache: ReplicationGroup
) -> None:
    land = Landscape(**network.described)
    tiers = {
        **{str(s): list(s.network.get("subnets", [])) for s in ecs.services},
        **{str(i): i.subnets for i in rds.instances},
        str(elasticache): elasticache.subnets,
    }
    problems: list[str | None] = [*network.missing_groups]
    used = {s: what for what, subnets in tiers.items() for s in subnets}
    unknown = sorted(set(used) - set(land.subnet))
    problems += [f"subnet {s} of {used[s]}: does not exist (ec2:DescribeSubnets)" for s in unknown]

    routes = [r for s in sorted(set(used) - set(unknown)) for r in _public_routes(land, s, used[s])]
    shown = observed(network, "public routes of private tiers", routes, source=ROUTES)
    problems.append(line.limit("public_routes").problem(len(shown), of=network, hint="; ".join(shown)))

    addresses = _public_addresses(land, network, used)
    addresses += [f"{i} is publicly accessible" for i in rds.instances if i.public]
    addresses += [f"{s} gives its tasks public addresses" for s in ecs.services if _public_tasks(s.network)]
    observed(network, "public addresses of private tiers", addresses, source="ec2, rds, ecs")
    problems.append(line.limit("public_addresses").problem(len(addresses), of=network, hint="; ".join(addresses)))

    open_ways = _ways_in(land, network)
    observed(network, "ways in to private tiers", open_ways, source="ec2: routes, addresses, access lists, groups")
    limit = line.limit("reachable_private_ports")
    problems.append(limit.problem(len(open_ways), of=network, hint="; ".join(open_ways)))
    for what, subnets in tiers.items():
        private = [s for s in subnets if s in land.subnet and not land.public_routes(land.subnet[s])]
        problems.append(line.limit("private_subnets_per_tier").problem(len(set(private)), of=what))
    conclude(problems)


def _public_routes(land: Landscape, subnet: str, what: str) -> list[str]:
    """Sentences on the routes by which a subnet and the internet meet, and on the table that holds them."""
    raw = land.subnet[subnet]
    table = land.table_of(raw)
    if table is None:
        raise Unobservable(f"subnet {subnet} of {what} has no route table, nor its VPC a main one")
    own = any(a.get("SubnetId") == subnet for a in table.get("Associations", []))
    by = f"{table['RouteTableId']}" + ("" if own else ", the main table of its VPC, as it has none of its own")
    return [f"subnet {subnet} of {what} has a route for {destination} to {gateway} (table {by})"
            for destination, gateway in land.public_routes(raw).items()]  # fmt: skip


def _public_addresses(land: Landscape, network: Network, used: Mapping[str, str]) -> list[str]:
    """Sentences on addresses of the internet in the tiers' subnets, had or given to whatever starts there."""
    found = [f"subnet {s} of {what} gives public addresses to what starts in it"
             for s, what in used.items() if land.subnet.get(s, {}).get("MapPublicIpOnLaunch")]  # fmt: skip
    worn = land.tiers_of({tier: groups for tier, groups in network.tiers.items() if tier not in _entries(network)})
    for interface in land.interfaces:
        name = interface["NetworkInterfaceId"]
        if 4 in public_versions(interface) and (worn[name] or interface.get("SubnetId") in used):
            address = (interface.get("Association") or {}).get("PublicIp", "")
            found.append(f"interface {name} of {', '.join(sorted(worn[name])) or 'no tier'} has {address}")
    return found


def _ways_in(land: Landscape, network: Network) -> list[str]:
    """Sentences on what the internet can send to directly, beside the declared entries.

    Raises:
        Unobservable: not even an entry is found to be reached, so the ways are not seen.
    """
    graph, worn = graph_of(land), land.tiers_of(network.tiers)
    entries = _entries(network)
    reached = {to: data["ways"] for _, to, data in graph.out_edges(INTERNET, data=True)}
    if not any(worn[to] & entries for to in reached):
        raise Unobservable(
            f"{network}: the internet is not seen to reach {', '.join(sorted(entries)) or 'any tier'}, which it should",
            "Do aws.flows name the entry, and has its interface a public address?",
        )
    names = {g.id: str(g) for g in network.groups}
    private = {to: ways for to, ways in reached.items() if worn[to] and not worn[to] & entries}
    return [f"{INTERNET} -> {land.named(to, names)} {', '.join(map(str, ways))}" for to, ways in private.items()]


def _entries(network: Network) -> set[str]:
    """The tiers that the internet is meant to reach."""
    return {f.to for f in network.account.settings.flows if f.source == INTERNET}


def _public_tasks(network: Mapping[str, object]) -> bool:
    return network.get("assignPublicIp") == "ENABLED"
