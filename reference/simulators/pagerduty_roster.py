"""Who is on call when: people, weekly rotations, escalation policies and services of both products."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

WEEK = timedelta(weeks=1)
# Hand-over is on Monday morning.
FIRST_HANDOVER = datetime(2026, 1, 5, 9, tzinfo=UTC)
ESCALATION_MINUTES = 5.0


def identifier(*parts: str) -> str:
    """An id as this provider's look: P and 13 characters."""
    return "P" + hashlib.sha256("/".join(parts).encode()).hexdigest().upper()[:13]


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True)
class Person:
    name: str
    title: str
    product: str

    @property
    def id(self) -> str:
        return identifier("user", self.name)

    @property
    def email(self) -> str:
        return f"{self.name.lower().replace(' ', '.')}@{self.product}.example"

    @property
    def phone(self) -> str:
        return f"555{int(self.id[1:8], 16) % 10_000_000:07d}"


@dataclass(frozen=True)
class Schedule:
    """A weekly rotation: `people` take over one after the other, `offset` weeks shifted."""

    name: str
    people: tuple[Person, ...]
    offset: int

    @property
    def id(self) -> str:
        return identifier("schedule", self.name)

    def shifts(self, since: datetime, until: datetime) -> Iterator[tuple[datetime, datetime, Person]]:
        """(start, end, person), without a gap from `since` to `until`."""
        week = (since - FIRST_HANDOVER) // WEEK
        while (start := FIRST_HANDOVER + week * WEEK) < until:
            yield max(start, since), min(start + WEEK, until), self.people[(week + self.offset) % len(self.people)]
            week += 1


@dataclass(frozen=True)
class Policy:
    """Levels in order: the primary's schedule, the secondary's schedule, the manager."""

    name: str
    levels: tuple[Schedule | Person, ...]

    @property
    def id(self) -> str:
        return identifier("policy", self.name)


@dataclass(frozen=True)
class Service:
    name: str
    product: str
    policy: Policy

    @property
    def id(self) -> str:
        return identifier("service", self.name)

    @property
    def routing_key(self) -> str:
        """What senders of events address the service by."""
        return hashlib.sha256(f"routing {self.name}".encode()).hexdigest()[:32]


_ENGINEER, _MANAGER = "Site reliability engineer", "Engineering manager"
_STAFF = {
    "aurastudio": ("Mira Okafor", "Jonas Lindqvist", "Priya Raman", "Tomas Novak"),
    "seiketsu": (
        "Aiko Tanaka",
        "Ben Carver",
        "Chloe Martin",
        "Diego Reyes",
        "Elif Aydin",
        "Farah Haddad",
        "Gus Petersen",
        "Hana Kim",
        "Ivo Marek",
        "Jana Weiss",
    ),
}
_MANAGERS = {"aurastudio": "Sofia Bianchi", "seiketsu": "Kenji Mori"}
_TITLES = {"aurastudio": "AuraStudio", "seiketsu": "Seiketsu"}
_AREAS = {"aurastudio": ("",), "seiketsu": ("backend", "frontend", "voice", "infrastructure", "data")}


@dataclass
class Roster:
    """Everything there is before faults."""

    people: list[Person] = field(default_factory=list)
    schedules: list[Schedule] = field(default_factory=list)
    policies: list[Policy] = field(default_factory=list)
    services: list[Service] = field(default_factory=list)

    @classmethod
    def of(cls, products: list[str]) -> Roster:
        roster = cls()
        for product in products:
            roster._add(product)
        return roster

    def _add(self, product: str) -> None:
        staff = tuple(Person(name, _ENGINEER, product) for name in _STAFF[product])
        manager = Person(_MANAGERS[product], _MANAGER, product)
        self.people += [*staff, manager]
        for number, area in enumerate(_AREAS[product]):
            name = f"{_TITLES[product]} {area}".strip()
            primary = Schedule(f"{name} on call", staff, number)
            secondary = Schedule(f"{name} on call, secondary", staff, number + len(staff) // 2)
            policy = Policy(f"{name} escalation", (primary, secondary, manager))
            self.schedules += [primary, secondary]
            self.policies.append(policy)
            if number == 0:
                self.services.append(Service(f"{_TITLES[product]} production", product, policy))
            if area:
                self.services.append(Service(f"{name} production", product, policy))
