"""Whether scheduled reports ran, and whether each file shows all of its own tenant's rows of its time. Pure."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from fixtures.tenancy.reports import Content, Run


@dataclass(frozen=True)
class Shown:
    """One file beside what should be in it.

    Attributes:
        due: rows that it must show.
        allowed: those that it may show: the same, and some of about its beginning and end.
        owners: whose the rows are that it shows and may not; None for those that are gone.
    """

    tenant: str
    content: Content
    due: Collection[str]
    allowed: Collection[str]
    owners: Mapping[str, str | None]

    @property
    def missing(self) -> list[str]:
        """Rows that it lacks."""
        return sorted(set(self.due) - set(self.content.rows))

    @property
    def foreign(self) -> dict[str, str]:
        """Rows of other tenants, with whose they are."""
        return {row: owner for row, owner in self.owners.items() if owner is not None and owner != self.tenant}

    @property
    def stale(self) -> list[str]:
        """Its own tenant's rows of another time."""
        return sorted(row for row, owner in self.owners.items() if owner == self.tenant)

    @property
    def differences(self) -> int:
        """How much it differs from what it should show; another tenant's rows are counted apart."""
        count = abs(self.content.total - len(self.content.rows))
        return len(self.missing) + len(self.stale) + count


def newest(runs: Sequence[Run]) -> dict[str, Run]:
    """Return each tenant's newest scheduled run."""
    found = dict[str, Run]()
    for run in runs:
        if run.scheduled and (run.tenant not in found or run.at > found[run.tenant].at):
            found[run.tenant] = run
    return found


def ages(readers: Collection[str], last: Mapping[str, Run], now: datetime, every: float) -> dict[str, float | None]:
    """Return for each tenant how long ago its newest run was, in intervals of `every` hours; None: there is none."""
    hours = {tenant: (now - run.at).total_seconds() / 3600 for tenant, run in last.items()}
    return {tenant: round(hours[tenant] / every, 3) if tenant in hours else None for tenant in readers}


def wrong(shown: Shown, of: str, name: str) -> list[str]:
    """Return what is wrong with a file, in words. `of`: which report, `name`: whose it is, as readers know it."""
    said, content = f"{of} of {name}", shown.content
    if content.problem:
        return [f"{said}: {content.problem}. See what the worker says of it"]
    problems = []
    if shown.foreign:
        whose = ", ".join(sorted(set(shown.foreign.values())))
        problems.append(f"{said} shows {len(shown.foreign)} rows of another tenant ({whose}). Whose file is it?")
    if shown.missing:
        told = "is empty and should show" if not content.rows else "lacks"
        problems.append(f"{said} {told} {len(shown.missing)} of {len(shown.due)} rows. Was an older file sent again?")
    if shown.stale:
        problems.append(f"{said} shows {len(shown.stale)} rows from outside its time. Was an older file sent again?")
    if content.total != len(content.rows):
        problems.append(f"{said} tells a total of {content.total} and shows {len(content.rows)} rows")
    return problems
