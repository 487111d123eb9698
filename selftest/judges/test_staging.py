"""What counts as tried in staging."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest

from tests.judges.staging import loose, tried


@dataclass(frozen=True)
class Applied:
    tree: str | None = "a" * 40
    conclusion: str = "success"
    day: int = 1
    job: str = "apply (cache)"
    commit: str = "c" * 40
    pending: int | None = 0

    @property
    def finished(self) -> datetime:
        return datetime(2026, 11, self.day, tzinfo=UTC)


def test_the_newest_apply_of_the_same_code_counts() -> None:
    old, new = Applied(day=1), Applied(day=5)
    assert tried([old, new], "a" * 40).apply is new


@pytest.mark.parametrize(
    ("applies", "why"),
    [
        ([], "was not applied"),
        ([Applied(tree="b" * 40)], "from other code"),
        ([Applied(tree=None)], "without its folder"),
        ([Applied(conclusion="failure")], "ended with failure"),
        ([Applied(day=1), Applied(day=2, conclusion="cancelled")], "ended with cancelled"),
    ],
)
def test_what_was_not_tried_says_why(applies: list[Applied], why: str) -> None:
    found = tried(applies, "a" * 40)
    assert found.apply is None
    assert why in found.why


def test_other_code_in_staging_later_is_no_matter() -> None:
    mine = Applied(day=1)
    assert tried([mine, Applied(day=9, tree="b" * 40)], "a" * 40).apply is mine


@pytest.mark.parametrize(
    ("source", "version", "is_loose"),
    [
        ("terraform-aws-modules/vpc/aws", "5.8.1", False),
        ("terraform-aws-modules/vpc/aws", "= 5.8.1", False),
        ("terraform-aws-modules/vpc/aws", "~> 5.0", True),
        ("terraform-aws-modules/vpc/aws", "", True),
        ("git::https://example.com/m.git?ref=main", "", True),
        ("git::https://example.com/m.git?ref=v1.2.0", "", False),
        ("git::https://example.com/m.git//sub?depth=1&ref=" + "0" * 40, "", False),
    ],
)
def test_modules_from_elsewhere_are_pinned(source: str, version: str, is_loose: bool) -> None:
    assert loose(source, version) is is_loose
