"""The parts of a deployment, and how each is started, probed and stopped."""

from __future__ import annotations

from reference.services.app import App
from reference.services.aws import Aws
from reference.services.celery import Beat, Worker
from reference.services.controller import Controller
from reference.services.edge import Balanced, Edge
from reference.services.gateway import DataPath, Gateway
from reference.services.launch import Launch
from reference.services.names import Names
from reference.services.part import Context, NotReadyError, Part, PartError
from reference.services.postgres import Primary, Replica
from reference.services.preload import Preload
from reference.services.redis import Queue, RedisNodes, Sentinels
from reference.services.restore import Backups
from reference.services.seeds import Seeds
from reference.services.simulators import Simulators

__all__ = ["Context", "NotReadyError", "Part", "PartError", "make_parts"]


def make_parts(context: Context) -> dict[str, Part]:
    """All parts by name; the long starters come first."""
    parts: list[Part] = [
        Primary("postgres", context),
        Aws("aws", context),
        Preload("preload", context),
        Simulators("simulators", context),
        RedisNodes("redis", context),
        Sentinels("sentinels", context),
        Queue("queue", context),
        Gateway("gateway", context),
        Edge("edge", context),
        Replica("replica", context),
        Seeds("seeds", context),
        Launch("launch", context),
        Backups("backups", context),
        DataPath("data path", context),
    ]
    for name, product in context.settings.products.items():
        parts += [App(name, instance, context) for instance in product.instances]
    parts += [
        Worker("worker", context),
        Beat("beat", context),
        Controller("controller", context),
        Names("names", context),
        Balanced("balanced", context),
    ]
    return {part.name: part for part in parts}
