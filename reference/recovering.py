"""Instances of the API on recovered stores, beside those that serve: what a recovery drill starts and ends.

Such an instance takes a spare place, knows the stores that it is given, and has nothing of production's data: its queue
is in the recovered Redis as well.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

from reference.services.app import App
from reference.services.part import Context
from reference.settings import Instance

if TYPE_CHECKING:
    from reference.deployment import Deployment


class RecoveredApp(App):
    """An instance with other stores. `changes`: variables of its environment."""

    def __init__(self, name: str, product: str, instance: Instance, context: Context, changes: dict[str, str]) -> None:
        super().__init__(product, instance, context)
        self.name, self.changes = name, changes

    def environment(self) -> dict[str, str]:
        return {**super().environment(), **self.changes}


class Recovering:
    """What the supervisor does for drills."""

    def __init__(self, deployment: Deployment) -> None:
        self._deployment = deployment
        self._lock = threading.Lock()
        self.misled: set[str] = set()
        """Variables that an instance keeps as production has them: a fault."""

    def start(self, product: str, name: str, stores: dict[str, str]) -> str:
        """Start an instance and return its address when it answers.

        Args:
            stores: `database_host`, `database_port`, `redis_url`, `bucket`.

        Raises:
            KeyError: an unknown product or a missing store.
            PartError: no free place, or it does not come up.
        """
        deployment = self._deployment
        with self._lock:
            place = self._free_place(product)
            changes = self._environment(product, stores)
            part = RecoveredApp(name, product, place, deployment.context, changes)
            part.prepare()
            part.children[0].start()
            deployment.adopt(part)
        try:
            part.wait_ready(30)
        except Exception:
            self.stop(name)
            raise
        return place.url

    def stop(self, name: str) -> None:
        """End an instance; no error when there is none."""
        if part := self._deployment.parts.get(name):
            self._deployment.dismiss(name)
            part.stop()

    def _free_place(self, product: str) -> Instance:
        taken = {part.instance.port for part in self._deployment.parts.values() if isinstance(part, App)}
        spares = self._deployment.settings.products[product].spares
        free = [place for place in reversed(spares) if place.port not in taken]
        if not free:
            raise LookupError(f"no spare place of {product} is free")
        return free[0]

    def _environment(self, product: str, stores: dict[str, str]) -> dict[str, str]:
        settings = self._deployment.settings
        redis = urlsplit(stores["redis_url"])
        there = {"host": stores["database_host"], "port": int(stores["database_port"])}
        writer = settings.products[product].database.model_copy(update=there).dsn("app")

        def numbered(number: int) -> str:
            return urlunsplit(redis._replace(path=f"/{number}"))

        # Who restores in an emergency may also use the files that were brought back.
        iam, sts = (self._deployment.aws(product, service) for service in ("iam", "sts"))
        role = next(r["Arn"] for r in iam.list_roles()["Roles"] if r["RoleName"].endswith("-restorer"))
        key = sts.assume_role(RoleArn=role, RoleSessionName="recovered")["Credentials"]
        found = {
            "AWS_ACCESS_KEY_ID": key["AccessKeyId"],
            "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"],
            "AWS_SESSION_TOKEN": key["SessionToken"],
            "INSTANCE_ID": f"{product}-recovered",
            "DATABASE_URL": f"{writer}&application_name={product}-recovered",
            "DATABASE_REPLICA_URL": writer,
            "REDIS_URL": stores["redis_url"],
            "CELERY_BROKER_URL": numbered(1),
            "CELERY_RESULT_BACKEND": numbered(2),
            "AWS_S3_BUCKET": stores["bucket"],
        }
        return {name: value for name, value in found.items() if name not in self.misled}
