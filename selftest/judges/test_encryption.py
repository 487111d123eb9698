"""Which stores are not encrypted as they should be."""

from __future__ import annotations

import pytest

from tests.judges.encryption import Kept, Key, unsafe

LIVE = Key("key live", "CUSTOMER", "Enabled", True)
KEYS = {
    "live": LIVE,
    "aws": Key("key aws", "AWS", "Enabled", True),
    "dying": Key("key dying", "CUSTOMER", "PendingDeletion", False),
    "still": Key("key still", "CUSTOMER", "Enabled", False),
}


def test_a_living_rotating_key_of_ours_is_right() -> None:
    assert unsafe([Kept("a volume", True, "live")], KEYS) == []


@pytest.mark.parametrize(
    ("encrypted", "key", "said"),
    [
        (False, "", "is not encrypted"),
        (False, "live", "is not encrypted"),
        (True, "", "no key of its own, which is no customer key"),
        (True, "aws", "encrypted with aws, which is no customer key"),
        (True, "unknown", "encrypted with unknown, which is no customer key"),
        (True, "dying", "key dying, whose state is PendingDeletion"),
        (True, "still", "key still, which does not rotate"),
    ],
)
def test_anything_else_is_named(encrypted: bool, key: str, said: str) -> None:
    things = [Kept("a volume", True, "live"), Kept("the snapshot", encrypted, key)]
    (found,) = unsafe(things, KEYS)
    assert found.startswith("the snapshot ")
    assert said in found
