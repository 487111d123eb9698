"""ECS answers that follow from the tasks: counts, digests, zones; and what service discovery finds."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from reference.aws.calls import ApiError
from reference.aws.operations.supervisor import ask_supervisor
from reference.aws.operations.world import Answer, Derived, Own, World


def services(world: World, answer: Answer) -> None:
    """Counts of a service and of its deployments are those of its tasks; the primary one is of its definition."""
    for service in answer.get("services", []):
        service["deployments"] = _deployments(world, service)
        tasks = _tasks_of(world, service["clusterArn"], service["serviceName"])
        running = [task for task in tasks if task["lastStatus"] == "RUNNING"]
        service["runningCount"] = len(running)
        service["pendingCount"] = max(service["desiredCount"] - len(running), 0)
        for deployment in service.get("deployments", []):
            own = [task for task in running if task["taskDefinitionArn"] == deployment["taskDefinition"]]
            deployment["runningCount"] = len(own)
            deployment["pendingCount"] = max(deployment["desiredCount"] - len(own), 0)
            complete = len(own) >= deployment["desiredCount"]
            deployment["rolloutState"] = "COMPLETED" if complete else "IN_PROGRESS"
            deployment["rolloutStateReason"] = (
                f"ECS deployment {deployment['id']} {'completed' if complete else 'in progress'}."
            )


def _deployments(world: World, service: dict[str, Any]) -> list[dict[str, Any]]:
    """The primary deployment, and while a rollout goes on the one before."""
    found = [{**deployment, "taskDefinition": service["taskDefinition"]} for deployment in service["deployments"][:1]]
    for rollout in world.records("rollouts"):
        if found and rollout["service"] == service["serviceName"]:
            before = {"id": f"{found[0]['id']}-before", "status": "ACTIVE", "taskDefinition": rollout["former"]}
            found.append({**found[0], **before})
    return found


def update_service(world: World, answer: Answer) -> None:
    """Another definition is rolled out by the supervisor: see reference/rollouts.py."""
    service, wanted = answer["service"], world.call.parameters.get("taskDefinition")
    if wanted and service["serviceName"] == "api" and service["deployments"]:
        first = service["deployments"][0]["taskDefinition"]
        ask_supervisor(world, "POST", f"rollouts/{world.call.account}", definition=wanted, first=first)


def service_list(world: World, answer: Answer) -> None:
    """A deleted service is not listed, though it can be described for a while."""
    if arns := answer.get("serviceArns"):
        cluster = world.call.parameters.get("cluster", "default")
        found = world.ask("ecs", "DescribeServices", cluster=cluster, services=arns)["services"]
        answer["serviceArns"] = [service["serviceArn"] for service in found if service["status"] != "INACTIVE"]


def task_list(world: World, answer: Answer) -> None:
    """moto filters neither by service nor by the desired status, which is RUNNING when nothing is said."""
    p = world.call.parameters
    if arns := answer["taskArns"]:
        found = world.ask("ecs", "DescribeTasks", cluster=p.get("cluster", "default"), tasks=arns)["tasks"]
        status, service = p.get("desiredStatus") or "RUNNING", p.get("serviceName", "").rpartition("/")[2]
        found = [
            task
            for task in found
            if task["desiredStatus"] == status and (not service or task.get("group") == f"service:{service}")
        ]
        answer["taskArns"] = [task["taskArn"] for task in found]


def tasks(world: World, answer: Answer) -> None:
    """A task's zone is that of its subnet, a container's digest that of its image, its health that of its health
    check."""
    zones: dict[str, str] = {}
    definitions: dict[str, Any] = {}
    for task in answer.get("tasks", []):
        arn = task["taskDefinitionArn"] = _definition(world, task)
        if arn not in definitions:
            definitions[arn] = world.ask("ecs", "DescribeTaskDefinition", taskDefinition=arn)["taskDefinition"]
        known = {container["name"]: container for container in definitions[arn]["containerDefinitions"]}
        details = [detail for attached in task.get("attachments", []) for detail in attached.get("details", [])]
        subnet = next((detail["value"] for detail in details if detail["name"] == "subnetId"), None)
        if subnet:
            if subnet not in zones:
                zones[subnet] = world.ask("ec2", "DescribeSubnets", SubnetIds=[subnet])["Subnets"][0][
                    "AvailabilityZone"
                ]
            task["availabilityZone"] = zones[subnet]
        for address in [record for record in world.records("addresses") if record["task"] == task["taskArn"]]:
            set_address(task, address)
        running = task["lastStatus"] == "RUNNING"
        task["connectivity"] = "CONNECTED" if running else "DISCONNECTED"
        for container in task.get("containers", []):
            defined = known.get(container.get("name"), {})
            container["image"] = defined.get("image", "")
            container["lastStatus"] = task["lastStatus"]
            if running:
                container.pop("exitCode", None)
            container["healthStatus"] = "HEALTHY" if running and defined.get("healthCheck") else "UNKNOWN"
            if digest := _digest(world, container["image"]):
                container["imageDigest"] = digest
        task["healthStatus"] = (
            "HEALTHY"
            if task["containers"] and all(c["healthStatus"] == "HEALTHY" for c in task["containers"])
            else "UNKNOWN"
        )


def set_address(task: dict[str, Any], address: Mapping[str, Any]) -> None:
    """The address of a task's interface is that of the real process behind it."""
    for attached in task.get("attachments", []):
        for detail in attached.get("details", []):
            if detail["name"] == "privateIPv4Address":
                detail["value"] = address["host"]
    binding = {
        "bindIP": address["host"],
        "containerPort": address["container_port"],
        "hostPort": address["port"],
        "protocol": "tcp",
    }
    for container in task.get("containers", []):
        container["networkInterfaces"] = [
            {"attachmentId": task["attachments"][0]["id"], "privateIpv4Address": address["host"]}
        ]
        container["networkBindings"] = [binding]


def clusters(world: World, answer: Answer) -> None:
    for cluster in answer.get("clusters", []):
        arns = world.ask("ecs", "ListTasks", cluster=cluster["clusterName"])["taskArns"]
        found = world.ask("ecs", "DescribeTasks", cluster=cluster["clusterName"], tasks=arns)["tasks"] if arns else []
        states = [task["lastStatus"] for task in found]
        cluster["runningTasksCount"] = states.count("RUNNING")
        cluster["pendingTasksCount"] = states.count("PENDING") + states.count("PROVISIONING")
        cluster["activeServicesCount"] = len(
            world.ask("ecs", "ListServices", cluster=cluster["clusterName"])["serviceArns"]
        )


def discover_instances(world: World) -> Answer:
    """The registered instances of a service; their health is the record of the namespace (moto has no data plane for
    it)."""
    p = world.call.parameters
    namespaces = {n["Name"]: n["Id"] for n in world.ask("servicediscovery", "ListNamespaces")["Namespaces"]}
    found = [
        service
        for service in world.ask("servicediscovery", "ListServices")["Services"]
        if service["Name"] == p["ServiceName"]
        and _namespace(world, service["Id"]) == namespaces.get(p["NamespaceName"])
    ]
    if not found:
        raise ApiError("ServiceNotFound", f"Service not found: {p['ServiceName']} in {p['NamespaceName']}", 404)
    instances = world.ask("servicediscovery", "ListInstances", ServiceId=found[0]["Id"])["Instances"]
    return {
        "Instances": [
            {
                "InstanceId": instance["Id"],
                "NamespaceName": p["NamespaceName"],
                "ServiceName": p["ServiceName"],
                "HealthStatus": instance["Attributes"].get("AWS_INIT_HEALTH_STATUS", "HEALTHY"),
                "Attributes": instance["Attributes"],
            }
            for instance in instances
        ],
        "InstancesRevision": len(instances),
    }


def _namespace(world: World, service: str) -> str | None:
    found: Mapping[str, Any] = world.ask("servicediscovery", "GetService", Id=service)["Service"]
    return found.get("NamespaceId") or next((c.get("NamespaceId") for c in [found.get("DnsConfig", {})]), None)


def _tasks_of(world: World, cluster: str, service: str) -> list[dict[str, Any]]:
    """Raw tasks of a service, as moto keeps them."""
    arns = world.ask("ecs", "ListTasks", cluster=cluster)["taskArns"]
    if not arns:
        return []
    found: list[dict[str, Any]] = world.ask("ecs", "DescribeTasks", cluster=cluster, tasks=arns)["tasks"]
    own = [task for task in found if task.get("group") == f"service:{service}"]
    return [{**task, "taskDefinitionArn": _definition(world, task)} for task in own]


def _definition(world: World, task: Mapping[str, Any]) -> str:
    """What a task runs: a rollout keeps the tasks of a service and changes their processes."""
    for released in world.records("released"):
        if task.get("group") == f"service:{released['service']}":
            return str(released["definition"])
    return str(task["taskDefinitionArn"])


def _digest(world: World, image: str) -> str | None:
    """The digest that an image reference means: its own, or that of its tag in the registry."""
    name, _, digest = image.partition("@")
    if digest:
        return digest
    repository, _, tag = name.partition("/")[2].rpartition(":")
    try:
        found = world.ask("ecr", "DescribeImages", repositoryName=repository, imageIds=[{"imageTag": tag}])[
            "imageDetails"
        ]
    except ApiError:
        return None
    return str(found[0]["imageDigest"]) if found else None


OWN: dict[str, Own] = {"servicediscovery.DiscoverInstances": discover_instances}
DERIVED: dict[str, Derived] = {
    "ecs.DescribeServices": services,
    "ecs.UpdateService": update_service,
    "ecs.ListServices": service_list,
    "ecs.ListTasks": task_list,
    "ecs.DescribeTasks": tasks,
    "ecs.DescribeClusters": clusters,
}
