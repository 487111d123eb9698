"""The accounts of a deployment that exist for verification: who they are and which marker each owner's rows carry.

Identifiers are derived from names, so they are the same in every deployment; passwords and keys are not in here.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from uuid import NAMESPACE_URL, UUID, uuid5

VOICES = ("21m00Tcm4TlvDq8ikWAM", "EXAVITQu4vr4xnSDxMaL", "pNInz6obpgDQGcFmaJgB")
OWN_VOICE = "c3SeiketsuAgentVoice"
"""Cloned for one tenant."""
ROLES = ("org_admin", "manager", "agent", "viewer")


def stable_id(product: str, *parts: str) -> UUID:
    return uuid5(NAMESPACE_URL, "/".join((product, *parts)))


@dataclass(frozen=True)
class User:
    """An account. `secret` names its password: `settings.secret(user.secret)`."""

    product: str
    name: str
    email: str
    role: str

    @property
    def id(self) -> UUID:
        return stable_id(self.product, "user", self.email)

    @property
    def secret(self) -> str:
        return f"{self.product}/identity/{self.name}"


@dataclass(frozen=True)
class Organization:
    """A tenant of Seiketsu. Every row planted for it holds `marker`."""

    slug: str
    name: str
    city: str
    voice_id: str

    @property
    def id(self) -> UUID:
        return stable_id("seiketsu", "organization", self.slug)

    @property
    def marker(self) -> str:
        return f"CANARY-{self.slug.removeprefix('canary-')}"

    @property
    def users(self) -> list[User]:
        return [User("seiketsu", f"{self.slug}-{role}", f"{role}@{self.slug}.example", role) for role in ROLES]

    def row_id(self, table: str, number: int = 1) -> UUID:
        return stable_id("seiketsu", self.slug, table, str(number))


def kept_file(user: User) -> str:
    """The key of what a user of AuraStudio keeps in the bucket, as its row names it."""
    return f"users/{user.id}/{marker(user)}.wav"


AURASTUDIO_USERS = (
    User("aurastudio", "alice", "alice@canary.example", "pro"),
    User("aurastudio", "bruno", "bruno@canary.example", "pro"),
    User("aurastudio", "carla", "carla@canary.example", "free"),
)
ORGANIZATIONS = (
    Organization("canary-amber", "Amber Realty", "Austin", VOICES[0]),
    Organization("canary-birch", "Birch Homes", "Denver", VOICES[1]),
    Organization("canary-cedar", "Cedar Estates", "Seattle", OWN_VOICE),
)
SMALL = Organization("canary-dune", "Dune Rooms", "Phoenix", VOICES[0])
"""Of the smallest plan, with one user and a voice, who is only there to use up a quota of requests."""
SMALL_USER = next(user for user in SMALL.users if user.role == "manager")
INCIDENT_DAYS, INCIDENT_CALLS = 5, {"canary-birch": 7, "canary-dune": 2}
"""How long ago there was an incident, three hours aside, and whose calls failed in it: tenants of different plans."""
PLATFORM = Organization("platform", "Seiketsu Platform", "Remote", VOICES[0])
SUPER_ADMIN = User("seiketsu", "platform-super_admin", "super_admin@platform.example", "super_admin")
ADMINISTRATOR = User("seiketsu", "platform-administrator", "administrator@platform.example", "super_admin")
"""A person, so with a second factor; the one before is a machine's account."""


def second_factor(secret: str) -> str:
    """The seed of somebody's codes, as authenticators take it, from any secret of twenty characters or more."""
    return base64.b32encode(secret.encode()[:20]).decode()


def marker(user: User) -> str:
    return f"CANARY-{user.name}"
