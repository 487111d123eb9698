"""The account has room for the greatest scale-out, in the middle of a deployment too."""

from __future__ import annotations

import pytest

from fixtures.aws.ecs import Cluster
from fixtures.aws.network import Network
from fixtures.aws.quotas import Quotas
from fixtures.aws.rds import Database
from fixtures.aws.scaling import ScalableTarget
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.aws import Aws
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges.quotas import Scaled, balanced_targets, headroom, interfaces, maximum_percent, vcpus

FARGATE_VCPU = ("fargate", "L-3032A538")
INTERFACES = ("vpc", "L-DF5E4CA3")
TARGETS = ("elasticloadbalancing", "L-7E6692B2")


@verifies("SEI-1.1.1.1.2")
@pytest.mark.smoke
def test_account_has_room_for_the_greatest_scale_out(
    line: Line, ecs: Cluster, quotas: Quotas, rds: Database, network: Network, target: ProductTarget
) -> None:
    scalings = [ScalableTarget(s) for s in ecs.scaled]
    problems = [line.limit("planned_tasks").problem(scaling.maximum, of=scaling) for scaling in scalings]
    services = each(_at_greatest, scalings)
    unlimited = [why for found in each(lambda s: _without_limits(s.service), scalings) for why in found]
    bare = {why.partition(":")[0] for why in unlimited}
    share = 100 * (len(scalings) - len(bare)) / len(scalings)
    problems.append(line.limit("tasks_with_limits").problem(share, of=ecs, hint="; ".join(unlimited)))

    tasks = {str(i["NetworkInterfaceId"]) for i in network.interfaces if "ecs" in str(i.get("Description", "")).lower()}
    others = len(network.interfaces) - len(tasks)
    needs = {
        FARGATE_VCPU: ("vCPUs", vcpus(services)),
        INTERFACES: ("network interfaces", interfaces(services, others)),
        TARGETS: ("balancer targets", balanced_targets(services)),
    }
    for code, (what, need) in needs.items():
        observed(ecs, f"peak need of {what}", need, source="scaling bounds and task definitions")
        quota = quotas.value(*code)
        hint = f"{need:g} {what} are needed when all services are at their greatest and deployed, {quota:g} are granted"
        problems.append(line.limit("quota_headroom").problem(headroom(quota, need), f"quota {code[1]} ({what})", hint))
    problems.append(_connections(line, rds, target, scalings, services, network))
    conclude(problems)


def _at_greatest(scaling: ScalableTarget) -> Scaled:
    service = scaling.service
    definition = service.task_definition
    cpu = definition.cpu or sum(c.cpu for c in definition.containers)
    percent = maximum_percent(service.deployment_settings)
    return Scaled(service.name, scaling.maximum, cpu, percent, bool(service.load_balancers))


def _without_limits(service: object) -> list[str]:
    definition = service.task_definition  # type: ignore[attr-defined]
    found = [] if definition.cpu and definition.memory else [f"{service}: {definition} sets no cpu or no memory"]
    found += [
        f"{service}: {container} has no hard memory limit or no cpu share"
        for container in definition.containers
        if not container.memory or not container.cpu
    ]
    return found


def _connections(
    line: Line, rds: Database, target: ProductTarget, scalings: list[ScalableTarget], services: list[Scaled],
    network: Network,
) -> str | None:  # fmt: skip
    """The database takes the pools of all tasks that may run at once."""
    postgres = configured(target.postgres, "postgres")
    if postgres.pool_size is None:
        raise NotConfigured("the target has no postgres.pool_size", "Say how many connections one task holds")
    pool = postgres.pool_size + postgres.pool_overflow
    using = [s for scaling, s in zip(scalings, services, strict=True) if _uses_database(scaling, target, network)]
    if not using:
        raise Unobservable("no service has a documented flow to the database", "Correct aws.tiers and aws.flows")
    need = sum(s.at_once for s in using) * pool
    allowed = rds.writer.parameter("max_connections")
    if not allowed.isdigit():
        raise Unobservable(f"max_connections of {rds.writer} is a formula: {allowed}", "Set a number")
    hint = (
        f"{allowed} connections are allowed, {need} are needed by {', '.join(s.name for s in using)} "
        f"with {pool} a task at their greatest count in a deployment"
    )
    return line.limit("database_connection_headroom").problem(headroom(int(allowed), need), rds.writer, hint)


def _uses_database(scaling: ScalableTarget, target: ProductTarget, network: Network) -> bool:
    """Whether a flow is documented from the tier of the service to that of the database; true without tiers."""
    aws: Aws = configured(target.aws, "aws")
    if not aws.tiers or not aws.flows:
        return True
    worn = set(scaling.service.network.get("securityGroups", []))
    names = {g.name for g in network.groups if g.id in worn}
    own = {tier for tier, groups in aws.tiers.items() if names & set(groups)}
    return any(f.source in own and "database" in f.to for f in aws.flows)
