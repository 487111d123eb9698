"""The registry of faults: named ways to break the deployment, each the proof that checks can fail.

A fault is a generator over the deployment: it breaks, yields, heals. It lives in any module of this package:

    @fault(
        name="aura-project-delete-ignores-owner",
        breaks="any user can delete any project",
        fails=["AURA-4.2.1"],
        message=r"deleted the project of another user",
        touches={"app:aurastudio"},
    )
    def project_delete_ignores_owner(deployment: Deployment) -> Iterator[None]:
        deployment.behave("aurastudio", {"delete_ignores_owner": True})
        yield
        deployment.behave("aurastudio", {"delete_ignores_owner": False})

Faults whose `touches` do not meet can be active together; `*` touches everything.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reference.deployment import Deployment

Function = Callable[["Deployment"], Iterator[None]]


@dataclass(frozen=True)
class Fault:
    """`fails`: ids of the lines that must turn to failed. `messages`: for each a pattern that its message matches."""

    name: str
    breaks: str
    fails: tuple[str, ...]
    messages: Mapping[str, str]
    touches: frozenset[str]
    hard: bool
    function: Function
    module: str

    def enter(self, deployment: Deployment) -> AbstractContextManager[None]:
        """Breaks when entered, heals when left."""
        return contextmanager(self.function)(deployment)

    def as_json(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "breaks": self.breaks,
            "fails": list(self.fails),
            "messages": dict(self.messages),
            "touches": sorted(self.touches),
            "hard": self.hard,
            "module": self.module,
        }


_FAULTS: dict[str, Fault] = {}


def fault(
    *,
    name: str,
    breaks: str,
    fails: Iterable[str],
    message: str | Mapping[str, str],
    touches: Iterable[str],
    hard: bool = False,
) -> Callable[[Function], Function]:
    """Register a generator function as a fault. `message`: one pattern for all lines, or one for each id.

    Raises ValueError for what would make the proof void: a name given twice, no lines, a line without a pattern,
    a pattern that matches everything, nothing touched.
    """
    lines = (fails,) if isinstance(fails, str) else tuple(fails)
    messages = dict.fromkeys(lines, message) if isinstance(message, str) else dict(message)
    touched = frozenset((touches,) if isinstance(touches, str) else touches)
    problem = _problem(name, lines, messages, touched)
    if problem:
        raise ValueError(f"fault {name!r}: {problem}")

    def register(function: Function) -> Function:
        present = _FAULTS.get(name)
        if present and (present.module, present.function.__qualname__) != (function.__module__, function.__qualname__):
            raise ValueError(f"fault {name!r} is in {present.module} and in {function.__module__}")
        _FAULTS[name] = Fault(name, breaks, lines, messages, touched, hard, function, function.__module__)
        return function

    return register


def _problem(name: str, lines: tuple[str, ...], messages: Mapping[str, str], touched: frozenset[str]) -> str | None:
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name):
        return "a name is lower-case words with dashes"
    if not lines or not touched:
        return "names no line that fails" if not lines else "names nothing that it touches, such as 'aws:ecs'"
    if len(set(lines)) != len(lines):
        return "names a line twice"
    if set(messages) != set(lines):
        return f"lines and messages differ: {', '.join(sorted(set(messages) ^ set(lines)))}"
    for line, pattern in messages.items():
        try:
            if re.search(pattern, ""):
                return f"the pattern for {line} matches any message: {pattern!r}"
        except re.error as error:
            return f"the pattern for {line} is not a regular expression: {error}"
    return None


def load_faults() -> dict[str, Fault]:
    """Import every module of this package; all faults by name. Import errors are the author's to see."""
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        importlib.import_module(f"{__name__}.{module.name}")
    return dict(sorted(_FAULTS.items()))
