"""What the greatest scale-out needs, and how much more the account may have. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

UNITS_PER_CPU = 1024
"""CPU units of ECS in one vCPU."""


@dataclass(frozen=True)
class Scaled:
    """A service at its greatest. `percent`: of the tasks that may run at once while it is deployed."""

    name: str
    most: int
    cpu_units: int
    percent: int
    balanced: bool

    @property
    def at_once(self) -> int:
        """Tasks that run at once at the greatest count in the middle of a deployment."""
        return self.most * self.percent // 100


def vcpus(services: Iterable[Scaled]) -> float:
    """Return the vCPUs of all services at their greatest, each in the middle of a deployment."""
    return sum(s.at_once * s.cpu_units for s in services) / UNITS_PER_CPU


def interfaces(services: Iterable[Scaled], others: int) -> int:
    """Return the network interfaces: one a task, and those of everything else."""
    return sum(s.at_once for s in services) + others


def balanced_targets(services: Iterable[Scaled]) -> int:
    """Return the targets that are registered with the balancer."""
    return sum(s.at_once for s in services if s.balanced)


def headroom(quota: float, need: float) -> float:
    """Return how many times the need fits into the quota; 0 when nothing is needed, which nothing shows."""
    return quota / need if need > 0 else 0.0


def maximum_percent(settings: Mapping[str, Any]) -> int:
    """Return `maximumPercent` of a deployment configuration; AWS takes 200 by default."""
    return int(settings.get("maximumPercent") or 200)
