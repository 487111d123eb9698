"""Sign-offs at the gate: those that a run found to hold are looked at again, since days may lie between."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from fnmatch import fnmatchcase

from golive.attestation import Kind, Records, Role
from golive.catalogue import Catalogue
from golive.redaction import redact
from golive.results import LineResult
from golive.sign_offs import overtaken
from golive.target import ProductTarget
from golive.verdict import Unobservable, Verdict


def with_sign_offs(
    catalogue: Catalogue,
    results: Iterable[LineResult],
    target: ProductTarget,
    failures: Callable[[datetime], Mapping[str, datetime]],
    now: datetime,
) -> list[LineResult]:
    """Return one product's results; a sign-off that was valid and does not hold any more failed.

    Args:
        failures: from a moment on, line id to when it failed last.
    """
    return [
        _looked_at(catalogue, r, target, failures, now) if r.verdict is Verdict.PASSED and catalogue[r.id].covers else r
        for r in results
    ]


def _looked_at(
    catalogue: Catalogue,
    result: LineResult,
    target: ProductTarget,
    failures: Callable[[datetime], Mapping[str, datetime]],
    now: datetime,
) -> LineResult:
    if target.attestations is None:
        return replace(result, verdict=Verdict.UNVERIFIED, message="the target names no records any more")
    records, release = Records.kept(target.attestations), target.release
    try:
        problems = records.broken(result.id)
        given = [] if problems else records.of(result.id, "sign-off")
        newest = {r.said.role: r for r in reversed(given)}
        for record in newest.values():
            problems += records.problems(record, version=release.version, commit=release.commit, now=now)
            said = record.said
            late = overtaken(catalogue, catalogue[result.id], said.date, said.accepts, failures(said.date))
            problems += [f"{record}: {late}"] * bool(late)
    except Unobservable as error:
        return replace(result, verdict=Verdict.UNVERIFIED, message=redact(str(error)))
    if not given and not problems:
        problems = [f"{records} hold no sign-off of {result.id} any more"]
    return replace(result, verdict=Verdict.FAILED, message=redact("; ".join(problems))) if problems else result


def ways_out(catalogue: Catalogue, products: Mapping[str, ProductTarget]) -> dict[str, str]:
    """Return line id to who can do something about it when it blocks: sign it off, state it, waive it, or nobody."""
    found: dict[str, str] = {}
    for name, target in products.items():
        roles = _roles(target)
        for line in catalogue.items(name):
            if not line.checked:
                continue
            if line.covers:
                found[line.id] = f"to be signed off by {_who(roles, line.id, 'sign-off') or 'a role of roles.toml'}"
            elif not line.waivable:
                found[line.id] = "can't be waived, must pass"
            elif who := _who(roles, line.id, "waiver"):
                found[line.id] = f"make it pass, or have it waived by {who}"
    return found


def _roles(target: ProductTarget) -> list[Role]:
    if target.attestations is None:
        return []
    try:
        return Records.kept(target.attestations).roles
    except Unobservable:
        return []


def _who(roles: Iterable[Role], line: str, kind: Kind) -> str:
    able = [r for r in roles if kind in r.may and any(fnmatchcase(line, p) for p in r.lines)]
    return " or ".join(dict.fromkeys(f"{r.name} ({r.person})" for r in able))
