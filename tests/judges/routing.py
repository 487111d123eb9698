"""Where a load balancer's rules send a request. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any


@dataclass(frozen=True)
class Request:
    """A request as the rules see it."""

    host: str
    path: str
    method: str = "GET"


def forwards_to(rules: Sequence[Mapping[str, Any]], request: Request) -> str:
    """Return the ARN of the target group that the first rule which matches forwards to; else what it does, as a word.

    A rule that forwards to several groups gives the one of the greatest weight. A rule with a condition on headers,
    query or source is passed over: an ordinary request of a client does not meet it.
    """
    for rule in sorted(rules, key=_priority):
        if all(_meets(condition, request) for condition in rule.get("Conditions", [])):
            return _does(rule.get("Actions", []))
    return "no rule"


def _priority(rule: Mapping[str, Any]) -> float:
    priority = str(rule.get("Priority", "default"))
    return float(priority) if priority.isdigit() else float("inf")


def _meets(condition: Mapping[str, Any], request: Request) -> bool:
    """`*` and `?` are wildcards; hosts are compared without case. Source: AWS, Listener rules."""
    field = condition.get("Field")
    if field == "path-pattern":
        return any(fnmatchcase(request.path, _plain(v)) for v in _values(condition, "PathPatternConfig"))
    if field == "host-header":
        values = _values(condition, "HostHeaderConfig")
        return any(fnmatchcase(request.host.lower(), _plain(v).lower()) for v in values)
    if field == "http-request-method":
        return request.method in _values(condition, "HttpRequestMethodConfig")
    return False


def _values(condition: Mapping[str, Any], key: str) -> list[str]:
    return list((condition.get(key) or {}).get("Values") or condition.get("Values") or [])


def _plain(pattern: str) -> str:
    """For AWS a bracket is itself; for fnmatch it is not."""
    return pattern.replace("[", "[[]")


def _does(actions: Sequence[Mapping[str, Any]]) -> str:
    for action in sorted(actions, key=lambda a: int(a.get("Order") or 0)):
        if action.get("Type") == "forward":
            groups = (action.get("ForwardConfig") or {}).get("TargetGroups") or []
            weighed = sorted(groups, key=lambda g: int(g.get("Weight") or 0))
            return str(action.get("TargetGroupArn") or (weighed[-1]["TargetGroupArn"] if weighed else "nothing"))
        if action.get("Type") in ("redirect", "fixed-response"):
            return str(action["Type"])
    return "nothing"
