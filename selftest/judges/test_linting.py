"""Findings of a linter: what a comment may silence, and samples that no rule reports."""

from __future__ import annotations

import pytest

from fixtures.source.eslint import Finding, Ruled, excused
from tests.judges.linting import open_findings, security_rules, unreported

EVERYWHERE = Ruled("web/a.ts", 2, {"eval": ["no-eval"], "markup": ["own/markup"]})
NOT_THERE = Ruled("web/b.tsx", 0, {"eval": ["no-eval"], "markup": []})


def test_a_sample_must_be_reported_in_each_kind_of_file() -> None:
    assert unreported([EVERYWHERE]) == []
    assert unreported([EVERYWHERE, NOT_THERE]) == ["markup in web/b.tsx"]
    assert security_rules([EVERYWHERE, NOT_THERE]) == {"no-eval", "own/markup"}
    assert str(EVERYWHERE) == "web/a.ts and 2 like it"


@pytest.mark.parametrize(
    ("rule", "silenced", "stands"),
    [
        ("semi", None, True),
        ("semi", "", False),
        ("no-unsanitized/property", "", True),
        ("react/no-danger", "it is ours", True),
        ("react/no-danger", "2026-11-20: our own text, Ada", False),
        ("own/markup", "", True),
        ("no-evaluation-of-nothing", "", False),
    ],
)
def test_a_comment_silences_security_only_with_a_date(rule: str, silenced: str | None, stands: bool) -> None:
    finding = Finding("web/a.ts", 3, rule, "said", silenced)
    assert bool(open_findings([finding], {"own/markup"})) is stands


def test_only_what_the_target_names_may_be_left_out() -> None:
    assert excused("web/generated/a.ts", {"web/generated/*": "made by a tool"})
    assert not excused("web/src/a.ts", {"web/generated/*": "made by a tool"})
