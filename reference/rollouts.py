"""What ECS does when a service is to run another task definition: a new fleet beside the old one, then the traffic.

A rollout is the service's blue/green deployment. Green processes start at spare places with the version of the
definition's image. When all of them pass the target group's health check, and test traffic to them sets off none of
the deployment's alarms, the balancer leads to them alone; then the first places are filled with the new version and
take over, since a deployment's addresses are fixed here, and their tasks keep their names. A rollout that fails leaves
the traffic where it was, and the service goes back to its former definition.
Source: Amazon ECS, Blue/green deployments; Deployment circuit breaker; CloudWatch alarms for deployment failures.
"""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx

from reference.amending import forget_records, keep_record
from reference.services.app import App
from reference.services.part import HTTP
from reference.settings import Instance

if TYPE_CHECKING:
    from reference.deployment import Deployment

SERVICE = "api"
DEFECTS = "REFERENCE_DEFECTS"
"""Variable of a definition's container: switches of `reference.app.behaviour` that this build starts with, as JSON."""
BUSINESS = {"aurastudio": "/api/projects/", "seiketsu": "/api/v1/leads"}
"""Where test traffic goes."""
PATIENCE, TESTS, SETTLING = 20.0, 10, 1.0
"""Seconds for a fleet to pass its health checks; calls of test traffic; seconds in which begun requests end."""


class RolloutFailedError(Exception):
    """Green never took the traffic; the message says why."""


@dataclass
class Rollouts:
    """What the supervisor does for the accounts' `UpdateService`."""

    deployment: Deployment
    hasty: bool = False
    """Take a fleet for ready without having looked: a fault."""
    old_first: bool = False
    """Stop the old fleet before the new one has the traffic: a fault."""
    scripts: list[tuple[str, str]] = field(default_factory=list)
    """Database and statement that the deploy script runs whenever traffic has moved: faults put them there."""
    current: dict[str, str] = field(default_factory=dict)
    """Product to the definition that was rolled out last."""
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self, account: str, definition: str, first: str) -> None:
        """Start a rollout and return; nothing happens when this definition runs.

        Args:
            account: its number.
            first: the definition that the service was made with.
        """
        product = next(name for name, found in self.deployment.settings.aws.accounts.items() if found.id == account)
        former = self.current.get(product, first)
        if definition == former:
            return
        arguments = (product, definition, former)
        threading.Thread(target=self._run, args=arguments, name=f"rollout of {product}", daemon=True).start()

    def _run(self, product: str, definition: str, former: str) -> None:
        with self._lock:
            keep_record(self.deployment, product, "rollouts", {"service": SERVICE, "former": former})
            try:
                self._roll(product, definition)
            except Exception as error:
                print(f"rollout of {product}: {type(error).__name__}: {error}", flush=True)
                self._go_back(product, former)
            finally:
                forget_records(self.deployment, product, "rollouts", {"service": SERVICE})

    def _roll(self, product: str, definition: str) -> None:
        """Raises RolloutFailedError while the old fleet still has the traffic."""
        described = self.deployment.settings.products[product]
        release = self._release(product, definition)
        green = described.spares[: len(described.instances)]
        group, targets = self._targets(product)
        try:
            for place in green:
                self._start(product, place, release)
            self._pass_checks(product, green, group)
            if self.old_first:
                self._halt(product)
            self._lead(product, group["TargetGroupArn"], [_target(place) for place in green], targets)
        except Exception:
            self._end(green)
            raise
        self._run_scripts(product)
        time.sleep(SETTLING)
        for place in described.instances:
            self._start(product, place, release)
        self._wait_healthy(described.instances, group, always=True)
        self._lead(product, group["TargetGroupArn"], targets, [_target(place) for place in green])
        time.sleep(SETTLING)
        self._end(green)
        forget_records(self.deployment, product, "released", {"service": SERVICE})
        keep_record(self.deployment, product, "released", {"service": SERVICE, "definition": definition})
        self.current[product] = definition

    def _go_back(self, product: str, former: str) -> None:
        """The service refers to what runs again."""
        ecs = self.deployment.aws(product, "ecs")
        cluster = ecs.list_clusters()["clusterArns"][0]
        ecs.update_service(cluster=cluster, service=SERVICE, taskDefinition=former)

    def _release(self, product: str, definition: str) -> dict[str, str]:
        """The variables of a definition's processes that differ from build to build."""
        ecs, now = self.deployment.aws(product, "ecs"), self.deployment.settings.products[product].release
        container = ecs.describe_task_definition(taskDefinition=definition)["taskDefinition"]["containerDefinitions"][0]
        version = str(container["image"]).partition("@")[0].rpartition(":")[2]
        found = {"APP_VERSION": version, "GIT_SHA": now.commit if version == now.version else now.commit[::-1]}
        given = {variable["name"]: variable["value"] for variable in container.get("environment", [])}
        return found | ({DEFECTS: given[DEFECTS]} if DEFECTS in given else {})

    # The fleet

    def _start(self, product: str, place: Instance, release: dict[str, str]) -> None:
        """Start a process at a place with a release, in the place of the one that may run there."""
        deployment = self.deployment
        part = deployment.parts.get(place.id)
        if isinstance(part, App):
            part.stop()
        else:
            part = App(product, place, deployment.context)
            deployment.adopt(part)
        part.release = release
        part.prepare()
        part.children[0].start()

    def _halt(self, product: str) -> None:
        for place in self.deployment.settings.products[product].instances:
            self.deployment.parts[place.id].stop()

    def _end(self, places: Sequence[Instance]) -> None:
        for place in places:
            self.deployment.fleet.stop(place.id)

    def _pass_checks(self, product: str, green: Sequence[Instance], group: dict[str, Any]) -> None:
        """Raises RolloutFailedError."""
        self._wait_healthy(green, group)
        if not self._watched(product):
            return
        errors = sum(_status(f"{place.url}{BUSINESS[product]}") >= 500 for place in green for _ in range(TESTS))
        if errors:
            raise RolloutFailedError(f"{errors} errors of test traffic set off the deployment's alarms")

    def _wait_healthy(self, places: Sequence[Instance], group: dict[str, Any], always: bool = False) -> None:
        """Wait until each place passes the health check thrice in a row. Raises RolloutFailedError."""
        if self.hasty and not always:
            return
        passed, deadline = dict.fromkeys((place.url for place in places), 0), time.monotonic() + PATIENCE
        while min(passed.values()) < 3:
            if time.monotonic() > deadline:
                if always:  # it has the traffic already, and nobody else is there to take it
                    return
                failing = [url for url, times in passed.items() if times < 3]
                raise RolloutFailedError(f"{', '.join(failing)} did not pass {group['HealthCheckPath']}")
            for url in passed:
                passed[url] = passed[url] + 1 if _status(f"{url}{group['HealthCheckPath']}") == 200 else 0
            time.sleep(0.2)

    def _watched(self, product: str) -> bool:
        """Whether alarms can stop a deployment of the service."""
        ecs = self.deployment.aws(product, "ecs")
        cluster = ecs.list_clusters()["clusterArns"][0]
        service = ecs.describe_services(cluster=cluster, services=[SERVICE])["services"][0]
        alarms = (service.get("deploymentConfiguration") or {}).get("alarms") or {}
        return bool(alarms.get("enable") and alarms.get("rollback") and alarms.get("alarmNames"))

    def _run_scripts(self, product: str) -> None:
        for database, statement in self.scripts:
            if database == product:
                with self.deployment.sql(product) as connection:
                    connection.execute(statement)  # type: ignore[call-overload]

    # The traffic

    def _targets(self, product: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        """The API's target group, and what is registered with it."""
        elb = self.deployment.aws(product, "elbv2")
        groups = elb.describe_target_groups()["TargetGroups"]
        group = next(dict(found) for found in groups if found["TargetGroupName"].endswith(f"-{SERVICE}"))
        ports = {place.port for place in self.deployment.settings.products[product].instances}
        health = elb.describe_target_health(TargetGroupArn=group["TargetGroupArn"])["TargetHealthDescriptions"]
        known = ("Id", "Port", "AvailabilityZone")
        return group, [{k: h["Target"][k] for k in known if k in h["Target"]}
                       for h in health if h["Target"]["Port"] in ports]  # fmt: skip

    def _lead(self, product: str, group: str, to: list[dict[str, Any]], away: list[dict[str, Any]]) -> None:
        """Have the balancer lead to some targets alone, and wait until it does. Raises RolloutFailedError."""
        elb = self.deployment.aws(product, "elbv2")
        elb.register_targets(TargetGroupArn=group, Targets=to)
        elb.deregister_targets(TargetGroupArn=group, Targets=away)
        wanted, deadline = sorted(target["Port"] for target in to), time.monotonic() + PATIENCE
        while sorted(self.deployment.edge.variables["instances"][product]) != wanted:
            if time.monotonic() > deadline:
                elb.register_targets(TargetGroupArn=group, Targets=away)
                elb.deregister_targets(TargetGroupArn=group, Targets=to)
                raise RolloutFailedError(f"the balancer does not lead to {wanted}")
            time.sleep(0.1)


def _target(place: Instance) -> dict[str, Any]:
    return {"Id": "127.0.0.1", "Port": place.port}


def _status(url: str) -> int:
    """What an address answers; 0 when it does not."""
    try:
        return HTTP.get(url).status_code
    except httpx.HTTPError:
        return 0


def defects(**switches: Any) -> dict[str, str]:
    """The variable of a container whose build has these switches set."""
    return {"name": DEFECTS, "value": json.dumps(switches)}
