"""What ECS does when a service is to have more or fewer tasks: starts a real process for each, lets it join the load
balancer and service discovery when it is ready, and lets one that is to go finish its connections before it is stopped.

The tasks that the deployment began with stay: the tasks beyond them run at spare places (`Product.spares`, workers of
`Celery.spares`). Without a free place, a task waits. Source: ECS, Task lifecycle; ELB, Deregistration delay.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from typing import Any, Literal

import httpx
import psutil

from reference.clients import aws_client
from reference.overlaying import Overlays
from reference.settings import Settings

State = Literal["starting", "serving", "draining"]
BASE = 2
"""Tasks of each service that the deployment began with."""
WORKER = "worker"
PENDING = {"lastStatus": "PENDING", "healthStatus": "UNKNOWN"}
ENDED = {
    "stopCode": "ServiceSchedulerInitiated",
    "stoppedReason": "Scaling activity initiated by deployment",
    "containers.0.exitCode": 0,
}


@dataclass
class Place:
    """A task beyond the first ones. `instance`: its process; `port` None: nobody connects to it. `since`: monotonic."""

    instance: str
    task: str
    host: str
    port: int | None
    state: State = "starting"
    since: float = field(default_factory=time.monotonic)


@dataclass
class Placing:
    """One for all turns."""

    settings: Settings
    overlays: Overlays
    places: dict[tuple[str, str], list[Place]] = field(default_factory=dict)
    """(product, resource `service/CLUSTER/NAME`) to its places, the oldest first."""

    def __post_init__(self) -> None:
        bearer = {"Authorization": f"Bearer {self.settings.control_token}"}
        self.control = httpx.Client(base_url=self.settings.control_url, headers=bearer, timeout=20, trust_env=False)

    def bring(self, product: str, resource: str, wanted: int) -> int:
        """Go on towards so many tasks and return how many run (or are about to stop).

        Raises httpx.HTTPError, botocore errors.
        """
        places = self.places.setdefault((product, resource), [])
        for place in list(places):
            self._advance(product, resource, place, places)
        staying = [place for place in places if place.state != "draining"]
        for _ in range(wanted - BASE - len(staying)):
            if (free := self._free(product, resource)) is None:
                break
            places.append(self._start(product, resource, free))
        for place in staying[max(0, wanted - BASE) :]:
            self._retire(product, resource, place)
            self._advance(product, resource, place, places)  # who is given no time to drain gets none
        return BASE + sum(place.state != "starting" for place in places)

    def busy(self, product: str) -> bool:
        """Whether the product has tasks beyond the first ones."""
        return any(places for (owner, _), places in self.places.items() if owner == product)

    def _free(self, product: str, resource: str) -> str | None:
        """A spare place that is not in use."""
        used = {place.instance for places in self.places.values() for place in places}
        service = resource.rpartition("/")[2]
        if service == "api":
            names = [instance.id for instance in self.settings.products[product].spares]
        else:
            names = self.settings.celery.spares if (product, service) == ("seiketsu", WORKER) else []
        return next((name for name in names if name not in used), None)

    def _start(self, product: str, resource: str, instance: str) -> Place:
        _, cluster, service = resource.split("/")
        ecs, described = aws_client(self.settings, product, "ecs"), self._described(product, resource)
        network = described["networkConfiguration"]["awsvpcConfiguration"]
        task = ecs.run_task(
            cluster=cluster, taskDefinition=described["taskDefinition"], launchType="FARGATE", count=1,
            group=f"service:{service}", startedBy=described["deployments"][0]["id"],
            networkConfiguration={"awsvpcConfiguration": {**network, "subnets": network["subnets"][:1]}},
            tags=[{"key": "instance", "value": instance}],
        )["tasks"][0]["taskArn"]  # fmt: skip
        self._tell(product, task, PENDING)
        process = self.control.post(f"/fleet/{instance}").raise_for_status().json()
        place = Place(instance, task, process["host"], process["port"])
        if place.port:
            inside = described["loadBalancers"][0]["containerPort"]
            address = {"task": task, "host": place.host, "port": place.port, "container_port": inside}
            self.overlays.record(product, "addresses", address)
        stream = {"group": self._log_group(product, described), "stream": f"ecs/{service}/{task.rpartition('/')[2]}"}
        self.overlays.record(product, "logs", {**stream, "file": instance})
        print(f"{product} {resource}: {instance} is started", flush=True)
        return place

    def _advance(self, product: str, resource: str, place: Place, places: list[Place]) -> None:
        """The next state of a place, when its time has come."""
        if place.state == "starting":
            if self.control.get(f"/fleet/{place.instance}").raise_for_status().json()["ready"]:
                self._tell(product, place.task, None)
                self._join(product, resource, place)
                place.state = "serving"
            else:
                self.control.post(f"/fleet/{place.instance}").raise_for_status()  # again, where it could not be placed
        elif place.state == "draining" and self._drained(product, resource, place):
            self._stop(product, resource, place)
            places.remove(place)

    def _join(self, product: str, resource: str, place: Place) -> None:
        described = self._described(product, resource)
        if place.port is None:
            return
        target = [{"Id": place.host, "Port": place.port}]
        for group in described.get("loadBalancers", []):
            elb = aws_client(self.settings, product, "elbv2")
            elb.register_targets(TargetGroupArn=group["targetGroupArn"], Targets=target)
        for registry in described.get("serviceRegistries", []):
            attributes = {"AWS_INSTANCE_IPV4": place.host, "AWS_INSTANCE_PORT": str(place.port)}
            aws_client(self.settings, product, "servicediscovery").register_instance(
                ServiceId=registry["registryArn"].rpartition("/")[2], InstanceId=place.instance, Attributes=attributes
            )

    def _retire(self, product: str, resource: str, place: Place) -> None:
        """It gets nothing new from now on."""
        described = self._described(product, resource)
        if place.port is not None and place.state == "serving":
            target = [{"Id": place.host, "Port": place.port}]
            for registry in described.get("serviceRegistries", []):
                aws_client(self.settings, product, "servicediscovery").deregister_instance(
                    ServiceId=registry["registryArn"].rpartition("/")[2], InstanceId=place.instance
                )
            for group in described.get("loadBalancers", []):
                elb = aws_client(self.settings, product, "elbv2")
                elb.deregister_targets(TargetGroupArn=group["targetGroupArn"], Targets=target)
        place.state, place.since = "draining", time.monotonic()

    def _drained(self, product: str, resource: str, place: Place) -> bool:
        """Whether it may be stopped: the group's delay is over, or nobody is connected any more.

        A second is waited in any case, in which the balancer hears of it.
        """
        groups = self._described(product, resource).get("loadBalancers", [])
        waited = time.monotonic() - place.since
        if place.port is None or not groups:
            return True
        elb = aws_client(self.settings, product, "elbv2")
        attributes = elb.describe_target_group_attributes(TargetGroupArn=groups[0]["targetGroupArn"])["Attributes"]
        delay = next((a["Value"] for a in attributes if a["Key"] == "deregistration_delay.timeout_seconds"), "300")
        return waited >= float(delay) or (waited >= 3 and not _connections(place.port))

    def _stop(self, product: str, resource: str, place: Place) -> None:
        cluster = resource.split("/")[1]
        ecs = aws_client(self.settings, product, "ecs")
        ecs.stop_task(cluster=cluster, task=place.task, reason=ENDED["stoppedReason"])
        self._tell(product, place.task, ENDED)
        self.control.delete(f"/fleet/{place.instance}").raise_for_status()
        self.overlays.forget(product, "addresses", {"task": place.task})
        self.overlays.forget(product, "logs", {"file": place.instance})
        print(f"{product} {resource}: {place.instance} is stopped", flush=True)

    def _tell(self, product: str, task: str, changes: dict[str, Any] | None) -> None:
        amendment = {"service": "ecs", "kind": "tasks", "where": {"taskArn": task}}
        self.overlays.lay(f"task {task}", product, amendment, changes)

    def _described(self, product: str, resource: str) -> dict[str, Any]:
        _, cluster, service = resource.split("/")
        ecs = aws_client(self.settings, product, "ecs")
        return dict(ecs.describe_services(cluster=cluster, services=[service])["services"][0])

    def _log_group(self, product: str, described: dict[str, Any]) -> str:
        ecs = aws_client(self.settings, product, "ecs")
        definition = ecs.describe_task_definition(taskDefinition=described["taskDefinition"])["taskDefinition"]
        return str(definition["containerDefinitions"][0]["logConfiguration"]["options"]["awslogs-group"])


def _connections(port: int) -> int:
    """How many connections are open to a port of this machine."""
    return sum(
        bool(c.laddr) and c.laddr.port == port and c.status == psutil.CONN_ESTABLISHED
        for c in psutil.net_connections(kind="tcp")
    )
