"""Whether what is to be released is what was tried in staging."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

_FIXED = re.compile(r"^=?\s*\d+(\.\d+)*$")
_REVISION = re.compile(r"[?&]ref=([0-9a-f]{40}|v?\d+(\.\d+)+)$")


class Apply(Protocol):
    """See fixtures.terraform.staging."""

    @property
    def job(self) -> str: ...
    @property
    def conclusion(self) -> str: ...
    @property
    def commit(self) -> str: ...
    @property
    def finished(self) -> datetime: ...
    @property
    def tree(self) -> str | None: ...
    @property
    def pending(self) -> int | None: ...


@dataclass(frozen=True)
class Tried:
    """The apply that tried a module's very code, or why there is none."""

    apply: Apply | None
    why: str = ""


def tried(applies: Sequence[Apply], tree: str) -> Tried:
    """Choose the newest apply of this tree; it must have succeeded. What staging had before and after is no matter."""
    if not applies:
        return Tried(None, "was not applied in staging")
    same = [apply for apply in applies if apply.tree == tree]
    newest = max(same or applies, key=lambda apply: apply.finished)
    if not same:
        code = f"tree {newest.tree[:12]}" if newest.tree else "without its folder"
        return Tried(None, f"was applied in staging from other code ({code} at {newest.commit[:7]}), not {tree[:12]}")
    if newest.conclusion != "success":
        return Tried(None, f"its newest apply in staging ended with {newest.conclusion}")
    return Tried(newest)


def loose(source: str, version: str) -> bool:
    """Whether a module from elsewhere may change without a change of our code."""
    return not (_FIXED.match(version) or _REVISION.search(source))
