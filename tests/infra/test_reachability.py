"""The database's firewall: what it admits by its own rules, and by the ways of those whom it admits."""

from __future__ import annotations

from fixtures.aws.network import Network
from fixtures.aws.rds import Database
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from tests.judges.network import reaches, undocumented
from tests.judges.reachability import Landscape, graph_of, undocumented_paths

RULES = "ec2:DescribeSecurityGroups, ec2:GetManagedPrefixListEntries"
PATHS = "ec2: interfaces, security groups, subnets, routes, access lists"


@verifies("AURA-1.1.2.5")
def test_the_database_admits_the_application_only(line: Line, network: Network, rds: Database) -> None:
    groups = {g.id: g for g in network.groups}
    names = {i: str(g) for i, g in groups.items()}
    tiers, flows = network.tiers, network.account.settings.flows
    worn = {group for instance in rds.instances for group in instance.security_groups}
    problems: list[str | None] = [
        *network.missing_groups,
        *(
            f"{i} wears no security group, so the VPC's default guards it"
            for i in rds.instances
            if not i.security_groups
        ),
        *(
            f"security group {g} of {rds.writer}: does not exist (ec2:DescribeSecurityGroups)"
            for g in worn - set(groups)
        ),
    ]
    rules = reaches([groups[g].raw for g in sorted(worn & set(groups))], network.prefix_lists)
    if not rules:
        problems.append(f"{rds.writer}: its security groups admit nobody, the application neither")
    wider = [r.named(names) for r in undocumented(rules, tiers, flows)]
    observed(rds.writer, "rules wider than the documented flows", wider, source=RULES)

    land = Landscape(**network.described)
    database = [i["NetworkInterfaceId"] for i in land.interfaces if worn & {g["GroupId"] for g in i["Groups"]}]
    paths = undocumented_paths(graph_of(land), database, land.tiers_of(tiers), flows)
    chains = [" -> ".join(land.named(n, names) for n in path) for path in paths if len(path) > 2]
    observed(rds.writer, "undocumented ways from the internet", chains, source=PATHS)

    hint = "; ".join(str(w) for w in [*wider, *chains]) + ". Take the rule or group away, or declare a flow"
    problems.append(line.limit("wider_rules").problem(len(wider) + len(chains), of=rds.writer, hint=hint))
    conclude(problems)
