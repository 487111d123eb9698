"""Who can really send to whom: a directed graph of the internet and every network interface.

An edge is there when everything on the way lets a packet through: the route of the subnet and the public address (from
the internet), the stateless access lists of both subnets and the way back, what the sender's groups let out and the
receiver's groups let in. What is not known is taken as open. Pure: takes what EC2's Describe calls say.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import networkx as nx

from tests.judges.network import INTERNET, Documented, IpNetwork, Reach, covers, is_public, reaches, without

Raw = Mapping[str, Any]
Span = tuple[int, int]
NUMBERS = {"tcp": "6", "udp": "17"}
EPHEMERAL = (1024, 65535)
"""Ports that answers come back to."""


@dataclass(frozen=True, order=True)
class Way:
    """Ports `low` to `high` on which one end can send to the other. `anyone`: the rule that admits it admits all."""

    protocol: str
    low: int
    high: int
    anyone: bool = False

    def __str__(self) -> str:
        ports = f"port {self.low}" if self.low == self.high else f"ports {self.low}-{self.high}"
        return f"{self.protocol} {'all ports' if (self.low, self.high) == (0, 65535) else ports}"


@dataclass(frozen=True)
class Landscape:
    """One region's network, each part as EC2 describes it. `prefix_lists`: id to CIDR blocks."""

    groups: Sequence[Raw]
    interfaces: Sequence[Raw]
    subnets: Sequence[Raw]
    route_tables: Sequence[Raw]
    access_lists: Sequence[Raw]
    gateways: Sequence[Raw]
    prefix_lists: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @cached_property
    def subnet(self) -> dict[str, Raw]:
        """Id to subnet."""
        return {s["SubnetId"]: s for s in self.subnets}

    @cached_property
    def wearers(self) -> dict[str, list[Raw]]:
        """Group id to the interfaces that wear it."""
        found: dict[str, list[Raw]] = defaultdict(list)
        for interface in self.interfaces:
            for group in _groups(interface):
                found[group].append(interface)
        return dict(found)

    def tiers_of(self, tiers: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
        """Return interface id to the tiers whose groups it wears, from tier to group ids."""
        worn: dict[str, set[str]] = {i["NetworkInterfaceId"]: set() for i in self.interfaces}
        for tier, groups in tiers.items():
            for interface in (i for group in groups for i in self.wearers.get(group, [])):
                worn[interface["NetworkInterfaceId"]].add(tier)
        return worn

    def named(self, node: str, names: Mapping[str, str]) -> str:
        """Return an interface's id with the names of the groups that it wears; any other node as it is."""
        worn = [g for i in self.interfaces if i["NetworkInterfaceId"] == node for g in _groups(i)]
        return f"{node} ({', '.join(names.get(g, g) for g in worn)})" if worn else node

    def table_of(self, subnet: Raw) -> Raw | None:
        """Return the route table that a subnet uses: its own, else the main one of its VPC."""
        tables = [t for t in self.route_tables if t["VpcId"] == subnet["VpcId"]]
        own = [t for t in tables for a in t.get("Associations", []) if a.get("SubnetId") == subnet["SubnetId"]]
        main = [t for t in tables for a in t.get("Associations", []) if a.get("Main")]
        return next(iter(own or main), None)

    def public_routes(self, subnet: Raw) -> dict[str, str]:
        """Return destination to internet gateway of the routes by which answers leave to the internet."""
        found = {}
        for route in (self.table_of(subnet) or {}).get("Routes", []):
            gateway = str(route.get("GatewayId") or "")
            if not gateway.startswith("igw-") or route.get("State") == "blackhole":
                continue
            named = route.get("DestinationPrefixListId")
            blocks = self.prefix_lists.get(named, ["0.0.0.0/0", "::/0"]) if named else [_destination(route)]
            if any(is_public(block) for block in blocks):
                found[named or blocks[0]] = gateway
        return found

    def faces(self, subnet: Raw) -> set[int]:
        """Return the IP versions in which the internet and the subnet can talk: a route, to a gateway that is there."""
        attached = {g["InternetGatewayId"] for g in self.gateways
                    if any(a["VpcId"] == subnet["VpcId"] for a in g.get("Attachments", []))}  # fmt: skip
        if self.table_of(subnet) is None:
            return {4, 6}
        versions: set[int] = set()
        for destination, gateway in self.public_routes(subnet).items():
            if gateway in attached:
                versions |= {6 if ":" in destination else 4} if "/" in destination else {4, 6}
        return versions

    def rules_of(self, subnet: Raw) -> list[Raw] | None:
        """Return the entries of the access list that guards a subnet, None when none is known to."""
        for acl in self.access_lists:
            if any(a.get("SubnetId") == subnet["SubnetId"] for a in acl.get("Associations", [])):
                return sorted(acl.get("Entries", []), key=lambda e: int(e["RuleNumber"]))
        return None

    def admitted(self, subnet: Raw, peer: IpNetwork, protocol: str, span: Span, *, egress: bool = False) -> list[Span]:
        """Return the ports of `span` that the subnet's access list lets pass from `peer`, or to it (`egress`)."""
        entries = self.rules_of(subnet)
        if entries is None:
            return [span]
        pending, passed = [span], []
        for entry in entries:
            block = entry.get("CidrBlock") or entry.get("Ipv6CidrBlock")
            network = ipaddress.ip_network(block, strict=False) if block else None
            if bool(entry.get("Egress")) != egress or network is None or network.version != peer.version:
                continue
            if str(entry.get("Protocol")) not in ("-1", NUMBERS[protocol]):
                continue
            ports = entry.get("PortRange") or {}
            concerned = int(ports.get("From", 0)), int(ports.get("To", 65535))
            whole = peer.subnet_of(network)  # type: ignore[arg-type]
            if entry.get("RuleAction") == "allow" and network.overlaps(peer):
                passed += [common for rest in pending if (common := _common(rest, concerned))]
            if whole:
                pending = [part for rest in pending for part in _minus(rest, concerned)]
        return passed


def graph_of(land: Landscape) -> nx.DiGraph[str]:
    """Return the graph: nodes `internet` and interface ids, edges with `ways`, a sorted list of `Way`."""
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_node(INTERNET)
    graph.add_nodes_from(i["NetworkInterfaceId"] for i in land.interfaces)
    let_in, let_out = _by_group(land, egress=False), _by_group(land, egress=True)
    for to in land.interfaces:
        subnet = land.subnet.get(to.get("SubnetId", ""))
        if subnet is None:
            continue
        rules = [r for g in _groups(to) for r in let_in.get(g, []) if r.protocol in NUMBERS]
        _join(graph, INTERNET, to, _from_internet(land, to, subnet, rules))
        for sender in _senders(land, to, rules):
            _join(graph, sender["NetworkInterfaceId"], to, _inside(land, sender, to, rules, let_out))
    return graph


def _join(graph: nx.DiGraph[str], source: str, to: Raw, ways: Iterable[Way]) -> None:
    if found := sorted(set(ways)):
        graph.add_edge(source, to["NetworkInterfaceId"], ways=found)


def _from_internet(land: Landscape, to: Raw, subnet: Raw, rules: Iterable[Reach]) -> Iterator[Way]:
    versions = land.faces(subnet) & public_versions(to)
    for rule in rules:
        if not is_public(rule.source):
            continue
        peer = ipaddress.ip_network(rule.source)
        if peer.version not in versions:
            continue
        if not land.admitted(subnet, peer, rule.protocol, EPHEMERAL, egress=True):
            continue
        for low, high in land.admitted(subnet, peer, rule.protocol, (rule.low, rule.high)):
            yield Way(rule.protocol, low, high, is_public(rule.source))


def _inside(
    land: Landscape, sender: Raw, to: Raw, rules: Iterable[Reach], let_out: Mapping[str, list[Reach]]
) -> Iterator[Way]:
    here, there = land.subnet[sender["SubnetId"]], land.subnet[to["SubnetId"]]
    ways_out = [r for g in _groups(sender) for r in let_out.get(g, [])]
    for rule in rules:
        if not _speaks_of(rule.source, sender):
            continue
        for out in ways_out:
            common = _common((rule.low, rule.high), (out.low, out.high))
            if out.protocol != rule.protocol or common is None or not _speaks_of(out.destination, to):
                continue
            for low, high in _past_lists(land, here, there, rule.protocol, common):
                yield Way(rule.protocol, low, high, is_public(rule.source))


def _past_lists(land: Landscape, here: Raw, there: Raw, protocol: str, span: Span) -> list[Span]:
    """The ports that the access lists between two subnets let through, and the answers back."""
    if here["SubnetId"] == there["SubnetId"]:
        return [span]
    source, to = ipaddress.ip_network(here["CidrBlock"]), ipaddress.ip_network(there["CidrBlock"])
    back = land.admitted(there, source, protocol, EPHEMERAL, egress=True) and land.admitted(
        here, to, protocol, EPHEMERAL
    )
    if not back:
        return []
    left = land.admitted(here, to, protocol, span, egress=True)
    return [part for rest in left for part in land.admitted(there, source, protocol, rest)]


def _senders(land: Landscape, to: Raw, rules: Iterable[Reach]) -> list[Raw]:
    """The interfaces of the same network that some rule could speak of, each once."""
    found: dict[str, Raw] = {}
    for source in {r.source for r in rules}:
        for interface in land.interfaces if "/" in source else land.wearers.get(source, []):
            if _speaks_of(source, interface) and interface.get("SubnetId") in land.subnet:
                found[interface["NetworkInterfaceId"]] = interface
    found.pop(to["NetworkInterfaceId"], None)
    return [i for i in found.values() if i.get("VpcId") == to.get("VpcId")]


def _speaks_of(end: str, interface: Raw) -> bool:
    """Whether a rule's end, a group id or a CIDR block, means this interface."""
    if "/" not in end:
        return end in _groups(interface)
    network = ipaddress.ip_network(end)
    addresses = [interface.get("PrivateIpAddress"), *(a.get("Ipv6Address") for a in interface.get("Ipv6Addresses", []))]
    return any(a and ipaddress.ip_address(a) in network for a in addresses)


def public_versions(interface: Raw) -> set[int]:
    """Return the IP versions in which an interface has an address of the internet."""
    four = {4} if (interface.get("Association") or {}).get("PublicIp") else set()
    secondary = any((a.get("Association") or {}).get("PublicIp") for a in interface.get("PrivateIpAddresses", []))
    return four | ({4} if secondary else set()) | ({6} if interface.get("Ipv6Addresses") else set())


def undocumented_paths(
    graph: nx.DiGraph[str], targets: Iterable[str], tiers: Mapping[str, set[str]], flows: Iterable[Documented]
) -> list[list[str]]:
    """Return the ways from the internet to any of the targets that take a step which no flow documents.

    Args:
        graph: from `graph_of`.
        targets: interface ids.
        tiers: interface id to its tiers, from `Landscape.tiers_of`.
        flows: the documented ones.

    Returns:
        Shortest paths of nodes from `internet`, one for each end of such a step.
    """
    documented, wanted = list(flows), [t for t in targets if t in graph]
    near_target = set(wanted).union(*(nx.ancestors(graph, t) for t in wanted))
    from_internet = nx.single_source_shortest_path(graph, INTERNET)
    odd = [
        (source, to)
        for source, to, ways in graph.edges(data="ways")
        if any(left_over(way, tiers.get(source, {source}), tiers[to], documented) for way in ways)
    ]
    sound = nx.restricted_view(graph, [], odd)
    entitled = set(wanted).union(*(nx.ancestors(sound, t) for t in wanted)) - {INTERNET}
    found: dict[str, list[str]] = {}
    for source, to in odd:
        # Whoever reaches the target by documented steps gains nothing by a roundabout way.
        if source not in from_internet or to not in near_target or source in entitled:
            continue
        on = min((nx.shortest_path(graph, to, t) for t in wanted if nx.has_path(graph, to, t)), key=len)
        path = [*from_internet[source], *on]
        shorter = to not in found or len(path) < len(found[to])
        if shorter and len(path) == len(set(path)):  # with a loop, the target is reached without this step
            found[to] = path
    return sorted({tuple(path): path for path in found.values()}.values())


def left_over(way: Way, sources: set[str], ends: set[str], flows: Iterable[Documented]) -> list[Span]:
    """Return the ports of a way between tiers that no flow covers."""
    begins = sources | ({INTERNET} if way.anyone else set())
    covering = [f for f in flows if f.protocol == way.protocol
                and any(covers(f.source, s) for s in begins) and any(covers(f.to, e) for e in ends)]  # fmt: skip
    return without(way.low, way.high, sorted({p for f in covering for p in f.ports if way.low <= p <= way.high}))


def _groups(interface: Raw) -> list[str]:
    return [g["GroupId"] for g in interface.get("Groups", [])]


def _by_group(land: Landscape, *, egress: bool) -> dict[str, list[Reach]]:
    found: dict[str, list[Reach]] = defaultdict(list)
    for reach in reaches(land.groups, land.prefix_lists, egress=egress):
        found[reach.source if egress else reach.destination].append(reach)
    return found


def _destination(route: Raw) -> str:
    return str(route.get("DestinationCidrBlock") or route.get("DestinationIpv6CidrBlock") or "0.0.0.0/0")


def _common(one: Span, other: Span) -> Span | None:
    low, high = max(one[0], other[0]), min(one[1], other[1])
    return (low, high) if low <= high else None


def _minus(span: Span, taken: Span) -> list[Span]:
    common = _common(span, taken)
    if common is None:
        return [span]
    return [(low, high) for low, high in ((span[0], common[0] - 1), (common[1] + 1, span[1])) if low <= high]
