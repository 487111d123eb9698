"""Which exceptions from scans say of what and since when."""

from __future__ import annotations

import pytest

from tests.judges.exceptions import undated


@pytest.mark.parametrize(
    ("text", "many"),
    [
        ("", 0),
        ("# 2026-11-01: only used when building\nCVE-2026-12345\n", 0),
        ("CVE-2026-12345  # accepted by Ada on 2026-11-01\n", 0),
        ("CVE-2026-12345\n", 1),
        ("# 2026-11-01\nCVE-*\n", 1),
        ("# 2026-11-01\n*\n", 1),
        ("ignore:\n  - GHSA-8q59-q68h-6hv4 # until 2026-12-31\n  - everything\n", 1),
    ],
)
def test_undated(text: str, many: int) -> None:
    assert len(undated(".trivyignore", text)) == many
