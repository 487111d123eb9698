"""Judges files that tell scanners what to leave out: each entry needs a reason with a date. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator

FILES = (".trivyignore", ".trivyignore.yaml", ".grype.yaml", ".snyk", ".pip-audit-ignore", ".nsprc", "audit-ci.json",
         ".semgrepignore", ".checkov.yaml", ".zap-ignore")  # fmt: skip
"""Where scanners look for exceptions by themselves."""
_DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")
_NAMED = re.compile(r"\b(?:CVE-\d{4}-\d{4,}|GHSA(?:-[0-9a-z]{4}){3}|PYSEC-\d{4}-\d+|AVD-[A-Z]+-\d+|CKV\w+|B\d{3})\b")


def undated(name: str, text: str) -> list[str]:
    """Return the entries that name no single weakness, or have no date in their line or the one above."""
    return [
        f"{name} line {number}: `{entry[:60]}`"
        for number, entry, above in _entries(text)
        if not _NAMED.search(entry) or not (_DATE.search(entry) or _DATE.search(above))
    ]


def _entries(text: str) -> Iterator[tuple[int, str, str]]:
    above = ""
    for number, line in enumerate(text.splitlines(), 1):
        entry = line.strip()
        if entry and not entry.startswith(("#", "//")) and re.search(r"[\w*]", entry) and not entry.endswith(":"):
            yield number, entry, above
        above = entry
