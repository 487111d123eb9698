"""Private subnets that the internet meets: by a route, by the main table, by IPv6, by an address."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PREFIX = "SEI-1.1.2.1.1", "seiketsu-production"
TOUCHES = ["aws:seiketsu:ec2:routes", "aws:seiketsu:ec2:groups"]


def _data_subnet(ec2: Any) -> dict[str, Any]:
    tags = [{"Name": "tag:Name", "Values": [f"{PREFIX}-data-us-east-1a"]}]
    found: dict[str, Any] = ec2.describe_subnets(Filters=tags)["Subnets"][0]
    return found


def _table_of(ec2: Any, subnet: dict[str, Any]) -> dict[str, Any]:
    where = [{"Name": "association.subnet-id", "Values": [subnet["SubnetId"]]}]
    found: dict[str, Any] = ec2.describe_route_tables(Filters=where)["RouteTables"][0]
    return found


def _gateway(ec2: Any) -> str:
    return str(ec2.describe_internet_gateways()["InternetGateways"][0]["InternetGatewayId"])


def _data_routed(ec2: Any, **destination: str) -> Iterator[None]:
    """The data subnets' table has a route to the internet gateway."""
    where = {"RouteTableId": _table_of(ec2, _data_subnet(ec2))["RouteTableId"], **destination}
    ec2.create_route(**where, GatewayId=_gateway(ec2))
    try:
        yield
    finally:
        ec2.delete_route(**where)


@fault(
    name="sei-subnet-routed-to-the-internet",
    breaks="the route table of the data subnets has a default route to the internet gateway",
    fails=[LINE],
    message=r"subnet subnet-\w+ of .*seiketsu-production.* has a route for 0\.0\.0\.0/0 to igw-\w+ \(table rtb-\w+\)",
    touches=TOUCHES,
)
def routed_to_the_internet(deployment: Deployment) -> Iterator[None]:
    yield from _data_routed(deployment.aws("seiketsu", "ec2"), DestinationCidrBlock="0.0.0.0/0")


@fault(
    name="sei-subnet-by-the-main-table",
    breaks="a data subnet has lost its route table, and the VPC's main one leads to the internet",
    fails=[LINE],
    message=r"has a route for 0\.0\.0\.0/0 to igw-\w+ \(table rtb-\w+, the main table of its VPC",
    touches=TOUCHES,
    hard=True,
)
def by_the_main_table(deployment: Deployment) -> Iterator[None]:
    ec2 = deployment.aws("seiketsu", "ec2")
    subnet = _data_subnet(ec2)
    own = _table_of(ec2, subnet)
    worn = next(a for a in own["Associations"] if a.get("SubnetId") == subnet["SubnetId"])
    where = [{"Name": "vpc-id", "Values": [subnet["VpcId"]]}, {"Name": "association.main", "Values": ["true"]}]
    main = ec2.describe_route_tables(Filters=where)["RouteTables"][0]["RouteTableId"]
    route = {"RouteTableId": main, "DestinationCidrBlock": "0.0.0.0/0"}
    ec2.create_route(**route, GatewayId=_gateway(ec2))
    ec2.disassociate_route_table(AssociationId=worn["RouteTableAssociationId"])
    try:
        yield
    finally:
        ec2.associate_route_table(RouteTableId=own["RouteTableId"], SubnetId=subnet["SubnetId"])
        ec2.delete_route(**route)


@fault(
    name="sei-subnet-by-ipv6",
    breaks="the data subnets have a route to the internet for IPv6 alone",
    fails=[LINE],
    message=r"has a route for ::/0 to igw-\w+",
    touches=TOUCHES,
    hard=True,
)
def by_ipv6(deployment: Deployment) -> Iterator[None]:
    yield from _data_routed(deployment.aws("seiketsu", "ec2"), DestinationIpv6CidrBlock="::/0")


@fault(
    name="sei-subnet-database-with-an-address",
    breaks="an interface of the database has a public address",
    fails=[LINE],
    message=r"interface eni-\w+ of database has \d+\.\d+\.\d+\.\d+",
    touches=TOUCHES,
    hard=True,
)
def database_with_an_address(deployment: Deployment) -> Iterator[None]:
    ec2 = deployment.aws("seiketsu", "ec2")
    where = [{"Name": "group-name", "Values": [f"{PREFIX}-database"]}]
    groups = [g["GroupId"] for g in ec2.describe_security_groups(Filters=where)["SecurityGroups"]]
    worn = ec2.describe_network_interfaces(Filters=[{"Name": "group-id", "Values": groups}])["NetworkInterfaces"]
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    shown = ec2.associate_address(AllocationId=address, NetworkInterfaceId=worn[0]["NetworkInterfaceId"])
    try:
        yield
    finally:
        ec2.disassociate_address(AssociationId=shown["AssociationId"])
        ec2.release_address(AllocationId=address)
