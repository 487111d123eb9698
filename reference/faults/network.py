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


@contextmanager
def _prefix_list(deployment: Deployment, product: str, *blocks: str) -> Iterator[str]:
    """A managed prefix list that calls these blocks offices; its id."""
    ec2 = deployment.aws(product, "ec2")
    entries = [{"Cidr": block, "Description": "offices"} for block in blocks]
    made = ec2.create_managed_prefix_list(
        PrefixListName="offices", MaxEntries=5, AddressFamily="IPv4", Entries=entries
    )["PrefixList"]["PrefixListId"]
    try:
        yield made
    finally:
        ec2.delete_managed_prefix_list(PrefixListId=made)


def _open(
    name: str,
    product: str,
    tier: str,
    breaks: str,
    message: str,
    *rules: dict[str, Any],
    hard: bool = True,
    also: tuple[str, ...] = (),
) -> None:
    """Register the fault that opens a tier's group by rules. `also`: more lines that fail, with the same message."""

    @fault(
        name=name,
        breaks=breaks,
        fails=["AURA-8.1.2.3" if product == "aurastudio" else "SEI-1.1.2.1.2", *also],
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
    r"internet -> .*database.* tcp port 5432", _tcp(5432, "::/0"), also=("AURA-1.1.2.5",),
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
    "aura-network-database-open", "aurastudio", "database", "the database is open to the internet",
    r"internet -> .*database.* tcp port 5432", _tcp(5432, "0.0.0.0/0"), hard=False, also=("AURA-1.1.2.5",),
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
    database = _group(deployment, "seiketsu", "database")["GroupId"]
    with _prefix_list(deployment, "seiketsu", "0.0.0.0/0") as made:
        rule = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "PrefixListIds": [{"PrefixListId": made}]}
        with _opened(deployment, "seiketsu", database, rule):
            yield


@fault(
    name="aura-network-every-port-from-the-network",
    breaks="the database admits every port from the whole private network",
    fails=["AURA-1.1.2.5"],
    message=r"10\.0\.0\.0/16 -> database tcp all ports",
    touches=[AURA],
    hard=True,
)
def every_port_from_the_network(deployment: Deployment) -> Iterator[None]:
    rule = {"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]}
    with _opened(deployment, "aurastudio", _group(deployment, "aurastudio", "database")["GroupId"], rule):
        yield


@fault(
    name="aura-network-prefix-list-of-halves",
    breaks="the database admits a prefix list that holds both halves of the internet",
    fails=["AURA-1.1.2.5", "AURA-8.1.2.3"],
    message=r"internet -> .*database.* tcp port 5432",
    touches=[AURA],
    hard=True,
)
def prefix_list_of_halves(deployment: Deployment) -> Iterator[None]:
    database = _group(deployment, "aurastudio", "database")["GroupId"]
    with _prefix_list(deployment, "aurastudio", "0.0.0.0/1", "128.0.0.0/1") as made:
        rule = {"IpProtocol": "tcp", "FromPort": 5432, "ToPort": 5432, "PrefixListIds": [{"PrefixListId": made}]}
        with _opened(deployment, "aurastudio", database, rule):
            yield


@fault(
    name="aura-network-second-group-on-database",
    breaks="the database instance wears a second group, which admits the whole internet",
    fails=["AURA-1.1.2.5"],
    message=r"internet -> security group maintenance \(sg-\w+\) tcp all ports",
    touches=[AURA],
    hard=True,
)
def second_group_on_database(deployment: Deployment) -> Iterator[None]:
    ec2, rds = deployment.aws("aurastudio", "ec2"), deployment.aws("aurastudio", "rds")
    database = _group(deployment, "aurastudio", "database")
    made = ec2.create_security_group(GroupName="maintenance", Description="for a while", VpcId=database["VpcId"])
    group = made["GroupId"]
    rule = {"IpProtocol": "tcp", "FromPort": 0, "ToPort": 65535, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    before = [database["GroupId"]]
    try:
        ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[rule])
        rds.modify_db_instance(DBInstanceIdentifier="aurastudio", VpcSecurityGroupIds=[*before, group])
        yield
    finally:
        rds.modify_db_instance(DBInstanceIdentifier="aurastudio", VpcSecurityGroupIds=before)
        ec2.delete_security_group(GroupId=group)


@fault(
    name="aura-network-two-hops-from-the-internet",
    breaks="a public host may call the application, which may call the database: no rule of the database is wrong",
    fails=["AURA-1.1.2.5", "AURA-8.1.2.3"],
    message={
        "AURA-1.1.2.5": r"internet -> eni-\w+ \(.*bastion \(sg-\w+\)\) -> eni-\w+ \(.*app.*-> eni-\w+ \(.*database",
        "AURA-8.1.2.3": r"internet -> security group bastion \(sg-\w+\) tcp port 8443",
    },
    touches=[AURA],
    hard=True,
)
def two_hops_from_the_internet(deployment: Deployment) -> Iterator[None]:
    ec2 = deployment.aws("aurastudio", "ec2")
    app = _group(deployment, "aurastudio", "app")["GroupId"]
    with _bastion(deployment, "aurastudio") as group:
        worn = ec2.describe_network_interfaces(Filters=[{"Name": "group-id", "Values": [group]}])["NetworkInterfaces"]
        address = ec2.allocate_address(Domain="vpc")["AllocationId"]
        shown = ec2.associate_address(AllocationId=address, NetworkInterfaceId=worn[0]["NetworkInterfaceId"])
        to_app = {"IpProtocol": "tcp", "FromPort": 8000, "ToPort": 8000, "UserIdGroupPairs": [{"GroupId": group}]}
        out = {"IpProtocol": "tcp", "FromPort": 8000, "ToPort": 8000, "UserIdGroupPairs": [{"GroupId": app}]}
        ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[out])
        try:
            with (
                _opened(deployment, "aurastudio", group, _tcp(8443, "0.0.0.0/0")),
                _opened(deployment, "aurastudio", app, to_app),
            ):
                yield
        finally:
            ec2.revoke_security_group_egress(GroupId=group, IpPermissions=[out])
            ec2.disassociate_address(AssociationId=shown["AssociationId"])
            ec2.release_address(AllocationId=address)
