"""Who can send to whom, on made-up networks; each obstacle alone must stop the way, and its absence open it."""

from __future__ import annotations

import ipaddress
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golive.target.aws import Flow
from tests.judges.reachability import Landscape, Way, graph_of, left_over, public_versions, undocumented_paths

FLOWS = [
    Flow(source="internet", to="alb", ports=[443]),
    Flow(source="alb", to="app", ports=[8000]),
    Flow(source="app", to="database", ports=[5432]),
]
TIERS = {"alb": ["sg-alb"], "app": ["sg-app"], "database": ["sg-db"]}
ANY_ACL = {"Egress": False, "Protocol": "-1", "RuleAction": "allow", "RuleNumber": 100}


def rule(port: int | None, **peers: Any) -> dict[str, Any]:
    ports = {"IpProtocol": "-1"} if port is None else {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
    return {
        **ports,
        "IpRanges": [{"CidrIp": c} for c in peers.get("v4", [])],
        "Ipv6Ranges": [{"CidrIpv6": c} for c in peers.get("v6", [])],
        "UserIdGroupPairs": [{"GroupId": g} for g in peers.get("groups", [])],
        "PrefixListIds": [{"PrefixListId": p} for p in peers.get("lists", [])],
    }


def group(name: str, *rules: dict[str, Any], out: list[dict[str, Any]] | None = None) -> dict[str, Any]:
    anywhere = [rule(None, v4=["0.0.0.0/0"], v6=["::/0"])]
    return {"GroupId": name, "IpPermissions": list(rules), "IpPermissionsEgress": anywhere if out is None else out}


def interface(name: str, subnet: str, *groups: str, public: bool = False, v6: str = "") -> dict[str, Any]:
    found: dict[str, Any] = {
        "NetworkInterfaceId": name, "SubnetId": subnet, "VpcId": "vpc", "Groups": [{"GroupId": g} for g in groups],
        "PrivateIpAddress": "10.0.0.5" if subnet == "front" else "10.0.1.5",
    }  # fmt: skip
    found |= {"Association": {"PublicIp": "203.0.113.9"}} if public else {}
    return found | ({"Ipv6Addresses": [{"Ipv6Address": v6}]} if v6 else {})


def network(**changes: Any) -> Landscape:
    """A public subnet `front` with a balancer, a private subnet `back` with an application and a database."""
    gateway = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "active"}
    land = Landscape(
        groups=[
            group("sg-alb", rule(443, v4=["0.0.0.0/0"])),
            group("sg-app", rule(8000, groups=["sg-alb"])),
            group("sg-db", rule(5432, groups=["sg-app"])),
        ],
        interfaces=[
            interface("alb", "front", "sg-alb", public=True),
            interface("app", "back", "sg-app"),
            interface("db", "back", "sg-db"),
        ],
        subnets=[
            {"SubnetId": "front", "VpcId": "vpc", "CidrBlock": "10.0.0.0/24"},
            {"SubnetId": "back", "VpcId": "vpc", "CidrBlock": "10.0.1.0/24"},
        ],
        route_tables=[
            {"VpcId": "vpc", "Routes": [], "Associations": [{"Main": True}]},
            {"VpcId": "vpc", "Routes": [gateway], "Associations": [{"SubnetId": "front"}]},
        ],
        access_lists=[],
        gateways=[{"InternetGatewayId": "igw-1", "Attachments": [{"VpcId": "vpc"}]}],
    )
    return replace(land, **changes)


def edges(land: Landscape) -> set[tuple[str, str]]:
    return set(graph_of(land).edges)


def paths(land: Landscape) -> list[list[str]]:
    return undocumented_paths(graph_of(land), ["db"], land.tiers_of(TIERS), FLOWS)


def test_the_documented_way_is_there_and_is_no_finding() -> None:
    assert {("internet", "alb"), ("alb", "app"), ("app", "db")} <= edges(network())
    assert not {("internet", "app"), ("internet", "db"), ("alb", "db")} & edges(network())
    assert paths(network()) == []


def with_ingress(land: Landscape, name: str, *rules: dict[str, Any]) -> Landscape:
    return replace(land, groups=[
        {**g, "IpPermissions": [*g["IpPermissions"], *rules]} if g["GroupId"] == name else g for g in land.groups
    ])  # fmt: skip


def with_front(land: Landscape, *routes: dict[str, Any]) -> Landscape:
    return replace(land, route_tables=[land.route_tables[0], {**land.route_tables[1], "Routes": list(routes)}])


@pytest.mark.parametrize(
    ("land", "why"),
    [
        (with_front(network()), "no route"),
        (network(gateways=[]), "no gateway is attached"),
        (network(interfaces=[interface("alb", "front", "sg-alb")]), "no public address"),
        (
            with_front(network(), {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1", "State": "blackhole"}),
            "leads nowhere",
        ),
        (with_front(network(), {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"}), "NAT lets nobody in"),
        (with_front(network(), {"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1"}), "another IP version"),
        (
            with_front(network(), {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1"}),
            "lets out only",
        ),
    ],
)
def test_one_obstacle_is_enough(land: Landscape, why: str) -> None:
    assert ("internet", "alb") not in edges(land), why


def test_an_open_group_without_a_way_in_is_not_reached() -> None:
    assert ("internet", "db") not in edges(with_ingress(network(), "sg-db", rule(5432, v4=["0.0.0.0/0"])))


def test_the_main_table_serves_a_subnet_without_its_own() -> None:
    land = with_ingress(network(), "sg-db", rule(5432, v4=["0.0.0.0/0"]))
    main = {**land.route_tables[0], "Routes": land.route_tables[1]["Routes"]}
    shown = [i if i["NetworkInterfaceId"] != "db" else interface("db", "back", "sg-db", public=True)
             for i in land.interfaces]  # fmt: skip
    assert ("internet", "db") in edges(replace(land, route_tables=[main, land.route_tables[1]], interfaces=shown))


def test_ipv6_alone_leads_in() -> None:
    land = with_front(network(), {"DestinationIpv6CidrBlock": "::/0", "GatewayId": "igw-1", "State": "active"})
    land = replace(land, interfaces=[interface("alb", "front", "sg-alb", v6="2001:db8::1")])
    assert edges(land) == set()
    assert edges(with_ingress(land, "sg-alb", rule(443, v6=["::/0"]))) == {("internet", "alb")}


def test_two_hops_over_a_host_of_no_tier() -> None:
    land = with_ingress(network(), "sg-app", rule(8000, groups=["sg-x"]))
    land = replace(land, groups=[*land.groups, group("sg-x", rule(22, v4=["0.0.0.0/0"]))])
    assert paths(land) == []
    land = replace(land, interfaces=[*land.interfaces, interface("x", "front", "sg-x", public=True)])
    assert paths(land) == [["internet", "x", "app", "db"]]


def test_a_roundabout_way_of_somebody_who_may_go_straight_is_no_finding() -> None:
    land = network()
    worker = group("sg-worker", rule(443, v4=["0.0.0.0/0"]))
    flows = [*FLOWS, Flow(source="worker", to="database", ports=[5432])]
    groups = [*with_ingress(land, "sg-db", rule(5432, groups=["sg-worker"])).groups, worker]
    land = replace(land, groups=groups, interfaces=[*land.interfaces, interface("worker", "back", "sg-worker")])
    tiers = land.tiers_of({**TIERS, "worker": ["sg-worker"]})
    assert {("app", "worker"), ("worker", "db")} <= edges(land)
    assert undocumented_paths(graph_of(land), ["db"], tiers, flows) == []


def test_a_prefix_list_in_a_route_and_in_a_rule_counts_for_what_it_holds() -> None:
    lists = {"pl-1": ["8.8.8.0/24"], "pl-2": ["10.0.0.0/8"]}
    for named, seen in (("pl-1", True), ("pl-2", False), ("pl-unknown", True)):
        land = with_front(network(prefix_lists=lists), {"DestinationPrefixListId": named, "GatewayId": "igw-1"})
        assert (("internet", "alb") in edges(land)) is seen


def test_what_the_sender_does_not_let_out_does_not_arrive() -> None:
    land = network()
    closed = [{**g, "IpPermissionsEgress": []} if g["GroupId"] == "sg-app" else g for g in land.groups]
    assert ("app", "db") not in edges(replace(land, groups=closed))


def test_access_lists_stop_both_ways() -> None:
    def guarded(*entries: dict[str, Any]) -> set[tuple[str, str]]:
        return edges(network(access_lists=[{"Associations": [{"SubnetId": "front"}], "Entries": list(entries)}]))

    anyone = {**ANY_ACL, "CidrBlock": "0.0.0.0/0"}
    out = {**anyone, "Egress": True}
    deny = {**anyone, "RuleAction": "deny", "RuleNumber": 50, "Protocol": "6", "PortRange": {"From": 443, "To": 443}}
    assert ("internet", "alb") in guarded(anyone, out)
    assert ("internet", "alb") not in guarded(anyone), "the answers can't leave"
    assert ("internet", "alb") not in guarded(deny, anyone, out)
    assert ("internet", "alb") in guarded({**deny, "RuleNumber": 200}, anyone, out), "the lower number decides"
    assert ("internet", "alb") in guarded({**deny, "CidrBlock": "198.51.100.0/24"}, anyone, out), "a part is not all"


def test_public_addresses_of_every_kind() -> None:
    assert public_versions({}) == set()
    assert public_versions({"PrivateIpAddresses": [{"Association": {"PublicIp": "203.0.113.9"}}]}) == {4}
    assert public_versions(interface("x", "front", public=True, v6="2001:db8::1")) == {4, 6}


def test_ports_that_no_flow_covers_are_left() -> None:
    way = Way("tcp", 5431, 5433)
    assert left_over(way, {"app"}, {"database"}, FLOWS) == [(5431, 5431), (5433, 5433)]
    assert left_over(Way("udp", 5432, 5432), {"app"}, {"database"}, FLOWS) == [(5432, 5432)]
    assert left_over(Way("tcp", 443, 443), {"internet"}, {"alb"}, FLOWS) == []


ENTRIES = st.lists(
    st.tuples(st.booleans(), st.integers(0, 3), st.integers(0, 2), st.integers(0, 8), st.integers(0, 8)), max_size=5
)


@given(ENTRIES)
def test_an_access_list_decides_as_the_first_entry_that_matches(raw: list[tuple[bool, int, int, int, int]]) -> None:
    entries = [
        {"Egress": False, "Protocol": "6", "RuleAction": "allow" if allow else "deny", "RuleNumber": number,
         "CidrBlock": str(ipaddress.ip_network((part << 30, length), strict=False)),
         "PortRange": {"From": min(low, high), "To": max(low, high)}}
        for number, (allow, part, length, low, high) in enumerate(raw)
    ]  # fmt: skip
    land = network(access_lists=[{"Associations": [{"SubnetId": "front"}], "Entries": entries}])
    address = ipaddress.ip_network("64.0.0.1/32")
    spans = land.admitted(land.subnets[0], address, "tcp", (0, 8))
    for port in range(9):
        matching = (e for e in entries if address.subnet_of(ipaddress.ip_network(str(e["CidrBlock"])))
                    and e["PortRange"]["From"] <= port <= e["PortRange"]["To"])  # type: ignore[index]  # fmt: skip
        first = next(matching, None)
        assert any(low <= port <= high for low, high in spans) is bool(first and first["RuleAction"] == "allow")
