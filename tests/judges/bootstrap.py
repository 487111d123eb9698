"""Says in what a server's roles and privileges differ from what was declared. Pure: declared and live in, words out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

Privilege = tuple[str, str, str, str, str]
_KINDS = {"r": "tables", "S": "sequences", "f": "functions"}


def role_differences(declared: Mapping[str, Mapping[str, bool]], live: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the declared roles that are missing or have another attribute than stated."""
    found: list[str] = []
    for role, attributes in declared.items():
        if role not in live:
            found.append(f"role {role} does not exist")
            continue
        for name, wanted in attributes.items():
            if live[role].get(name) != wanted:
                found.append(f"role {role} has {name} {_on(live[role].get(name))}, declared is {_on(wanted)}")
    return found


def limit_differences(declared: Mapping[str, int], live: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the roles whose limit of connections is not the stated one."""
    return [
        f"role {role} may hold {live[role]['connections']} connections, declared are {wanted}"
        for role, wanted in declared.items()
        if role in live and live[role]["connections"] != wanted
    ]


def membership_differences(
    declared: Iterable[tuple[str, str]], live: Iterable[tuple[str, str]], roles: Iterable[str]
) -> list[str]:
    """Return memberships of the known `roles` that are missing or that nothing declares."""
    wanted, there, known = set(declared), set(live), set(roles)
    found = [f"role {member} is not a member of {role}" for member, role in sorted(wanted - there)]
    more = sorted((m, r) for m, r in there - wanted if m in known)
    return found + [f"role {member} is a member of {role}, which nothing declares" for member, role in more]


def escalations(role: str, owner: str, reached: Iterable[str], live: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Return the roles by which the application's role escapes row security: SET ROLE needs membership alone."""
    found: list[str] = []
    for other in sorted(reached):
        traits = live.get(other, {})
        if other == owner:
            found.append(f"role {role} can become {owner}, which owns the tables, by SET ROLE. Revoke the membership")
        elif traits.get("superuser") or traits.get("bypassrls"):
            found.append(f"role {role} can become {other}, which no row security binds. Revoke the membership")
    return found


def setting_differences(declared: Mapping[str, Mapping[str, str]], live: Mapping[str, Mapping[str, str]]) -> list[str]:
    """Return the settings of roles' sessions that are not as stated, by their names in lower case."""
    return [
        f"role {role} has {name} = {live.get(role, {}).get(name, 'unset')}, declared is {value}"
        for role, settings in declared.items()
        for name, value in settings.items()
        if live.get(role, {}).get(name) != value
    ]


def default_differences(
    declared: Iterable[Privilege], live: Iterable[Privilege], closed_functions: Iterable[str], schema: str
) -> list[str]:
    """Return the rights that tables of the next migration would lack, or give to somebody that nothing declares."""
    wanted, there = set(declared), set(live)
    owners = {p[0] for p in wanted}
    found = [f"{_future(p)} will not give {p[4]} to {p[3]}" for p in sorted(wanted - there)]
    more = [p for p in there - wanted if p[0] in owners and p[1] in ("", schema) and p[3] != p[0]]
    found += [f"{_future(p)} will give {p[4]} to {p[3]}, which nothing declares" for p in sorted(more)]
    for owner in sorted(closed_functions):
        # The entry exists only where the usual right of everybody was taken away (or more was given).
        own = {p for p in there if p[0] == owner and p[1] == "" and p[2] == "f"}
        if not own or any(p[3] == "public" for p in own):
            found.append(f"new functions of {owner} will be executable by everybody")
    return found


def _future(privilege: Privilege) -> str:
    return f"new {_KINDS.get(privilege[2], 'objects')} of {privilege[0]}"


def schema_differences(name: str, live: Mapping[str, Any], owner: str, closed: bool) -> list[str]:
    """Return what is wrong with who owns a schema and what everybody may do in it."""
    found: list[str] = []
    if live["owner"] != owner:
        found.append(f"schema {name} belongs to {live['owner'] or 'nobody, it does not exist'}, declared is {owner}")
    open_to_all = sorted(set(live["public"]) - (set() if closed else {"USAGE"}))
    if open_to_all:
        found.append(f"everybody (PUBLIC) has {', '.join(open_to_all)} on schema {name}. Revoke it")
    return found


def extension_differences(declared: Iterable[str], live: Mapping[str, str]) -> list[str]:
    """Return the declared extensions that are not installed."""
    return [f"extension {name} is not installed" for name in sorted(declared) if name not in live]


def _on(value: object) -> str:
    return {True: "on", False: "off"}.get(value, "unknown") if isinstance(value, bool) else "unknown"
