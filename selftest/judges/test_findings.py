"""Findings that are open, accepted, accepted too long ago, or only counted."""

from __future__ import annotations

from datetime import date

from tests.judges.findings import open_findings

TODAY = date(2026, 11, 22)
LISTED = [("CVE-1", "HIGH"), ("CVE-2", "HIGH"), ("CVE-3", "LOW")]


def test_listed_findings_are_open_until_accepted() -> None:
    assert open_findings("HIGH", {"HIGH": 2}, LISTED, {}, TODAY) == (2, ["CVE-1", "CVE-2"])
    assert open_findings("HIGH", {"HIGH": 2}, LISTED, {"CVE-1": TODAY}, TODAY) == (1, ["CVE-2"])
    assert open_findings("HIGH", {"HIGH": 2}, LISTED, {"CVE-1": date(2026, 11, 21)}, TODAY)[0] == 2


def test_what_is_only_counted_or_only_listed_is_open() -> None:
    assert open_findings("CRITICAL", {"CRITICAL": 1}, LISTED, {"CVE-1": TODAY}, TODAY) == (1, [])
    assert open_findings("LOW", {}, LISTED, {}, TODAY) == (1, ["CVE-3"])
    assert open_findings("HIGH", {}, [], {}, TODAY) == (0, [])
