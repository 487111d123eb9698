"""The API's processes as a platform runs them: more or fewer of them, and one cut off from its database."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from reference.services.app import App
from reference.settings import Instance

if TYPE_CHECKING:
    from reference.deployment import Deployment


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
        """Start the process of a spare place and return its `host` and `port` at once. Raises KeyError."""
        deployment = self._deployment
        product, instance = self._known(name)
        if product not in self.unplaceable:
            part = App(product, instance, deployment.context)
            part.prepare()
            part.children[0].start()
            deployment.adopt(part)
        return {"host": "127.0.0.1", "port": instance.port}

    def stop(self, name: str) -> None:
        """Stop such a process, as ECS does: it may finish what it has begun. Raises KeyError."""
        self._known(name)
        if part := self._deployment.parts.get(name):
            self._deployment.dismiss(name)
            part.stop()
