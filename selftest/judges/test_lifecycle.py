"""Lifecycle policies against images whose fate is known from the ECR user guide's examples."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.judges.lifecycle import (
    Image,
    kept_releases,
    missing_or_removed,
    release_before,
    removed,
    removes_untagged,
    stops_growing,
)

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def image(digest: str, days: float, *tags: str) -> Image:
    return Image(digest, tags, NOW - timedelta(days=days))


def rule(priority: int, status: str, kind: str, number: int, **more: Any) -> dict[str, Any]:
    selection = {"tagStatus": status, "countType": kind, "countNumber": number, **more}
    return {"rulePriority": priority, "selection": selection, "action": {"type": "expire"}}


def policy(*rules: dict[str, Any]) -> dict[str, Any]:
    return {"rules": list(rules)}


SOUND = policy(rule(1, "untagged", "sinceImagePushed", 7), rule(2, "any", "imageCountMoreThan", 50))
AGE = policy(rule(1, "any", "sinceImagePushed", 7))


def test_age_takes_whatever_it_selects() -> None:
    images = [image("old", 8, "1.0"), image("new", 6, "1.1"), image("loose", 9)]
    assert set(removed(AGE, images, NOW)) == {"old", "loose"}
    assert set(removed(policy(rule(1, "untagged", "sinceImagePushed", 7)), images, NOW)) == {"loose"}


def test_count_keeps_the_newest() -> None:
    images = [image(f"i{n}", n, f"1.{n}") for n in range(5)]
    assert set(removed(policy(rule(1, "any", "imageCountMoreThan", 3)), images, NOW)) == {"i3", "i4"}


def test_what_a_rule_speaks_of_is_safe_from_later_rules_but_counts_for_them() -> None:
    images = [image("prod", 100, "prod-1"), image("dev", 1, "dev-1"), image("dev-old", 50, "dev-0")]
    rules = policy(
        rule(1, "tagged", "imageCountMoreThan", 1, tagPrefixList=["prod"]), rule(2, "any", "imageCountMoreThan", 1)
    )
    assert removed(rules, images, NOW) == {"dev-old": 2}


def test_all_prefixes_and_patterns_must_be_there() -> None:
    both = image("both", 9, "alpha-1", "beta-1")
    one = image("one", 9, "alpha-2")
    by_prefix = policy(rule(1, "tagged", "sinceImagePushed", 1, tagPrefixList=["alpha", "beta"]))
    by_pattern = policy(rule(1, "tagged", "sinceImagePushed", 1, tagPatternList=["alpha*"]))
    assert set(removed(by_prefix, [both, one], NOW)) == {"both"}
    assert set(removed(by_pattern, [both, one], NOW)) == {"both", "one"}


def test_a_pull_keeps_what_its_rule_counts_from_the_last_one() -> None:
    rules = policy(rule(1, "any", "sinceImagePulled", 7))
    used = Image("used", ("1",), NOW - timedelta(days=90), NOW - timedelta(days=1))
    assert set(removed(rules, [used, image("unused", 90, "0")], NOW)) == {"unused"}


def test_an_unknown_kind_of_count_is_no_pass() -> None:
    with pytest.raises(ValueError, match="sinceMoon"):
        removed(policy(rule(1, "any", "sinceMoon", 1)), [image("a", 1)], NOW)


def test_what_a_sound_policy_does_and_others_do_not() -> None:
    running = image("run", 1, "2.0.1")
    assert kept_releases(SOUND, [running], running, 5, NOW) == 5
    assert kept_releases(AGE, [running], running, 5, NOW) == 1
    assert kept_releases(policy(rule(1, "any", "imageCountMoreThan", 3)), [running], running, 5, NOW) == 3
    assert removes_untagged(SOUND, 14, NOW)
    assert not removes_untagged(policy(rule(1, "untagged", "sinceImagePushed", 60)), 14, NOW)
    assert stops_growing(SOUND, running, NOW)
    assert not stops_growing(policy(rule(1, "untagged", "sinceImagePushed", 7)), running, NOW)


def test_needed_images_that_go_or_are_gone() -> None:
    images = [image("run", 1, "2.0.1"), image("before", 21, "2.0.0")]
    needed = {"run": "what runs", "before": "the release before", "lost": "what ran once"}
    found = missing_or_removed(needed, images, AGE, NOW)
    assert found == [
        "the release before, before, 21 days old, is removed by the rule of priority 1",
        "what ran once, lost, is not in the registry any more",
    ]
    assert release_before(images, {"run"}) == images[1]
    assert release_before(images, {"lost"}) is None


@given(st.lists(st.floats(0, 100), max_size=12), st.integers(1, 12))
def test_a_count_never_keeps_more_nor_less(ages: list[float], number: int) -> None:
    images = [image(f"i{n}", age, "t") for n, age in enumerate(ages)]
    gone = removed(policy(rule(1, "any", "imageCountMoreThan", number)), images, NOW)
    assert len(images) - len(gone) == min(number, len(images))
