"""Roll-ups: what the lines under a heading, a group or a final box say together.

Passed means that every line under it passed (or is waived, which is counted and said). One failed line makes it failed.
Everything else is incomplete and names what is missing. Lines that the run did not select are neither: they are shown
as such, a heading or group then speaks only for the selected ones, and a final box is incomplete.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from golive.catalogue import Catalogue, Kind, Line
from golive.observation import Observation
from golive.results import LineResult
from golive.verdict import Verdict

NAMED = 5
"""How many ids a sentence names before it says how many more there are."""


class State(StrEnum):
    """What a heading, group or final box is."""

    PASSED = "passed"
    FAILED = "failed"
    INCOMPLETE = "incomplete"


@dataclass(frozen=True, slots=True)
class Rollup:
    """The state of one heading, group or final box, with the ids of the items under it, each in document order.

    Every item under it is in just one of `passed`, `waived`, `failed`, `unverified` and `not_selected`.
    """

    id: str
    state: State
    passed: tuple[str, ...] = ()
    waived: tuple[str, ...] = ()
    failed: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()
    not_selected: tuple[str, ...] = ()

    @property
    def selected(self) -> int:
        """Number of items with a verdict."""
        return len(self.passed) + len(self.waived) + len(self.failed) + len(self.unverified)

    @property
    def total(self) -> int:
        """Number of items under it."""
        return self.selected + len(self.not_selected)

    @property
    def partial(self) -> bool:
        """Whether it speaks only for some of its lines, since others were not selected."""
        return bool(self.not_selected)

    @property
    def words(self) -> str:
        """One phrase that says it all, such as `passed with 1 waiver, 11 of 12 passed`."""
        rest = f"; {len(self.not_selected)} not selected" if self.not_selected else ""
        if not self.selected:
            return "not selected" if self.total else "incomplete: it has no lines"
        share = f"{len(self.passed)} of {self.selected} passed"
        if self.state is State.FAILED:
            return f"failed: {share}, {len(self.failed)} failed ({name_some(self.failed)}){rest}"
        if self.unverified:
            return f"incomplete: {share}, {len(self.unverified)} unverified ({name_some(self.unverified)}){rest}"
        waivers = f" with {count(len(self.waived), 'waiver')}" if self.waived else ""
        if self.state is State.INCOMPLETE:
            return f"incomplete: {share}{waivers}{rest}"
        so_far = " so far" if self.partial else ""
        return f"passed{so_far}{waivers}: {share}{rest}"


def roll_up(catalogue: Catalogue, results: Iterable[LineResult]) -> dict[str, Rollup]:
    """Return line id to roll-up for every heading, group and final box of the catalogue, in document order.

    Results of final boxes themselves are ignored: a box is worked out from its lines anew.
    A waiver that can't be (see `waiver_problem`) counts as unverified.
    """
    known = {r.id: _verdict(catalogue[r.id], r) for r in results}
    rollups: dict[str, Rollup] = {}
    for line in catalogue:
        if line.rolls_up:
            rollups[line.id] = _of(line.id, ((x.id, known.get(x.id)) for x in catalogue.under(line.id)), True)
    for line in catalogue:
        if line.kind is not Kind.ITEM:
            leaves = ((x.id, _leaf(x, known, rollups)) for x in _leaves(catalogue, line.id))
            rollups[line.id] = _of(line.id, leaves, False)
    return {line.id: rollups[line.id] for line in catalogue if line.id in rollups}


def final_box(line: Line, rollup: Rollup, at: datetime | None = None) -> LineResult:
    """Return the verdict of a final box: passed, failed, or unverified when its roll-up is incomplete."""
    verdict = {State.PASSED: Verdict.PASSED, State.FAILED: Verdict.FAILED}.get(rollup.state, Verdict.UNVERIFIED)
    at = at or datetime.now(UTC)
    seen = {v: len(getattr(rollup, v)) for v in ("passed", "waived", "failed", "unverified", "not_selected")}
    return LineResult(
        line.id, verdict, line.title, line.product, line.phase or "", line.folder or "",
        observed=f"{len(rollup.passed) + len(rollup.waived)} of {rollup.total} lines",
        limit=f"all {rollup.total} lines passed or waived",
        message="" if verdict is Verdict.PASSED and not rollup.waived else rollup.words,
        started=at,
        evidence=(Observation(line.id, "verdicts of its lines", seen, "lines", "roll-up of this run", at),),
    )  # fmt: skip


def box_results(catalogue: Catalogue, boxes: Iterable[Line], results: Iterable[LineResult]) -> list[LineResult]:
    """Return the verdicts of these final boxes over the results."""
    rollups = roll_up(catalogue, results)
    return [final_box(box, rollups[box.id]) for box in boxes]


def with_final_boxes(catalogue: Catalogue, results: Iterable[LineResult], boxes: Iterable[str]) -> list[LineResult]:
    """Return the results with those final boxes added (or replaced) that `boxes` names, in document order."""
    given = {r.id: r for r in results}
    given |= {r.id: r for r in box_results(catalogue, [catalogue[i] for i in boxes], given.values())}
    return [given[line.id] for line in catalogue if line.id in given]


def waiver_problem(line: Line, result: LineResult) -> str:
    """Return why a waived result can't count as accepted, or an empty string."""
    if result.verdict is not Verdict.WAIVED:
        return ""
    if not line.waivable:
        return "waived, but this line can't be waived: make it pass"
    return "" if result.waiver.strip() else "waived by nobody: a waiver needs a name and a reason"


def name_some(ids: Iterable[str], most: int = NAMED) -> str:
    """Return the ids as a list in words, at most `most` of them."""
    listed = list(ids)
    more = f" and {len(listed) - most} more" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more


def count(number: int, noun: str) -> str:
    """Return `1 line`, `2 lines`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _leaves(catalogue: Catalogue, line_id: str) -> list[Line]:
    """Items below a heading or group; a final box counts as one, not as what it rolls up."""
    found: list[Line] = []
    for child in catalogue.children(line_id):
        found += [child] if child.kind is Kind.ITEM else _leaves(catalogue, child.id)
    return found


def _leaf(line: Line, known: Mapping[str, Verdict], boxes: Mapping[str, Rollup]) -> Verdict | None:
    if line.id in boxes:
        chosen = line.id in known or boxes[line.id].selected
        return final_box(line, boxes[line.id]).verdict if chosen else None
    return known.get(line.id)


def _verdict(line: Line, result: LineResult) -> Verdict:
    return Verdict.UNVERIFIED if waiver_problem(line, result) else result.verdict


def _of(line_id: str, leaves: Iterable[tuple[str, Verdict | None]], whole: bool) -> Rollup:
    by: dict[Verdict | None, list[str]] = {}
    for leaf_id, verdict in leaves:
        by.setdefault(verdict, []).append(leaf_id)
    if by.get(Verdict.FAILED):
        state = State.FAILED
    elif by.get(Verdict.UNVERIFIED) or not (by.get(Verdict.PASSED) or by.get(Verdict.WAIVED)):
        state = State.INCOMPLETE
    else:
        state = State.INCOMPLETE if whole and by.get(None) else State.PASSED
    lists = [tuple(by.get(v, ())) for v in (Verdict.PASSED, Verdict.WAIVED, Verdict.FAILED, Verdict.UNVERIFIED, None)]
    return Rollup(line_id, state, *lists)
