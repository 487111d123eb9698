"""Attributes that moto does not keep or lets nobody set, laid over its answers.

An amendment names things by where they stand in an answer: `kind` is the member that holds them (`DBInstances`,
`tasks`, `TargetHealthDescriptions`; empty for the answer itself), `where` picks among them by attribute, and `set`
gives attributes, both as dotted paths (`Target.Port`, `containers.0.imageDigest`). A value null removes the attribute.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from reference.aws.calls import Call
from reference.aws.moments import resolved

_numbers = itertools.count(1)


@dataclass(frozen=True)
class Amendment:
    """`region` and `operation` empty mean any. Later amendments win."""

    account: str
    service: str
    kind: str
    set: Mapping[str, Any]
    where: Mapping[str, Any] = field(default_factory=dict)
    region: str = ""
    operation: str = ""
    id: int = field(default_factory=lambda: next(_numbers))

    def concerns(self, call: Call) -> bool:
        return (
            self.service == call.service
            and self.account == call.account
            and self.region in ("", call.region)
            and self.operation in ("", call.operation)
        )

    def apply(self, answer: dict[str, Any]) -> None:
        """Change the things of this kind in `answer`, in place."""
        for thing in [answer] if not self.kind else list(_things(answer, self.kind)):
            if all(_same(get_path(thing, path), value) for path, value in self.where.items()):
                for path, value in resolved(self.set).items():
                    set_path(thing, path, value)

    def described(self) -> dict[str, Any]:
        return asdict(self)


def get_path(thing: Any, path: str) -> Any:
    """The value at a dotted path, None if there is none."""
    for part in path.split("."):
        if isinstance(thing, list):
            thing = thing[int(part)] if part.isdigit() and int(part) < len(thing) else None
        elif isinstance(thing, Mapping):
            thing = thing.get(part)
        else:
            return None
    return thing


def set_path(thing: Any, path: str, value: Any) -> None:
    """Set (or with None remove) the value at a dotted path; makes the structures in between."""
    *parents, last = path.split(".")
    for part in parents:
        if isinstance(thing, list):
            if int(part) >= len(thing):
                return
            thing = thing[int(part)]
        else:
            thing = thing.setdefault(part, {})
    if isinstance(thing, list):
        thing[int(last)] = value
    elif value is None:
        thing.pop(last, None)
    else:
        thing[last] = value


def _same(found: Any, wanted: Any) -> bool:
    return bool(found == wanted) or (
        isinstance(found, int) and not isinstance(found, bool) and str(found) == str(wanted)
    )


def _things(answer: Any, kind: str) -> Iterator[dict[str, Any]]:
    if isinstance(answer, dict):
        for key, value in answer.items():
            if key == kind:
                yield from (item for item in (value if isinstance(value, list) else [value]) if isinstance(item, dict))
            yield from _things(value, kind)
    elif isinstance(answer, list):
        for item in answer:
            yield from _things(item, kind)
