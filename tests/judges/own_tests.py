"""Whether a product's own isolation tests name everything, pass, and notice what is leaked. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from fixtures.tenancy.own_tests import Case


def unnamed_tables(tables: Iterable[str], said: Sequence[str]) -> list[str]:
    """Return the tables that no test that passed names as a word."""
    words = {word for text in said for word in re.findall(r"\w+", text)}
    return [table for table in tables if table not in words]


def unnamed_paths(operations: Iterable[tuple[str, str, str]], said: Sequence[str]) -> list[str]:
    """Return the operations whose method and path no test that passed names.

    Args:
        operations: our word, method and path, with placeholders in braces.
    """
    found = []
    for word, method, path in operations:
        plain = re.sub(r"\{[^{}]*\}", "{}", path.partition("?")[0])
        pattern = re.compile(rf"(?<![\w/}}]){re.escape(plain)}(?![\w/{{}}-])")
        naming = [text for text in said if pattern.search(text)]
        if not any(re.search(rf"\b{method}\b", text) or not re.search(r"\b[A-Z]{3,7}\b", text) for text in naming):
            found.append(f"{word} ({method} {path})")
    return found


def clean_problems(ran: Sequence[Case]) -> list[str]:
    """Return the tests that fail although nothing leaks, and those that did not run."""
    return [f"{case.name}: {case.outcome}" for case in ran if case.outcome != "passed"]


def unnoticed(clean: Sequence[Case], leaked: dict[str, Sequence[Case]]) -> list[str]:
    """Return the leaks with which no test failed that passes otherwise.

    One that raised an error has noticed nothing: the test broke.
    """
    passed = {case.name for case in clean if case.outcome == "passed"}
    return [leak for leak, ran in leaked.items() if not any(c.outcome == "failed" and c.name in passed for c in ran)]


def counts(ran: Sequence[Case]) -> str:
    """Return `120 passed, 1 failed`."""
    return ", ".join(f"{many} {outcome}" for outcome, many in sorted(Counter(c.outcome for c in ran).items())) or "none"
