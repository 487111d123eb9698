"""Security groups admit the documented flows and nothing else, however the rules are written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pytest

from fixtures.aws.balancing import LoadBalancer
from fixtures.aws.network import Network, SecurityGroup
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges.network import Reach, exposed, reaches, undocumented

SOURCE = "ec2:DescribeSecurityGroups"


@verifies("AURA-8.1.2.3")
@pytest.mark.smoke
def test_only_the_entry_is_open_to_the_internet(line: Line, network: Network, target: ProductTarget) -> None:
    tiers = network.tiers
    problems: list[str | None] = [*network.missing_groups]
    flows = configured(target.aws, "aws").flows
    looked_at = {*_wearers(network), *(group for ids in tiers.values() for group in ids)}
    worn = [g for g in network.groups if g.id in looked_at]
    names = {g.id: str(g) for g in worn}

    way_in = reaches(_rules(worn), network.prefix_lists)
    left = undocumented(exposed(way_in), tiers, flows)
    shown = observed(network, "open to the internet, undeclared", _shown(left, names), source=SOURCE)
    limit = line.limit("undeclared_public_ports")
    problems.append(limit.problem(len(left), of=network, hint=_listed(shown, "Close it, or declare a flow")))

    way_out = undocumented(reaches(_rules(worn), network.prefix_lists, egress=True), tiers, flows)
    out = observed(network, "ways out, undeclared", _shown(way_out, names), source=SOURCE)
    problems += [f"{network}: {way} goes out, which no flow of the target declares" for way in out]
    conclude(problems)


@verifies("SEI-1.1.2.1.2")
@pytest.mark.smoke
def test_groups_admit_the_documented_flows_only(
    line: Line, network: Network, load_balancer: LoadBalancer, target: ProductTarget
) -> None:
    tiers = network.tiers
    problems: list[str | None] = [*network.missing_groups]
    groups = list(network.groups)
    names = {g.id: str(g) for g in groups}
    flows = configured(target.aws, "aws").flows

    way_in = reaches(_rules(groups), network.prefix_lists)
    way_out = reaches(_rules(groups), network.prefix_lists, egress=True)
    left = undocumented(way_in, tiers, flows) + undocumented(way_out, tiers, flows)
    shown = observed(network, "outside the documented flows", _shown(left, names), source=SOURCE)
    problems.append(line.limit("rules_outside_matrix").problem(len(left), of=network, hint=_listed(shown, "")))

    ports = {line.limit(name).value for name in ("world_http_port", "world_https_port")}
    entry = set(load_balancer.security_groups)
    for reach in exposed(way_in):
        if reach.destination not in entry or reach.protocol != "tcp" or not {reach.low, reach.high} <= ports:
            problems.append(f"{reach.named(names)} is open to the internet, and is no entry of {load_balancer}")
        elif reach.low != reach.high and reach.high - reach.low > 1:
            problems.append(f"{reach.named(names)} opens every port between")

    wearers = _wearers(network)
    idle = [str(g) for g in groups if (g.ingress or g.egress) and _idle(g, wearers)]
    limit = line.limit("idle_groups_with_rules")
    problems.append(limit.problem(len(idle), of=network, hint=f"{', '.join(idle)}. Take the rules or the group away"))
    conclude(problems)


def _wearers(network: Network) -> dict[str, list[str]]:
    found = network.wearers
    if not found:
        raise Unobservable(f"{network}: no interface wears a security group", "Is it the right region?")
    return found


def _idle(group: SecurityGroup, wearers: Mapping[str, list[str]]) -> bool:
    """Whether a group with rules guards nothing; a default group should have none, worn or not."""
    return group.name == "default" or group.id not in wearers


def _rules(groups: Iterable[SecurityGroup]) -> list[dict[str, object]]:
    return [{"GroupId": g.id, "IpPermissions": g.ingress, "IpPermissionsEgress": g.egress} for g in groups]


def _shown(left: Iterable[Reach], names: Mapping[str, str]) -> list[str]:
    return [reach.named(names) for reach in left]


def _listed(shown: list[str], then: str) -> str:
    return "; ".join(shown) + (f". {then}" if then else "")
