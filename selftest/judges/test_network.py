"""What security groups admit, against address arithmetic done by brute force."""

from __future__ import annotations

import ipaddress
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from golive.target.aws import Flow
from tests.judges.network import Reach, exposed, reaches, undocumented

TIERS = {"alb": ["sg-alb"], "app": ["sg-app"], "database": ["sg-db"]}
FLOWS = [
    Flow(source="internet", to="alb", ports=[443, 80]),
    Flow(source="alb", to="app", ports=[8000]),
    Flow(source="app", to="database", ports=[5432]),
]


def rule(low: int | None = None, high: int | None = None, protocol: str = "tcp", **peers: Any) -> dict[str, Any]:
    ports = {} if low is None else {"FromPort": low, "ToPort": low if high is None else high}
    return {
        "IpProtocol": protocol,
        **ports,
        "IpRanges": [{"CidrIp": c} for c in peers.get("v4", [])],
        "Ipv6Ranges": [{"CidrIpv6": c} for c in peers.get("v6", [])],
        "UserIdGroupPairs": [{"GroupId": g} for g in peers.get("groups", [])],
        "PrefixListIds": [{"PrefixListId": p} for p in peers.get("lists", [])],
    }


def group(name: str, *rules: dict[str, Any]) -> dict[str, Any]:
    return {"GroupId": name, "IpPermissions": list(rules)}


HEALTHY = [
    group("sg-alb", rule(443, v4=["0.0.0.0/0"], v6=["::/0"]), rule(80, v4=["0.0.0.0/0"])),
    group("sg-app", rule(8000, groups=["sg-alb"])),
    group("sg-db", rule(5432, groups=["sg-app"])),
]


def left(*groups: dict[str, Any], lists: dict[str, list[str]] | None = None) -> list[str]:
    return [str(r) for r in undocumented(reaches(groups, lists or {}), TIERS, FLOWS)]


def test_documented_flows_leave_nothing() -> None:
    assert left(*HEALTHY) == []


def test_halves_of_the_internet_are_the_internet() -> None:
    assert left(group("sg-db", rule(5432, v4=["0.0.0.0/1"]), rule(5432, v4=["128.0.0.0/1"]))) == [
        "internet -> database tcp port 5432"
    ]


def test_halves_on_overlapping_ports_meet_where_they_overlap() -> None:
    found = reaches([group("sg-db", rule(1, 100, v4=["0.0.0.0/1"]), rule(50, 200, v4=["128.0.0.0/1"]))], {})
    assert Reach("0.0.0.0/0", "sg-db", 50, 100, "tcp") in found
    assert Reach("0.0.0.0/1", "sg-db", 1, 49, "tcp") in found
    assert Reach("128.0.0.0/1", "sg-db", 101, 200, "tcp") in found


def test_ipv6_alone_exposes() -> None:
    assert left(group("sg-db", rule(5432, v6=["::/0"]))) == ["internet -> database tcp port 5432"]


def test_a_prefix_list_is_what_is_in_it_and_an_unknown_one_is_everything() -> None:
    listed = group("sg-app", rule(8000, lists=["pl-1"]))
    assert left(listed, lists={"pl-1": ["198.51.100.0/24", "8.8.8.0/24"]}) == [
        "198.51.100.0/24 -> app tcp port 8000",
        "8.8.8.0/24 -> app tcp port 8000",
    ]
    assert "internet -> app tcp port 8000" in left(listed)


def test_a_range_leaves_what_the_flows_do_not_cover() -> None:
    assert left(group("sg-app", rule(7999, 8001, groups=["sg-alb"]))) == [
        "alb -> app tcp port 7999",
        "alb -> app tcp port 8001",
    ]


def test_all_protocols_are_more_than_a_tcp_flow() -> None:
    found = left(group("sg-db", rule(protocol="-1", groups=["sg-app"])))
    assert "app -> database udp all ports" in found
    assert "app -> database tcp ports 5433-65535" in found


def test_a_chain_over_a_group_of_no_tier_is_found() -> None:
    bastion = group("sg-x", rule(22, v4=["0.0.0.0/0"]))
    database = group("sg-db", rule(5432, groups=["sg-x"]))
    assert left(bastion, database) == ["internet -> sg-x tcp port 22", "sg-x -> database tcp port 5432"]


def test_private_ranges_are_not_the_internet() -> None:
    found = reaches([group("sg-db", rule(5432, v4=["10.0.0.0/8"], v6=["fd00::/8"]))], {})
    assert exposed(found) == []


def test_egress_turns_the_ends_round() -> None:
    out = {"GroupId": "sg-app", "IpPermissionsEgress": [rule(protocol="-1", v4=["0.0.0.0/0"])]}
    assert Reach("sg-app", "0.0.0.0/0", 0, 65535, "tcp") in reaches([out], {}, egress=True)


CIDRS = st.builds(
    lambda value, length: str(ipaddress.ip_network((value << 29, length), strict=False)),
    st.integers(0, 7),
    st.integers(0, 3),
)
RULES = st.lists(st.tuples(st.integers(0, 8), st.integers(0, 8), CIDRS), min_size=1, max_size=5)


@given(RULES)
def test_merging_neither_adds_nor_loses_an_address_or_port(raw: list[tuple[int, int, str]]) -> None:
    rows = [(min(a, b), max(a, b), c) for a, b, c in raw]
    found = reaches([group("sg-db", *(rule(low, high, v4=[c]) for low, high, c in rows))], {})
    for eighth in range(8):
        address = ipaddress.ip_address(eighth << 29)
        for port in range(9):
            before = any(low <= port <= high and address in ipaddress.ip_network(c) for low, high, c in rows)
            after = any(r.low <= port <= r.high and address in ipaddress.ip_network(r.source) for r in found)
            assert before == after
