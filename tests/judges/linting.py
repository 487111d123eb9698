"""Whether lint rules find what is dangerous, everywhere, and what they found. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from fixtures.source.eslint import Finding, Ruled

ABOUT_SECURITY = re.compile(
    r"security/|no-unsanitized/|sonarjs/|\S*no-danger|\S*no-(?:implied-)?eval$|no-(?:new-func|script-url)$"
)
_DATED = re.compile(r"\b20\d\d-\d\d-\d\d\b")


def unreported(rules: Iterable[Ruled]) -> list[str]:
    """Return each dangerous sample that no rule reports as an error, with the files that it could stand in."""
    return [f"{word} in {ruled}" for ruled in rules for word, by in ruled.reported.items() if not by]


def security_rules(rules: Iterable[Ruled]) -> set[str]:
    """Return the rules that reported a sample."""
    return {rule for ruled in rules for by in ruled.reported.values() for rule in by}


def open_findings(found: Iterable[Finding], security: Collection[str]) -> list[Finding]:
    """Return the errors that stand: those that a comment silences too, when they are about security.

    A comment counts when it says why, and when that was decided (a date).
    """
    return [
        f
        for f in found
        if f.silenced is None
        or ((f.rule in security or ABOUT_SECURITY.match(f.rule)) and not _DATED.search(f.silenced))
    ]
