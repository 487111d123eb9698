"""What a sign-off rests on: the lines that its signer speaks for. For the check, and for the gate."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from golive.catalogue import Catalogue, Line
from golive.catalogue.load import WAIVED
from golive.gate import needed
from golive.rollup import count, name_some
from golive.verdict import Verdict


def covered(catalogue: Catalogue, line: Line) -> list[Line]:
    """Return the lines that a sign-off speaks for, in document order; other sign-offs are not among them."""
    found = {x.id: x for root in line.covers if root != WAIVED for x in catalogue.under(root)}
    return [x for x in found.values() if x.checked and not x.covers]


def unanswered(
    catalogue: Catalogue, line: Line, verdicts: Mapping[str, Verdict], accepts: Collection[str]
) -> dict[str, str]:
    """Return line id to why it speaks against the sign-off: neither passed nor taken on by the signer by name.

    Lines that are judged once the release is live need no verdict yet, but none that failed either.

    Args:
        verdicts: line id to its verdict, as the report that the signer has read holds it.
        accepts: lines that the signer takes on.
    """
    found: dict[str, str] = {}
    mine = {x.id: x for x in covered(catalogue, line)}
    if WAIVED in line.covers:
        mine |= {i: catalogue[i] for i, v in verdicts.items() if v is Verdict.WAIVED and i in catalogue.lines}
    for x in mine.values():
        verdict = verdicts.get(x.id)
        quiet = verdict in (None, Verdict.UNVERIFIED) and not needed(x)
        if verdict is not Verdict.PASSED and not quiet and x.id not in accepts:
            found[x.id] = f"is {verdict or 'not in the report'} and not among the accepted risks"
    for i in accepts:
        if i in catalogue.lines and not catalogue[i].waivable:
            found[i] = "is accepted as a risk, and no line of its kind can be"
    return found


def overtaken(
    catalogue: Catalogue, line: Line, signed: datetime, accepts: Collection[str], failures: Mapping[str, datetime]
) -> str:
    """Return why a sign-off is older than what it speaks for, or nothing.

    Args:
        failures: line id to when it failed last.
    """
    since = {
        x.id: failures[x.id]
        for x in covered(catalogue, line)
        if x.id in failures and failures[x.id] > signed and x.id not in accepts
    }
    if not since:
        return ""
    newest = max(since.values())
    return (
        f"was signed on {signed:%Y-%m-%d %H:%M}Z, and {count(len(since), 'line')} failed after that, the last on "
        f"{newest:%Y-%m-%d %H:%M}Z: {name_some(since)}. Have it signed anew"
    )
