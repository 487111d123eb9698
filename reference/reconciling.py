"""Keeps what the AWS accounts say about tasks and targets true to the processes that run.

A target of the load balancer is healthy when its instance answers the health check; a task runs while its process does.
Where that is not so, an amendment is laid over the account's answers, and taken away when it is so again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from reference.clients import aws_client
from reference.settings import Settings

CHECK_TIMEOUT = 2.0
FAILURES_UNTIL_UNHEALTHY = 2
"""One slow answer takes no instance out of service, as with a real load balancer's threshold."""
TIMEOUT = {"State": "unhealthy", "Reason": "Target.Timeout", "Description": "Request timed out"}
FAILED = {"State": "unhealthy", "Reason": "Target.FailedHealthChecks", "Description": "Health checks failed"}
STOPPED = {"lastStatus": "STOPPED", "desiredStatus": "STOPPED", "stopCode": "EssentialContainerExited"}


@dataclass
class Reconciler:
    """One for all turns: remembers the amendments that it made (id by subject) and the failures in a row."""

    settings: Settings
    amended: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)
    failures: dict[str, int] = field(default_factory=dict)
    tasks: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.instances = httpx.Client(timeout=CHECK_TIMEOUT, trust_env=False, verify=False)  # noqa: S501 - plain http
        headers = {"X-Control-Token": self.settings.control_token}
        self.aws = httpx.Client(base_url=self.settings.aws.endpoint_url, headers=headers, timeout=10, trust_env=False)
        bearer = {"Authorization": f"Bearer {self.settings.control_token}"}
        self.control = httpx.Client(base_url=self.settings.control_url, headers=bearer, timeout=10, trust_env=False)

    def targets(self) -> None:
        """Health of each registered instance. Raises httpx.HTTPError."""
        for product in self.settings.products.values():
            for instance in product.instances:
                where = {"Target.Port": instance.port}
                amendment = {"service": "elbv2", "kind": "TargetHealthDescriptions", "where": where}
                wrong = self._health(instance.id, instance.url)
                changes = {f"TargetHealth.{name}": value for name, value in wrong.items()} if wrong else None
                self._lay(f"target {instance.id}", product.name, amendment, changes)

    def _health(self, name: str, url: str) -> dict[str, str] | None:
        """None when healthy, else what DescribeTargetHealth says of such a target."""
        wrong: dict[str, str] | None = None
        try:
            answer = self.instances.get(f"{url}/health")
            if not answer.is_success:
                codes = f"Health checks failed with these codes: [{answer.status_code}]"
                wrong = {**FAILED, "Reason": "Target.ResponseCodeMismatch", "Description": codes}
        except httpx.TimeoutException:
            wrong = TIMEOUT
        except httpx.HTTPError:
            wrong = FAILED
        if not wrong:
            self.failures[name] = 0
        elif name in self.failures:
            # Not before its first success: until then it is starting.
            self.failures[name] += 1
        return wrong if self.failures.get(name, 0) >= FAILURES_UNTIL_UNHEALTHY else None

    def pages(self) -> None:
        """Ask every address of the web servers for a page, as a load balancer does. Their log has it."""
        for product in self.settings.products.values():
            port = product.web_url.rsplit(":", 1)[1]
            for host in ("127.0.0.1", "127.0.0.2"):
                self.instances.get(f"https://{host}:{port}/", headers={"User-Agent": "balancer-health"})

    def processes(self) -> None:
        """Status of the tasks. Raises httpx.HTTPError, botocore errors."""
        answer = self.control.get("/processes").raise_for_status()
        alive: dict[str, bool] = answer.json()["processes"]
        for product in self.settings.products:
            for task, process in self._tasks(product).items():
                amendment = {"service": "ecs", "kind": "tasks", "where": {"taskArn": task}}
                changes = None if alive.get(process, True) else STOPPED
                self._lay(f"task {task}", product, amendment, changes)

    def _tasks(self, product: str) -> dict[str, str]:
        """The process behind each task that has one, by the task's tag `instance`; the tasks are looked up once."""
        if product not in self.tasks:
            ecs = aws_client(self.settings, product, "ecs")
            found: dict[str, str] = {}
            for cluster in ecs.list_clusters()["clusterArns"]:
                arns = ecs.list_tasks(cluster=cluster)["taskArns"]
                described = ecs.describe_tasks(cluster=cluster, tasks=arns, include=["TAGS"])["tasks"] if arns else []
                for task in described:
                    tags = {tag["key"]: tag["value"] for tag in task.get("tags", [])}
                    found[task["taskArn"]] = _process_of(tags.get("instance", ""))
            self.tasks[product] = found
        return self.tasks[product]

    def _lay(self, subject: str, account: str, amendment: dict[str, Any], changes: dict[str, Any] | None) -> None:
        present = self.amended.get(subject)
        if (present and present[1]) == changes:
            return
        if present:
            self.aws.delete(f"/__reference__/amendments/{present[0]}").raise_for_status()
            del self.amended[subject]
        if changes:
            body = {"account": account, **amendment, "set": changes}
            answer = self.aws.post("/__reference__/amendments", json=body).raise_for_status()
            self.amended[subject] = (str(answer.json()["id"]), changes)
        print(f"{subject}: {changes or 'as it should be'}", flush=True)


def _process_of(instance: str) -> str:
    """`aurastudio-1` is its own process; all worker tasks are the one worker, all web tasks the edge."""
    if "-worker-" in instance:
        return "worker"
    return "edge" if "-web-" in instance else instance
