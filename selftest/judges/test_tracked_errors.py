"""Errors of a release in a tracker."""

from __future__ import annotations

from datetime import UTC, datetime

from fixtures.error_tracker import TrackedError
from tests.judges.tracked_errors import mislabelled, new_groups, told

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)


def _error(group: str, **tags: str) -> TrackedError:
    return TrackedError("1", group, f"Error {group}", "module in function", NOON, tags)


def test_one_single_error_of_a_new_kind_is_found_among_many_known() -> None:
    found = new_groups([*[_error("known")] * 500, _error("new")], [_error("known")])
    assert list(found) == ["new"]
    assert told(found) == "Error new (module in function) 1 times, first at 12:00Z"


def test_tags_of_another_deployment_are_told() -> None:
    assert mislabelled(_error("a", environment="production", release="shop@1"), "production", "shop@1") == []
    assert mislabelled(_error("a", environment="development"), "production", "shop@1") == [
        "environment is development, want production",
        "release is not told, want shop@1",
    ]
