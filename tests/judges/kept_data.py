"""What became of things that were marked at launch. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from golive.catalogue import Line


def kept_problems(line: Line, of: object, marked: Mapping[str, str | None], strays: Sequence[str]) -> list[str | None]:
    """Return what is wrong.

    Args:
        marked: each marked thing to `same`, `altered`, or None where it is gone.
        strays: a sentence for each thing of one store that another store contradicts.
    """
    lost = [name for name, state in marked.items() if state is None]
    altered = [name for name, state in marked.items() if state not in (None, "same")]
    return [
        line.limit("lost").problem(len(lost), of=of, hint=f"Gone: {_some(lost)}. Restore it from a backup"),
        line.limit("altered").problem(len(altered), of=of, hint=f"Not as at launch: {_some(altered)}"),
        line.limit("unreconciled").problem(len(strays), of=of, hint=_some(strays)),
    ]


def _some(names: Sequence[str]) -> str:
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return "; ".join(names[:5]) + more
