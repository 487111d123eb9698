"""Waivers: failed or unverified lines that somebody entitled accepts for this release and a while, by a signed record.

A waiver that does not hold changes nothing, and the line's message says why it does not.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from golive.attestation import Record, Records
from golive.catalogue import Catalogue
from golive.results import LineResult, waived
from golive.verdict import Unobservable, Verdict


@dataclass(frozen=True)
class Applied:
    """Results with the waivers that hold, and what is to be said of the others."""

    results: list[LineResult]
    remarks: list[str]
    """Waivers that were not needed, or are about lines that can't be waived; records that can't be read."""


def apply_waivers(
    catalogue: Catalogue, results: Iterable[LineResult], records: Records, *, version: str, commit: str, now: datetime
) -> Applied:
    """Return the results of one product with its waivers. Never raises: what can't be read waives nothing."""
    given = list(results)
    try:
        waivers = [r for r in records.all() if r.said.kind == "waiver"]
        judged = [(r, _problems(catalogue, records, r, version, commit, now)) for r in waivers]
    except Unobservable as error:
        return Applied(given, [f"no waiver holds: {error}"])
    remarks = [f"{r} waives {r.said.line}, which is no line" for r, _ in judged if r.said.line not in catalogue.lines]
    done = []
    for result in given:
        mine = [(r, problems) for r, problems in judged if r.said.line == result.id]
        holding = next((r for r, problems in mine if not problems), None)
        if result.verdict not in (Verdict.FAILED, Verdict.UNVERIFIED):
            remarks += [f"{r} is not needed: {result.id} {result.verdict}" for r, _ in mine]
        elif holding:
            result = waived(result, _by(holding))
        elif mine:
            why = "; ".join(p for _, problems in mine for p in problems)
            result = replace(result, message=f"{result.message} (not waived: {why})")
        done.append(result)
    return Applied(done, remarks)


def _problems(
    catalogue: Catalogue, records: Records, record: Record, version: str, commit: str, now: datetime
) -> list[str]:
    try:
        found = records.problems(record, version=version, commit=commit, now=now)
    except Unobservable as error:
        found = [str(error)]  # this waiver does not hold; others may
    line = catalogue.lines.get(record.said.line)
    if line is not None and not line.waivable:
        found.insert(0, f"{record}: {line.id} can't be waived")
    return found


def _by(record: Record) -> str:
    said = record.said
    return (
        f"{said.person}, {said.role}, until {said.expires:%Y-%m-%d}: {said.statement} "
        f"Meanwhile: {said.mitigation} ({record})"
    )
