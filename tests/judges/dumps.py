"""Says in what two databases differ, definition by definition. Pure."""

from __future__ import annotations

from collections.abc import Collection

from fixtures.postgres.dump import Dump

_SHOWN = 160
_MINOR = {"column", "constraint", "index", "policy", "trigger", "definition of view", "privileges on"}
"""What a relation that is missing altogether is not said to lack besides."""


def differences(expected: Dump, live: Dump, schemas: Collection[str]) -> list[str]:
    """Return what is missing, otherwise, or in no migration.

    Args:
        expected: what the migrations make of an empty database.
        schemas: those that are the product's; what else a live database holds in others is not compared.
    """
    missing = [key for key in expected if key not in live]
    stray = [key for key in live if key not in expected and _ours(key, schemas)]
    gone = {name for kind, name in missing if kind == "relation"}
    more = {name for kind, name in stray if kind == "relation"}
    found = [f"{kind} {name} does not exist" for kind, name in missing if not _part_of(kind, name, gone)]
    found += [f"{kind} {name} is in no migration" for kind, name in stray if not _part_of(kind, name, more)]
    for key in expected:
        if key in live and live[key] != expected[key]:
            there, wanted = _around(live[key], expected[key])
            found.append(f"{key[0]} {key[1]} is {there}, the migrations make {wanted}")
    return found


def _ours(key: tuple[str, str], schemas: Collection[str]) -> bool:
    kind, name = key
    if kind in ("schema", "extension"):
        return False
    return kind == "publication" or name.split(".")[0] in schemas


def _part_of(kind: str, name: str, relations: Collection[str]) -> bool:
    return kind in _MINOR and any(name == r or name.startswith((f"{r}.", f"{r} to ")) for r in relations)


def _around(one: str, other: str) -> tuple[str, str]:
    """Both texts, or what is around their first difference when they are long."""
    if max(len(one), len(other)) <= _SHOWN:
        return one, other
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    start = max(0, same - _SHOWN // 2)
    return tuple(f"...{text[start : start + _SHOWN]}..." for text in (one, other))  # type: ignore[return-value]
