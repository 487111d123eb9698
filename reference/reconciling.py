"""Keeps what the AWS accounts say about tasks true to the processes that run: a task runs while its process does.

Where that is not so, an amendment is laid over the account's answers, and taken away when it is so again.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import httpx

from reference.clients import aws_client
from reference.overlaying import Overlays
from reference.settings import Settings

CHECK_TIMEOUT = 2.0
STOPPED = {"lastStatus": "STOPPED", "desiredStatus": "STOPPED", "stopCode": "EssentialContainerExited"}


@dataclass
class Reconciler:
    """One for all turns."""

    settings: Settings
    overlays: Overlays
    tasks: dict[str, dict[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.instances = httpx.Client(timeout=CHECK_TIMEOUT, trust_env=False, verify=False)  # noqa: S501 - plain http
        bearer = {"Authorization": f"Bearer {self.settings.control_token}"}
        self.control = httpx.Client(base_url=self.settings.control_url, headers=bearer, timeout=10, trust_env=False)

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
                self.overlays.lay(f"task {task}", product, amendment, changes)

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


def _process_of(instance: str) -> str:
    """`aurastudio-1` is its own process; all worker tasks are the one worker, all web tasks the edge."""
    if "-worker-" in instance:
        return "worker"
    return "edge" if "-web-" in instance else instance
