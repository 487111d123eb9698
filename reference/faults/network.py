"""Security groups that let in more than the documented flows, plainly or in disguise."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PREFIX = {"aurastudio": "aurastudio", "seiketsu": "seiketsu-production"}
AURA, SEI = "aws:aurastudio:ec2:groups", "aws:seiketsu:ec2:groups"


def _group(deployment: Deployment, product: str, tier: str) -> dict[str, Any]:
    filters = [{"Name": "group-name", "Values": [f"{PREFIX[product]}-{tier}"]}]
    found: dict[str, Any] = deployment.aws(product, "ec2").describe_security_groups(Filters=filters)["SecurityGroups"][
        0
    ]
    return found


@contextmanager
def _opened(deployment: Deployment, product: str, group: str, *rules: dict[str, Any]) -> Iterator[None]:
    ec2 = deployment.aws(product, "ec2")
    ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=list(rules))
    try:
        yield
    finally:
        ec2.revoke_security_group_ingress(GroupId=group, IpPermissions=list(rules))


def _tcp(port: int, *blocks: str) -> dict[str, Any]:
    four = [{"CidrIp": b} for b in blocks if ":" not in b]
    six = [{"CidrIpv6": b} for b in blocks if ":" in b]
    rule: dict[str, Any] = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
    return rule | ({"IpRanges": four} if four else {}) | ({"Ipv6Ranges": six} if six else {})


@contextmanager
def _bastion(deployment: Deployment, product: str) -> Iterator[str]:
    """A group that a host in a public subnet wears; its id."""
    ec2 = deployment.aws(product, "ec2")
    vpc = _group(deployment, product, "app")["VpcId"]
    public = [{"Name": "vpc-id", "Values": [vpc]}, {"Name": "tag:tier", "Values": ["public"]}]
    subnet = ec2.describe_subnets(Filters=public)["Subnets"][0]["SubnetId"]
    group = ec2.create_security_group(GroupName="bastion", Description="a way in for people", VpcId=vpc)["GroupId"]
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=everything)
    made = ec2.create_network_interface(SubnetId=subnet, Groups=[group], Description="bastion")["NetworkInterface"]
    try:
        yield group
    finally:
        ec2.delete_network_interface(NetworkInterfaceId=made["NetworkInterfaceId"])
        ec2.delete_security_group(GroupId=group)


def _open(
    name: str, product: str, tier: str, breaks: str, message: str, *rules: dict[str, Any], hard: bool = True
) -> None:
    """Register the fault that opens a tier's group by rules."""

    @fault(
        name=name,
        breaks=breaks,
        fails=["AURA-8.1.2.3" if product == "aurastudio" else "SEI-1.1.2.1.2"],
        message=message,
        touches=[AURA if product == "aurastudio" else SEI],
        hard=hard,
    )
    def opened(deployment: Deployment) -> Iterator[None]:
        with _opened(deployment, product, _group(deployment, product, tier)["GroupId"], *rules):
            yield


_open(
    "aura-network-ssh-open", "aurastudio", "app", "SSH is open to the internet",
    r"internet -> app tcp port 22\b", _tcp(22, "0.0.0.0/0"), hard=False,
)  # fmt: skip
_open(
    "aura-network-open-by-ipv6", "aurastudio", "database", "the database is open to all addresses of IPv6",
    r"internet -> database tcp port 5432", _tcp(5432, "::/0"),
)  # fmt: skip
_open(
    "aura-network-open-by-halves", "aurastudio", "cache", "the cache is open to both halves of the internet",
    r"internet -> cache tcp port 6379", _tcp(6379, "0.0.0.0/1", "128.0.0.0/1"),
)  # fmt: skip
_open(
    "aura-network-open-by-any-protocol", "aurastudio", "worker", "the workers are open by the rule for any protocol",
    r"internet -> worker tcp all ports", {"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},
)  # fmt: skip
_open(
    "sei-network-database-open", "seiketsu", "database", "the database is open to the internet",
    r"internet -> database tcp port 5432", _tcp(5432, "0.0.0.0/0"), hard=False,
)  # fmt: skip
_open(
    "sei-network-open-by-ipv6", "seiketsu", "database", "the database is open to all addresses of IPv6",
    r"internet -> database tcp port 5432", _tcp(5432, "::/0"),
)  # fmt: skip
_open(
    "sei-network-open-by-halves", "seiketsu", "database", "the database is open to both halves of the internet",
    r"internet -> database tcp port 5432", _tcp(5432, "0.0.0.0/1", "128.0.0.0/1"),
)  # fmt: skip


@fault(
    name="aura-network-bastion-open",
    breaks="a group that only a bastion wears has SSH open to the internet",
    fails=["AURA-8.1.2.3"],
    message=r"internet -> security group bastion \(sg-[0-9a-f]+\) tcp port 22\b",
    touches=[AURA],
    hard=True,
)
def bastion_open(deployment: Deployment) -> Iterator[None]:
    with (
        _bastion(deployment, "aurastudio") as group,
        _opened(deployment, "aurastudio", group, _tcp(22, "0.0.0.0/0")),
    ):
        yield


@fault(
    name="sei-network-bastion-let-in",
    breaks="the database admits a group, and a bastion in a public subnet wears it",
    fails=["SEI-1.1.2.1.2"],
    message=r"security group bastion \(sg-[0-9a-f]+\) -> database tcp port 5432",
    touches=[SEI],
    hard=True,
)
def bastion_let_in(deployment: Deployment) -> Iterator[None]:
    database = _group(deployment, "seiketsu", "database")["GroupId"]
    with _bastion(deployment, "seiketsu") as group:
        rule = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "UserIdGroupPairs": [{"GroupId": group}]}
        with _opened(deployment, "seiketsu", database, rule):
            yield


@fault(
    name="sei-network-open-by-prefix-list",
    breaks="the database admits a prefix list that holds the whole internet",
    fails=["SEI-1.1.2.1.2"],
    message=r"internet -> database tcp port 5432",
    touches=[SEI],
    hard=True,
)
def open_by_prefix_list(deployment: Deployment) -> Iterator[None]:
    ec2 = deployment.aws("seiketsu", "ec2")
    entries = [{"Cidr": "0.0.0.0/0", "Description": "offices"}]
    made = ec2.create_managed_prefix_list(
        PrefixListName="offices", MaxEntries=5, AddressFamily="IPv4", Entries=entries
    )["PrefixList"]["PrefixListId"]
    rule = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "PrefixListIds": [{"PrefixListId": made}]}
    try:
        with _opened(deployment, "seiketsu", _group(deployment, "seiketsu", "database")["GroupId"], rule):
            yield
    finally:
        ec2.delete_managed_prefix_list(PrefixListId=made)
