"""Judges how tenants are made: one for each request, however it comes, and none for a wrong one. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def one_tenant(how: str, statuses: Sequence[int], there: Sequence[str], made: int = 201) -> list[str]:
    """Return what is wrong where requests were alike: just one tenant may be there, and somebody is told that it is.

    Args:
        statuses: what each request was answered.
        there: the ids of the tenants that are there afterwards.
    """
    found = []
    if len(set(there)) != 1:
        found.append(f"{len(statuses)} requests {how} made {len(set(there))} tenants, want 1")
    if made not in statuses:
        found.append(f"of {len(statuses)} requests {how} none was answered {made}: {sorted(set(statuses))}")
    if broken := sorted({s for s in statuses if s >= 500}):
        found.append(f"requests {how} broke the API: {', '.join(map(str, broken))}")
    return found


def admitted(wrong: Mapping[str, int], there: Sequence[str]) -> list[str]:
    """Return each wrong request that was not refused as the caller's mistake, and the tenants that came of them."""
    found = [
        f"a tenant with {what} is answered {status}, want a refusal (400 to 422)"
        for what, status in wrong.items()
        if status not in (400, 409, 413, 415, 422)
    ]
    return found + ([f"{len(there)} tenants are there that were refused"] if there else [])


def open_to(roles: Mapping[str, Mapping[str, int]], refused: int) -> list[str]:
    """Return each call about tenants that was not refused to a role that is not the platform's.

    Args:
        roles: role to operation to the status it was answered.
    """
    return [
        f"{operation} as {role} is answered {status}, want {refused}"
        for role, calls in roles.items()
        for operation, status in calls.items()
        if status != refused
    ]
