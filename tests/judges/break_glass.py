"""Judges emergency access: what is written, who may take its role, whether a drill really happened. Pure."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

WHO = "who may use it"
PARTS = {
    WHO: ("who", "people", "contacts"),
    "how to get in": ("how", "steps", "procedure", "access"),
    "whose approval it needs": ("approv",),
    "when it ends": ("expir", "end", "duration"),
    "the review after it": ("after", "review"),
}
"""What the page must say, to pieces of its headings."""
_ROLE = re.compile(r"arn:aws[\w-]*:iam::\d{12}:role/[\w+=,.@/-]+\w")
_NEAR = timedelta(minutes=2)


def roles_in(text: str) -> list[str]:
    """Return the ARNs of roles that a text names."""
    return list(dict.fromkeys(_ROLE.findall(text)))


def people_in(tables: Iterable[Sequence[Mapping[str, str]]]) -> list[str]:
    """Return the names in the tables that have a column for them."""
    found = []
    for rows in tables:
        for row in rows:
            cell = next((c for head, c in row.items() if head in ("name", "person", "who", "contact")), "")
            found += [cell.strip()] if cell.strip() else []
    return list(dict.fromkeys(found))


def asks_for_second_factor(trust: Mapping[str, Any]) -> bool:
    """Return whether each statement that lets somebody take a role asks for a second factor."""
    listed = trust.get("Statement", [])
    allowing = [s for s in ([listed] if isinstance(listed, Mapping) else listed) if s.get("Effect") == "Allow"]
    return bool(allowing) and all(_asks(s.get("Condition") or {}) for s in allowing)


def _asks(condition: Mapping[str, Any]) -> bool:
    told = {k.lower(): str(v).lower() for k, v in (condition.get("Bool") or {}).items()}
    # BoolIfExists lets in whose request does not carry the key at all.
    return told.get("aws:multifactorauthpresent") == "true"


def event_problems(event: Mapping[str, Any] | None, role: str, taken: datetime) -> list[str]:
    """Return why a CloudTrail event does not show that the role was taken then. None: there is no such event."""
    if event is None:
        return ["CloudTrail has no such event"]
    read = json.loads(str(event.get("CloudTrailEvent") or "{}"))
    said = (read.get("requestParameters") or {}).get("roleArn")
    problems = []
    if read.get("eventName") != "AssumeRole" or said != role:
        problems.append(f"the event is {read.get('eventName')} of {said or 'nothing'}")
    if read.get("errorCode"):
        problems.append(f"the attempt was refused ({read['errorCode']})")
    if abs(event["EventTime"] - taken) > _NEAR:
        problems.append(
            f"the event is of {event['EventTime']:%Y-%m-%d %H:%M}Z, the record says {taken:%Y-%m-%d %H:%M}Z"
        )
    return problems
