"""Who can reach whom, from security groups: expanded, merged, and compared with the documented flows.

Pure: takes what DescribeSecurityGroups says and gives what is left over.
"""

from __future__ import annotations

import ipaddress
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any, Protocol

LAST = 65535
ALL = ("tcp", "udp", "other")
INTERNET = "internet"
EVERYWHERE = {ipaddress.ip_network("0.0.0.0/0"), ipaddress.ip_network("::/0")}
IpNetwork = ipaddress.IPv4Network | ipaddress.IPv6Network


class Documented(Protocol):
    """A flow that is meant: `source` and `to` are `internet`, a CIDR block or a tier."""

    @property
    def source(self) -> str: ...
    @property
    def to(self) -> str: ...
    @property
    def ports(self) -> Sequence[int]: ...
    @property
    def protocol(self) -> str: ...


@dataclass(frozen=True, order=True)
class Reach:
    """`source` may send to `destination` on ports `low` to `high`. Ends are group ids or CIDR blocks."""

    source: str
    destination: str
    low: int
    high: int
    protocol: str

    def __str__(self) -> str:
        ports = "all ports" if (self.low, self.high) == (0, LAST) else f"port {self.low}"
        if self.low != self.high and ports != "all ports":
            ports = f"ports {self.low}-{self.high}"
        return f"{self.source} -> {self.destination} {self.protocol} {ports}"

    def named(self, names: Mapping[str, str]) -> str:
        """Return it in words, with the names of groups for their ids."""
        source, destination = names.get(self.source, self.source), names.get(self.destination, self.destination)
        return str(replace(self, source=source, destination=destination))


def reaches(
    groups: Iterable[Mapping[str, Any]], prefix_lists: Mapping[str, Sequence[str]], *, egress: bool = False
) -> list[Reach]:
    """Expand the rules of groups: address ranges, prefix lists and group references; halves of a range are one.

    Args:
        groups: as DescribeSecurityGroups gives them.
        prefix_lists: id to CIDR blocks. A list that is not in it counts as everywhere: it could hold anything.
        egress: what goes out instead of what comes in.
    """
    by_range: dict[tuple[str, str, int], list[tuple[int, int, IpNetwork]]] = defaultdict(list)
    found: set[Reach] = set()
    for group in groups:
        here = str(group["GroupId"])
        for permission in group.get("IpPermissionsEgress" if egress else "IpPermissions", []):
            low, high, protocols = _ports(permission)
            for protocol in protocols:
                for network in _networks(permission, prefix_lists):
                    by_range[here, protocol, network.version].append((low, high, network))
                for pair in permission.get("UserIdGroupPairs", []):
                    ends = (here, str(pair["GroupId"])) if egress else (str(pair["GroupId"]), here)
                    found.add(Reach(*ends, low, high, protocol))
    for (here, protocol, _), rows in by_range.items():
        for network, low, high in _merged(rows):
            ends = (here, str(network)) if egress else (str(network), here)
            found.add(Reach(*ends, low, high, protocol))
    return sorted(found)


def _ports(permission: Mapping[str, Any]) -> tuple[int, int, tuple[str, ...]]:
    protocol = str(permission.get("IpProtocol", "-1"))
    protocol = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}.get(protocol, protocol)
    if protocol == "-1":
        return 0, LAST, ALL
    if protocol not in ("tcp", "udp"):
        return 0, LAST, (protocol,)
    low, high = permission.get("FromPort"), permission.get("ToPort")
    if low in (None, -1) or high in (None, -1):
        return 0, LAST, (protocol,)
    return int(low), int(high), (protocol,)  # type: ignore[arg-type]


def _networks(permission: Mapping[str, Any], prefix_lists: Mapping[str, Sequence[str]]) -> list[IpNetwork]:
    blocks = [r["CidrIp"] for r in permission.get("IpRanges", [])]
    blocks += [r["CidrIpv6"] for r in permission.get("Ipv6Ranges", [])]
    for named in permission.get("PrefixListIds", []):
        blocks += prefix_lists.get(named["PrefixListId"], ["0.0.0.0/0", "::/0"])
    return [ipaddress.ip_network(block, strict=False) for block in blocks]


def _merged(rows: list[tuple[int, int, IpNetwork]]) -> list[tuple[IpNetwork, int, int]]:
    """Join address ranges that are admitted on the same ports, then ports that admit the same range."""
    edges = sorted({low for low, _, _ in rows} | {high + 1 for _, high, _ in rows})
    spans: dict[IpNetwork, list[tuple[int, int]]] = defaultdict(list)
    for low, after in pairwise(edges):
        here = [network for first, last, network in rows if first <= low and after - 1 <= last]
        for network in ipaddress.collapse_addresses(here):  # type: ignore[type-var]
            known = spans[network]
            if known and known[-1][1] == low - 1:
                known[-1] = known[-1][0], after - 1
            else:
                known.append((low, after - 1))
    return [(network, low, high) for network, ports in spans.items() for low, high in ports]


def is_public(block: str) -> bool:
    """Return whether a CIDR block holds addresses of the internet; a group id does not."""
    if "/" not in block:
        return False
    network = ipaddress.ip_network(block, strict=False)
    return network in EVERYWHERE or not network.is_private


def exposed(found: Iterable[Reach]) -> list[Reach]:
    """Return what any address of the internet may send to."""
    return [r for r in found if is_public(r.source)]


def undocumented(
    found: Iterable[Reach], tiers: Mapping[str, Sequence[str]], flows: Iterable[Documented]
) -> list[Reach]:
    """Return what no documented flow covers, only the ports that are left, with tiers' names for groups.

    Args:
        found: from `reaches`.
        tiers: tier to the ids of its groups. A group of no tier keeps its id and is covered by no flow.
        flows: the documented ones.
    """
    tier_of = {group: tier for tier, groups in tiers.items() for group in groups}
    documented = list(flows)
    left: set[Reach] = set()
    for reach in found:
        source, destination = tier_of.get(reach.source, reach.source), tier_of.get(reach.destination, reach.destination)
        covering = [
            f for f in documented
            if f.protocol == reach.protocol and covers(f.source, source) and covers(f.to, destination)
        ]  # fmt: skip
        ports = sorted({p for f in covering for p in f.ports if reach.low <= p <= reach.high})
        for low, high in without(reach.low, reach.high, ports):
            left.add(Reach(_word(source), _word(destination), low, high, reach.protocol))
    return sorted(left)


def covers(documented: str, end: str) -> bool:
    """Return whether the end of a documented flow means this end: a tier, a group id or a CIDR block."""
    if documented == INTERNET:
        return end == INTERNET or is_public(end)
    if "/" in documented and "/" in end:
        outer, inner = ipaddress.ip_network(documented, strict=False), ipaddress.ip_network(end, strict=False)
        return outer.version == inner.version and inner.subnet_of(outer)  # type: ignore[arg-type]
    return documented == end


def _word(end: str) -> str:
    return INTERNET if "/" in end and ipaddress.ip_network(end) in EVERYWHERE else end


def without(low: int, high: int, ports: Iterable[int]) -> list[tuple[int, int]]:
    """Return what is left of the ports `low` to `high` without some of them, given in order."""
    left = []
    for port in ports:
        if low < port:
            left.append((low, port - 1))
        low = port + 1
    if low <= high:
        left.append((low, high))
    return left
