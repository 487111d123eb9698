"""Judges the audit trail: who changed the deployment, and what the recorder leaves out. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

SOURCES = frozenset(
    f"{service}.amazonaws.com"
    for service in (
        "ecs",
        "rds",
        "elasticache",
        "elasticloadbalancing",
        "application-autoscaling",
        "codedeploy",
        "iam",
        "ec2",
    )
)
"""The services in which a release and the infrastructure of it are changed."""
CHANGES_NOTHING = ("GenerateCredentialReport", "GenerateServiceLastAccessedDetails")
"""What the trail does not call a read, and IAM itself does: an answer is worked out, and fetched later."""
MUST_RECORD = ("AWS::IAM::Role", "AWS::IAM::Policy", "AWS::RDS::DBInstance", "AWS::EC2::SecurityGroup")
_ROLE = re.compile(r":(?:assumed-role|role)/(?:.*/)?(?P<role>[^/]+?)(?:/[^/]+)?$")
_SESSION = re.compile(r":assumed-role/(?P<role>[^/]+)/")


@dataclass(frozen=True)
class Deed:
    """One change that the trail shows. `actor` is an ARN, `things` are the names that the event speaks of."""

    name: str
    source: str
    at: datetime
    actor: str
    things: tuple[str, ...]
    by_aws: bool
    failed: bool

    def __str__(self) -> str:
        what = f" of {self.things[0]}" if self.things else ""
        return f"{self.name}{what} at {self.at:%d %b %H:%M}Z by {self.actor.rpartition(':')[2] or 'unknown'}"


def deed_of(event: Mapping[str, Any]) -> Deed:
    """Return an event of `Trail.changes` as a deed."""
    detail = event.get("detail") or {}
    identity = detail.get("userIdentity") or {}
    parameters = detail.get("requestParameters") or {}
    named = [str(r.get("ResourceName")) for r in event.get("Resources", []) if r.get("ResourceName")]
    named += [str(v) for v in parameters.values() if isinstance(v, str)]
    by_aws = (
        identity.get("type") == "AWSService"
        or bool(identity.get("invokedBy"))
        or "/aws-service-role/" in event["actor"]
    )
    return Deed(
        name=str(event.get("EventName", "")),
        source=str(event.get("EventSource") or detail.get("eventSource", "")),
        at=event["EventTime"],
        actor=str(event["actor"]),
        things=tuple(dict.fromkeys(named)),
        by_aws=by_aws,
        failed=bool(detail.get("errorCode")),
    )


def role_of(actor: str) -> str:
    """Return the role behind an ARN, empty for a user or anything else."""
    found = _SESSION.search(actor) or _ROLE.search(actor)
    return found["role"] if found else ""


def is_own_drill(deed: Deed, actors: Iterable[str], drills: Iterable[str], prefix: str) -> bool:
    """Return whether a deed is one of the suite's own: by its principals, and of a drill's kind or about what it made.

    Args:
        actors: names of the users and roles that the suite acts as.
        drills: names of the events by which drills change what is there, and undo it.
        prefix: of all that the suite makes.
    """
    actor = role_of(deed.actor) or deed.actor.rpartition("/")[2]
    return actor in set(actors) and (deed.name in set(drills) or any(t.startswith(prefix) for t in deed.things))


def foreign_deeds(deeds: Iterable[Deed], allowed: Iterable[str]) -> list[Deed]:
    """Return the changes that neither the allowed roles nor AWS itself made. Refused attempts changed nothing."""
    roles = set(allowed)
    done = (d for d in deeds if d.source in SOURCES and d.name not in CHANGES_NOTHING)
    changes = (d for d in done if not d.failed and not d.by_aws)
    return [d for d in changes if role_of(d.actor) not in roles]


def minutes_to_event(deeds: Iterable[Deed], thing: str, begun: datetime) -> float | None:
    """Return the minutes between a deployment of `thing` and the nearest event of one, None without one."""
    gaps = [
        abs(deed.at - begun) / timedelta(minutes=1)
        for deed in deeds
        if deed.name in ("UpdateService", "CreateService", "CreateDeployment")
        and any(_same(thing, t) for t in deed.things)
    ]
    return min(gaps, default=None)


def unrecorded_types(group: Mapping[str, Any]) -> list[str]:
    """Return the types that must be recorded and that a recorder's `recordingGroup` leaves out."""
    strategy = (group.get("recordingStrategy") or {}).get("useOnly", "")
    excluded = set((group.get("exclusionByResourceTypes") or {}).get("resourceTypes", []))
    listed: Sequence[str] = group.get("resourceTypes") or []
    if strategy == "EXCLUSION_BY_RESOURCE_TYPES":
        return [t for t in MUST_RECORD if t in excluded]
    if group.get("allSupported"):
        everything = group.get("includeGlobalResourceTypes", False)
        return [] if everything else [t for t in MUST_RECORD if t.startswith("AWS::IAM::")]
    return [t for t in MUST_RECORD if t not in listed]


def _same(name: str, thing: str) -> bool:
    return thing == name or thing.endswith(f"/{name}")
