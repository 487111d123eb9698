"""How verdicts, values, times and foreign text are put into words, the same in every report."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from golive.results import LineResult, Run
from golive.verdict import Verdict

ICONS = {Verdict.PASSED: "✓", Verdict.FAILED: "✕", Verdict.UNVERIFIED: "?", Verdict.WAIVED: "~"}
"""One sign a verdict, so that none is told by colour alone."""

WORDLESS_UNITS = frozenset({"", "name", "count", "version"})
"""Units that are not written behind a value."""

# What XML 1.0 can't hold, lone surrogates among it, and what a terminal or a browser would act on.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]")


def printable(text: object) -> str:
    """Return the text with characters that no report should carry (controls, bidi overrides) as U+FFFD."""
    return _CONTROL.sub("\ufffd", str(text))


def one_line(text: object) -> str:
    """Return printable text on one line, white space collapsed."""
    return " ".join(printable(text).split())


def observed(result: LineResult) -> str:
    """Return the observed value with its unit, or an empty string."""
    value = one_line(result.observed)
    # A limit in words, such as a final box's, carries its unit already.
    return f"{value} {result.unit}" if value and result.unit not in WORDLESS_UNITS else value


def comparison(result: LineResult) -> str:
    """Return `7 days, want >= 30 days`, or an empty string where nothing was compared."""
    seen, limit = observed(result), one_line(result.limit)
    return f"{seen}, want {limit}" if seen and limit else seen or (limit and f"want {limit}")


def duration(seconds: float) -> str:
    """Return `0.3 s`, `12 s`, `3 min 20 s`, `1 h 5 min`."""
    if seconds < 9.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s" if whole % 60 else f"{whole // 60} min"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def took(run: Run) -> str:
    """Return how long the run took."""
    return duration(max(run.finished - run.started, timedelta()).total_seconds())


def moment(at: datetime) -> str:
    """Return `2026-11-22 03:04 UTC`, or the offset where the time has another, or none."""
    zone = f" {name}" if (name := at.tzname()) else ""
    return f"{at:%Y-%m-%d %H:%M}{zone}"
