"""Which paths through a network are wrong, and which refusals say nothing."""

from __future__ import annotations

from tests.judges.paths import Path, share, shut, stray, undeclared_logins, untold

GOOD = [
    Path("api", "database", True, "open", 0.01),
    Path("api", "entry", True, "open", 0.01),
    Path("web", "entry", True, "open", 0.01),
    Path("web", "database", False, "silent", 1.0),
    Path("api", "metadata", False, "refused", 0.0),
]


def test_a_network_as_it_should_be() -> None:
    assert not shut(GOOD)
    assert not stray(GOOD)
    assert not untold(GOOD)


def test_a_forbidden_path_that_opens_is_named() -> None:
    assert stray([*GOOD, Path("web", "cache", False, "open", 0.0)]) == [
        "web to cache is open and no path of the target"
    ]


def test_a_proxy_that_closes_at_once_blocks() -> None:
    paths = [*GOOD, Path("web", "cache", False, "closed", 0.0)]
    assert not stray(paths)
    assert not untold(paths)
    assert shut([Path("api", "cache", True, "closed", 0.0)]) == ["api to cache should be open and is closed"]


def test_what_nobody_reaches_says_nothing() -> None:
    wrong_address = [*GOOD, Path("api", "cache", True, "refused", 0.0), Path("web", "cache", False, "refused", 0.0)]
    assert untold(wrong_address) == ["cache answers nobody: that it is shut to some, says nothing"]
    assert untold([*GOOD, Path("worker", "entry", True, "silent", 1.0)]) == [
        "nothing answers from worker: that others do not, says nothing"
    ]


def test_a_name_without_address_was_not_tried() -> None:
    assert untold([*GOOD, Path("web", "cache", False, "unknown", 0.0)]) == [
        "web to cache: unknown, so nothing was tried"
    ]


def test_shares() -> None:
    assert share(0, 4) == 100
    assert share(1, 4) == 75
    assert share(0, 0) == 0


def test_logins_that_nobody_declared() -> None:
    live = {"app": True, "owner": False, "old_admin": True, "postgres": True, "group": True}
    declared = {"app": True, "owner": False, "group": False}
    assert undeclared_logins(live, declared, ["postgres"]) == [
        "role group may log in and is not declared to",
        "role old_admin may log in and is not declared to",
    ]
