"""Names and rules that lead elsewhere than to the tasks that run."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.amending import amended
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, NAME = "seiketsu", "seiketsu-production"
RULES = ["aws:seiketsu:elbv2:rules"]


def _listener(balancing: Any) -> str:
    balancer = balancing.describe_load_balancers(Names=[NAME])["LoadBalancers"][0]["LoadBalancerArn"]
    listeners = balancing.describe_listeners(LoadBalancerArn=balancer)["Listeners"]
    return next(str(x["ListenerArn"]) for x in listeners if x["Protocol"] == "HTTPS")


def _group(balancing: Any, word: str) -> str:
    return str(balancing.describe_target_groups(Names=[f"{NAME}-{word}"])["TargetGroups"][0]["TargetGroupArn"])


@fault(
    name="sei-discovery-sockets-to-web",
    breaks="the rule for WebSockets forwards to the web tasks",
    fails=["SEI-2.1.1.3.2"],
    message=r"misrouted requests is \d+.*/ws/\{channel\}\) goes to web, not to api",
    touches=RULES,
)
def sockets_to_web(deployment: Deployment) -> Iterator[None]:
    balancing = deployment.aws(PRODUCT, "elbv2")
    rules = balancing.describe_rules(ListenerArn=_listener(balancing))["Rules"]
    rule = next(r["RuleArn"] for r in rules if any("/ws/*" in str(c) for c in r["Conditions"]))
    balancing.modify_rule(RuleArn=rule, Actions=[{"Type": "forward", "TargetGroupArn": _group(balancing, "web")}])
    try:
        yield
    finally:
        balancing.modify_rule(RuleArn=rule, Actions=[{"Type": "forward", "TargetGroupArn": _group(balancing, "api")}])


@fault(
    name="sei-discovery-rule-swallows",
    breaks="a rule before the API's takes a part of its paths",
    fails=["SEI-2.1.1.3.2"],
    message=r"misrouted requests is \d+.*/api/v1/leads.*goes to web, not to api",
    touches=RULES,
    hard=True,
)
def rule_swallows(deployment: Deployment) -> Iterator[None]:
    balancing = deployment.aws(PRODUCT, "elbv2")
    made = balancing.create_rule(
        ListenerArn=_listener(balancing),
        Priority=5,
        Conditions=[{"Field": "path-pattern", "PathPatternConfig": {"Values": ["/api/v1/leads*"]}}],
        Actions=[{"Type": "forward", "TargetGroupArn": _group(balancing, "web")}],
    )["Rules"][0]["RuleArn"]
    try:
        yield
    finally:
        balancing.delete_rule(RuleArn=made)


@fault(
    name="sei-discovery-old-target",
    breaks="the target group still has a healthy task of the deployment before",
    fails=["SEI-2.1.1.3.2"],
    message=r"target group seiketsu-production-api: 10\.0\.10\.99:8000 is healthy, but no task of ECS service api runs",
    touches=["aws:seiketsu:elbv2:group:api:targets", "edge:instances:seiketsu"],
    hard=True,
)
def old_target(deployment: Deployment) -> Iterator[None]:
    balancing = deployment.aws(PRODUCT, "elbv2")
    group, old = _group(balancing, "api"), {"Id": "10.0.10.99", "Port": 8000, "AvailabilityZone": "us-east-1a"}
    balancing.register_targets(TargetGroupArn=group, Targets=[old])
    healthy = {"TargetHealth": {"State": "healthy"}}
    try:
        with amended(deployment, PRODUCT, "elbv2", "TargetHealthDescriptions", healthy, {"Target.Id": old["Id"]}):
            yield
    finally:
        balancing.deregister_targets(TargetGroupArn=group, Targets=[old])


@fault(
    name="sei-discovery-name-of-nobody",
    breaks="a name leads to an address where no task runs any more",
    fails=["SEI-2.1.1.3.2"],
    message=r"name api in namespace seiketsu-production\.local leads to 10\.0\.10\.98:8000, where no task",
    touches=["aws:seiketsu:servicediscovery"],
    hard=True,
)
def name_of_nobody(deployment: Deployment) -> Iterator[None]:
    discovery = deployment.aws(PRODUCT, "servicediscovery")
    service = next(s["Id"] for s in discovery.list_services()["Services"] if s["Name"] == "api")
    where = {"AWS_INSTANCE_IPV4": "10.0.10.98", "AWS_INSTANCE_PORT": "8000"}
    discovery.register_instance(ServiceId=service, InstanceId="gone", Attributes=where)
    try:
        yield
    finally:
        discovery.deregister_instance(ServiceId=service, InstanceId="gone")
