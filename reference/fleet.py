"""The processes as a platform runs them: more or fewer of them, and an API instance cut off from its database."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from reference.services.app import App
from reference.services.celery import Worker
from reference.services.part import Part
from reference.settings import Instance

if TYPE_CHECKING:
    from reference.deployment import Deployment

WORKED = "seiketsu"
"""The product whose queues the workers serve."""


class Fleet:
    """What the supervisor does for the control plane (`reference.controller`) and for drills."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._isolated: dict[str, Instance] = {}
        self._lock = threading.Lock()
        self.unplaceable: set[str] = set()
        """Products for which there is no more capacity: what is started there never gets to run."""

    def _known(self, name: str) -> tuple[str, Instance]:
        """Product and instance. Raises KeyError."""
        for product in self._deployment.settings.products.values():
            for instance in [*product.instances, *product.spares]:
                if instance.id == name:
                    return product.name, instance
        raise KeyError(f"there is no instance {name!r}")

    def isolate(self, name: str) -> None:
        """Cut one instance from PostgreSQL: what it has open is closed, and it gets nothing new. Raises KeyError."""
        _, instance = self._known(name)
        with self._lock:
            self._isolated[name] = instance
            self._deployment.gateway.isolate(i.database_port for i in self._isolated.values())
        with self._deployment.sql() as connection:
            connection.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where application_name = %s", [name]
            )

    def join(self, name: str) -> None:
        """Let it have its database again; no matter if it has. Raises KeyError."""
        self._known(name)
        with self._lock:
            self._isolated.pop(name, None)
            self._deployment.gateway.isolate(i.database_port for i in self._isolated.values())

    def start(self, name: str) -> dict[str, Any]:
        """Start the process of a spare place and return its `host` and `port` at once (no port: a worker).

        Raises KeyError.
        """
        part, product, port = self._part(name)
        if product not in self.unplaceable and name not in self._deployment.parts:
            part.prepare()
            part.children[0].start()
            self._deployment.adopt(part)
        return {"host": "127.0.0.1", "port": port}

    def ready(self, name: str) -> bool:
        """Whether such a process does its work: answers at its port, or a ping through the broker."""
        part = self._deployment.parts.get(name)
        if part is None or not part.alive:
            return False
        try:
            part.probe()
        except Exception:
            return False
        return True

    def stop(self, name: str) -> None:
        """Stop such a process, as ECS does: it may finish what it has begun. No matter if it does not run."""
        if part := self._deployment.parts.get(name):
            self._deployment.dismiss(name)
            part.stop()

    def _part(self, name: str) -> tuple[Part, str, int | None]:
        """A part for a spare place, its product and port. Raises KeyError."""
        context = self._deployment.context
        if name in self._deployment.settings.celery.spares:
            return Worker(name, context), WORKED, None
        product, instance = self._known(name)
        return App(product, instance, context), product, instance.port
