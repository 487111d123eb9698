"""The gate: GO or NO-GO over the lines that a decision needs. A pure function of results.

GO only if every line in scope passed or is validly waived. An empty scope is NO-GO: nothing was verified. A line in
scope without a verdict blocks like a failed one. What is judged once a release is live takes its GO back by failing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from golive.catalogue import Catalogue, Line, Phase
from golive.results import Gate, LineResult
from golive.rollup import count, final_box, name_some, roll_up, waiver_problem
from golive.verdict import Verdict

NEEDED = (Phase.PREDEPLOY, Phase.DEPLOY, Phase.POSTDEPLOY, Phase.GOLIVE, Phase.ROLLBACK)
"""Phases that a release's GO needs, rollback by its drill. Sustained and recurring ones are judged after launch."""

WITHDRAWS = "takes the GO back"
MOST_REASONS = 18
MOST_WAYS = 4
LONGEST = 180
AGAIN = "to verify one again"
OUTSIDE = "outside this decision"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a decision is made over: a name for people, and the ids of its lines in document order."""

    name: str
    lines: tuple[str, ...]
    partial: bool = False
    """Whether it is less than a release needs."""
    watched: frozenset[str] = frozenset()
    """Lines that need no verdict, but that take the GO back when they fail: those judged once the release is live."""

    @classmethod
    def of_release(cls, catalogue: Catalogue, products: Iterable[str]) -> Scope:
        """Return what the GO of a release of these products needs: all lines of the phases in `NEEDED`, and none of
        the others failed."""
        wanted = set(products)
        mine = [x for x in catalogue.items() if x.product in wanted]
        lines = tuple(x.id for x in mine if needed(x))
        name = f"phases {', '.join(NEEDED)} of {' and '.join(sorted(wanted)) or 'no product'}"
        return cls(name, lines, watched=frozenset(x.id for x in mine if x.checked and not needed(x)))

    @classmethod
    def of_selection(cls, name: str, lines: Iterable[str]) -> Scope:
        """Return just the lines that were selected, whatever their phase, such as those of `-m smoke`."""
        return cls(name, tuple(lines), partial=True)


def needed(line: Line) -> bool:
    """Whether a release's first GO needs the line; the others are judged once it is live."""
    return line.phase in NEEDED and not line.after_launch


def decide(
    catalogue: Catalogue,
    results: Iterable[LineResult],
    scope: Scope | str,
    command: str = "pytest",
    unblock: Mapping[str, str] | None = None,
) -> Gate:
    """Return GO or NO-GO over `scope`, with at most `MOST_REASONS` reasons of one line each.

    A scope given as a name means all lines of `results`, as of a selection.
    `command` is the start of the command line that verifies a line again on the same target.
    `unblock`: line id to who can do something about it, such as `to be waived by Release Manager (a@example.com)`.

    The verdict of a final box is worked out from its lines, whatever `results` says about it.
    Failed ones of `scope.watched` block too: they take the GO back. Those of other lines are mentioned.
    """
    given = {r.id: r for r in results}
    if isinstance(scope, str):
        scope = Scope.of_selection(scope, given)
    rollups = roll_up(catalogue, given.values())
    closed: list[LineResult] = []
    for line in (catalogue[i] for i in dict.fromkeys(scope.lines)):
        if line.rolls_up:
            closed.append(final_box(line, rollups[line.id]))
        else:
            closed.append(_valid(line, given.get(line.id)))
    closed += [result for i in catalogue.lines if (result := _watched(catalogue, scope, given.get(i))) is not None]
    if not closed:
        why = ("nothing was verified: no line is in scope", "select at least one line, such as `pytest -m smoke`")
        return Gate(False, (), why, scope.name, scope.partial)
    blocking = tuple(
        sorted((r for r in closed if r.verdict not in (Verdict.PASSED, Verdict.WAIVED)), key=_weight(catalogue))
    )
    told = {r.id for r in closed}
    outside = [r for i, r in given.items() if i not in told and r.verdict is Verdict.FAILED]
    if not blocking and all(r.verdict is Verdict.WAIVED for r in closed):
        return Gate(
            False, tuple(closed), ("nothing was verified: every line in scope is waived",), scope.name, scope.partial
        )
    reasons = _why_not(catalogue, closed, blocking, command, unblock or {}) if blocking else _why(closed)
    if outside:
        ids = name_some(r.id for r in outside)
        reasons.append(f"{OUTSIDE} {count(len(outside), 'line')} failed, to be looked at: {ids}")
    return Gate(not blocking, blocking, tuple(_one_line(r) for r in reasons), scope.name, scope.partial)


def _valid(line: Line, result: LineResult | None) -> LineResult:
    """Return what the gate takes the line for: no verdict and a waiver that can't be are unverified."""
    if result is None:
        return LineResult.unverified(line, "not run: it has no verdict")
    problem = waiver_problem(line, result)
    return LineResult.unverified(line, problem, result.nodeid) if problem else result


def _watched(catalogue: Catalogue, scope: Scope, result: LineResult | None) -> LineResult | None:
    """Return a watched line's result if it failed and nobody validly waived it."""
    if result is None or result.id not in scope.watched or result.id in scope.lines:
        return None
    line = catalogue[result.id]
    if result.verdict is Verdict.WAIVED and (problem := waiver_problem(line, result)):
        return replace(result, verdict=Verdict.FAILED, message=f"{WITHDRAWS}: {problem}")
    if result.verdict is not Verdict.FAILED:
        return None
    return replace(result, message=f"{WITHDRAWS} ({line.phase}): {result.message}")


def _weight(catalogue: Catalogue) -> Callable[[LineResult], tuple[bool, bool, bool, int]]:
    """Failed before unverified, what can't be waived first, final boxes last (they only repeat), then as listed."""
    place = {line_id: n for n, line_id in enumerate(catalogue.lines)}

    def key(result: LineResult) -> tuple[bool, bool, bool, int]:
        line = catalogue[result.id]
        return bool(line.rolls_up), result.verdict is not Verdict.FAILED, line.waivable, place[result.id]

    return key


def _why_not(
    catalogue: Catalogue, closed: list[LineResult], blocking: tuple[LineResult, ...], command: str,
    unblock: Mapping[str, str],
) -> list[str]:  # fmt: skip
    boxes = [r for r in blocking if catalogue[r.id].rolls_up]
    # Open boxes only repeat what their lines say, unless nothing else blocks.
    told = [r for r in blocking if not catalogue[r.id].rolls_up] or boxes
    failed = [r for r in told if r.verdict is Verdict.FAILED]
    unverified = [r for r in told if r.verdict is Verdict.UNVERIFIED]
    parts = [f"{len(failed)} failed"] * bool(failed) + [f"{len(unverified)} could not be verified"] * bool(unverified)
    of = len(closed) if told is boxes else sum(not catalogue[r.id].rolls_up for r in closed)
    reasons = [f"{' and '.join(parts)} of {count(of, 'line')} in scope"]
    causes = by_cause(failed), sorted(by_cause(unverified), key=lambda c: -len(c[1]))
    # Each kind gets its share of the room: many failures must not hide that much was never seen.
    who = _who(told, unblock)
    room = MOST_REASONS - 6 - len(who)
    shares = max(room - len(causes[1]), room // 2), max(room - len(causes[0]), room // 2)
    for found, share, word in zip(causes, shares, ("failed", "unverified"), strict=True):
        for message, lines in found[:share]:
            ids = name_some((r.id for r in lines), 3)
            reasons.append(f"{ids if word == 'failed' or len(lines) < 4 else f'{len(lines)} lines'} {word}: {message}")
        if hidden := [r.id for _, lines in found[share:] for r in lines]:
            reasons.append(f"{len(hidden)} more {word}: {name_some(hidden)}")
    if boxes and told is not boxes:
        reasons.append(f"final boxes that stay open because of these: {name_some((r.id for r in boxes), 10)}")
    reasons += who
    again = next((r.nodeid for r in blocking if r.nodeid), "")
    reasons.append(f'{AGAIN}: {command} "{again}"' if again else f'{AGAIN}: {command} -k "[{blocking[0].id}]"')
    return reasons


def _who(blocking: Iterable[LineResult], unblock: Mapping[str, str]) -> list[str]:
    """Who can do something about what blocks, those who can do most first."""
    ways: dict[str, list[str]] = {}
    for r in blocking:
        if r.id in unblock:
            ways.setdefault(unblock[r.id], []).append(r.id)
    listed = sorted(ways.items(), key=lambda way: -len(way[1]))
    return [f"{way}: {name_some(ids)}" for way, ids in listed[:MOST_WAYS]]


def by_cause(results: Iterable[LineResult]) -> list[tuple[str, list[LineResult]]]:
    """Return the reasons with the results that have them, in order: one cause is said once."""
    causes: dict[str, list[LineResult]] = {}
    for r in results:
        causes.setdefault(r.message or "no reason was given", []).append(r)
    return list(causes.items())


def _why(closed: list[LineResult]) -> list[str]:
    waived = [r for r in closed if r.verdict is Verdict.WAIVED]
    if not waived:
        return [f"all {count(len(closed), 'line')} in scope passed" if len(closed) > 1 else "the line in scope passed"]
    told = [f"{r.id} is waived: {r.waiver}" for r in waived[: MOST_REASONS - 4]]
    more = [f"{len(waived) - len(told)} more are waived"] if len(waived) > len(told) else []
    head = f"{len(closed) - len(waived)} of {count(len(closed), 'line')} in scope passed, {len(waived)} waived"
    return [head, *told, *more]


def _one_line(text: str) -> str:
    text = " ".join(text.split())
    # The command at the end is of no use when it is cut.
    if len(text) <= LONGEST or text.startswith(AGAIN):
        return text
    return text[: LONGEST - 1] + "…"
