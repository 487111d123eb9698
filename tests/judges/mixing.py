"""Judges whether what one tenant reaches, or a store keeps for it, holds anything of another's. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from fixtures.tenancy.cached import Kept
from fixtures.tenancy.owned import Setting
from fixtures.tenancy.reach import Reached, Total


def mixed(reached: Sequence[Reached]) -> list[str]:
    """Return each way by which a tenant was given something of another's."""
    return [f"{r.tenant} is given {', '.join(r.foreign)} by {r.way}" for r in reached if r.foreign]


def lost(reached: Sequence[Reached]) -> list[str]:
    """Return each way by which a tenant does not find its own, so that it finds nobody else's shows nothing."""
    return [
        f"{r.tenant} does not find its own marker by {r.way} ({r.status})" for r in reached if r.finds and not r.own
    ]


def miscounted(totals: Sequence[Total]) -> list[str]:
    """Return each total that counts something else than the tenant's own."""
    return [
        f"{t.tenant} is told {t.told} by {t.operation} and has {t.has}: the total counts what is not its own"
        if t.told > t.has
        else f"{t.tenant} is told {t.told} by {t.operation} and has {t.has}: its own are hidden from it"
        for t in totals
        if t.told != t.has
    ]


def misapplied(settings: Sequence[Setting]) -> list[str]:
    """Return each setting of a tenant that it is told otherwise than it stands, or that stands nowhere."""
    return [
        f"{s.tenant} is told {', '.join(s.told) or 'nothing'} as {s.field} by {s.operation}, "
        f"and {', '.join(s.stands) or 'nothing'} stands in its rows"
        for s in settings
        if s.told != s.stands or not s.stands
    ]


def kept_wrong(keys: Sequence[Kept], known: Collection[str]) -> list[str]:
    """Return families of keys that nobody has described, and keys whose value holds what is another's.

    Args:
        known: the families that the target describes; empty: none are judged.
    """
    strange = sorted({_shown(k.name) for k in keys if not k.family}) if known else []
    return [f"keys like {name} are in no family of [tenancy.keys]: whose are they?" for name in strange] + [
        f"the key {_shown(k.name)} ({k.family}) of {k.tenant or 'nobody'} holds {', '.join(k.foreign)}"
        for k in keys
        if k.foreign
    ]


def _shown(name: str) -> str:
    return ":".join(name.split(":")[:2])
