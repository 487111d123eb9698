"""A load balancer that does not take HTTPS, or does not send requests where its targets are."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

RULE = ("Priority", "Conditions", "Actions")
FIELDS = {"path-pattern": "PathPatternConfig", "host-header": "HostHeaderConfig"}


def https_listener(balancing: Any) -> dict[str, Any]:
    """The HTTPS listener of the account's one load balancer, as DescribeListeners gives it."""
    balancer = balancing.describe_load_balancers()["LoadBalancers"][0]["LoadBalancerArn"]
    listeners = balancing.describe_listeners(LoadBalancerArn=balancer)["Listeners"]
    return next(dict(found) for found in listeners if found["Protocol"] == "HTTPS")


def group_of(balancing: Any, word: str) -> str:
    """The ARN of the target group of a service."""
    groups = balancing.describe_target_groups()["TargetGroups"]
    return next(str(g["TargetGroupArn"]) for g in groups if g["TargetGroupName"].endswith(f"-{word}"))


def made_again(balancing: Any, listener: str, rule: dict[str, Any]) -> None:
    """Create a rule as it was."""
    conditions = [{"Field": c["Field"], FIELDS[c["Field"]]: c[FIELDS[c["Field"]]]} for c in rule["Conditions"]]
    actions = [{"Type": a["Type"], "TargetGroupArn": a["TargetGroupArn"]} for a in rule["Actions"]]
    balancing.create_rule(ListenerArn=listener, Priority=int(rule["Priority"]), Conditions=conditions, Actions=actions)


@fault(
    name="aura-traffic-no-https-listener",
    breaks="the load balancer only listens for plain HTTP",
    fails=["AURA-5.1.1.3", "AURA-5.2.2.3"],
    message={
        "AURA-5.1.1.3": r"load balancer aurastudio: has no HTTPS listener on port 443; it has HTTP 80",
        "AURA-5.2.2.3": r"load balancer aurastudio: has no HTTPS listener",
    },
    touches=["aws:aurastudio:elbv2:listener", "aws:aurastudio:elbv2:rules"],
)
def no_https_listener(deployment: Deployment) -> Iterator[None]:
    balancing = deployment.aws("aurastudio", "elbv2")
    listener = https_listener(balancing)
    rules = balancing.describe_rules(ListenerArn=listener["ListenerArn"])["Rules"]
    balancing.delete_listener(ListenerArn=listener["ListenerArn"])
    try:
        yield
    finally:
        keys = ("LoadBalancerArn", "Protocol", "Port", "SslPolicy", "DefaultActions")
        certificates = [{"CertificateArn": c["CertificateArn"]} for c in listener["Certificates"]]
        made = balancing.create_listener(**{k: listener[k] for k in keys}, Certificates=certificates)["Listeners"][0]
        for rule in rules:
            if rule["Priority"] != "default":
                made_again(balancing, made["ListenerArn"], rule)


@fault(
    name="aura-traffic-weight-zero",
    breaks="both targets are registered and healthy, and one of them gets no request",
    fails=["AURA-5.1.1.3"],
    message=r"instance aurastudio-2: instance share is 0.* want >= 10 percent.*Is its weight 0",
    touches=["edge:instances:aurastudio"],
    hard=True,
)
def weight_zero(deployment: Deployment) -> Iterator[None]:
    port = deployment.settings.products["aurastudio"].instances[1].port
    options = deployment.edge.variables["instance_options"]
    deployment.edge.reconfigure(instance_options={**options, port: "down"})
    try:
        yield
    finally:
        deployment.edge.reconfigure(
            instance_options={k: v for k, v in deployment.edge.variables["instance_options"].items() if k != port}
        )


@fault(
    name="aura-traffic-sticky",
    breaks="every client is kept at the task that it met first",
    fails=["AURA-5.1.1.3"],
    message=r"instance aurastudio-[12]: instance share is 0.*stickiness is on",
    touches=["edge", "aws:aurastudio:elbv2:group:api"],
    hard=True,
)
def sticky(deployment: Deployment) -> Iterator[None]:
    balancing = deployment.aws("aurastudio", "elbv2")
    arn = group_of(balancing, "api")

    def put(on: bool) -> None:
        value = {"Key": "stickiness.enabled", "Value": str(on).lower()}
        balancing.modify_target_group_attributes(TargetGroupArn=arn, Attributes=[value])
        methods = deployment.edge.variables["method"]
        deployment.edge.reconfigure(method={**methods, "aurastudio": "hash $remote_addr;" if on else ""})

    put(True)
    try:
        yield
    finally:
        put(False)


@fault(
    name="sei-traffic-left-out",
    breaks="one of the registered targets is not in the balancer's list",
    fails=["SEI-1.1.1.2.2", "SEI-3.1.1.1.3", "SEI-2.1.2.1.1"],
    message={
        "SEI-1.1.1.2.2": r"instance seiketsu-2: fair share is 0",
        "SEI-2.1.2.1.1": r"instance seiketsu-2 did not answer within \d+ requests",
        "SEI-3.1.1.1.3": r"seiketsu-2: answered none of \d+ requests through the balancer",
    },
    touches=["edge:instances:seiketsu"],
)
def left_out(deployment: Deployment) -> Iterator[None]:
    ports = deployment.edge.variables["instances"]
    deployment.edge.reconfigure(instances={**ports, "seiketsu": ports["seiketsu"][:1]})
    try:
        yield
    finally:
        now = deployment.edge.variables["instances"]
        deployment.edge.reconfigure(instances={**now, "seiketsu": ports["seiketsu"]})


@fault(
    name="sei-traffic-name-of-stopped-task",
    breaks="the name inside the network still leads to a task that stopped, and is kept for an hour by who asked",
    fails=["SEI-1.1.1.2.2", "SEI-2.1.1.3.2"],
    message={
        "SEI-1.1.1.2.2": r"name api in .* leads to 10\.0\.10\.97:8000, which is no target",
        "SEI-2.1.1.3.2": r"name api in .* leads to 10\.0\.10\.97:8000, where no task",
    },
    touches=["aws:seiketsu:servicediscovery"],
    hard=True,
)
def name_of_stopped_task(deployment: Deployment) -> Iterator[None]:
    discovery = deployment.aws("seiketsu", "servicediscovery")
    service = next(s["Id"] for s in discovery.list_services()["Services"] if s["Name"] == "api")

    def keep(seconds: int) -> None:
        records = {"DnsRecords": [{"Type": "A", "TTL": seconds}]}
        discovery.update_service(Id=service, Service={"DnsConfig": records})

    where = {"AWS_INSTANCE_IPV4": "10.0.10.97", "AWS_INSTANCE_PORT": "8000"}
    discovery.register_instance(ServiceId=service, InstanceId="stopped", Attributes=where)
    keep(3600)
    try:
        yield
    finally:
        keep(10)
        discovery.deregister_instance(ServiceId=service, InstanceId="stopped")


@fault(
    name="sei-traffic-goes-on",
    breaks="the balancer goes on sending requests to a target that was deregistered",
    fails=["SEI-1.1.1.2.2"],
    message=r"taking seiketsu-2 out of the balancer: requests after drain is \d+, want == 0",
    touches=["edge:instances:seiketsu"],
    hard=True,
)
def goes_on(deployment: Deployment) -> Iterator[None]:
    deployment.edge.deaf.add("seiketsu")
    try:
        yield
    finally:
        deployment.edge.deaf.discard("seiketsu")
