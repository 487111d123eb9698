"""A question is asked once in a run, whichever worker asks; one that dies while it asks holds nobody up."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from golive import sharing
from golive.sharing import Share, Store


@pytest.fixture
def store() -> Iterator[Store]:
    store = Store()
    yield store
    store.close()
    sharing.join(None)


def test_many_ask_and_one_makes(store: Store) -> None:
    made: list[int] = []
    here = threading.Barrier(6)

    def ask(n: int) -> tuple[bool, str]:
        share = Share(store.place)
        here.wait(10)

        def make() -> str:
            made.append(n)
            return "answer"

        return share.once("question", make, 10)

    with ThreadPoolExecutor(6) as pool:
        found = list(pool.map(ask, range(6)))
    assert len(made) == 1
    assert {answer for _, answer in found} == {"answer"}
    assert sorted(taken for taken, _ in found) == [False] + [True] * 5


def test_what_failed_is_asked_again(store: Store) -> None:
    def fail() -> str:
        raise ValueError("no")

    share = Share(store.place)
    with pytest.raises(ValueError, match="no"):
        share.once("question", fail, 5)
    assert Share(store.place).once("question", lambda: "answer", 5) == (False, "answer")


def test_a_worker_that_dies_while_it_asks_holds_nobody_up(store: Store) -> None:
    dying = Share(store.place)
    assert dying._say("claim", "question", 5) == (False, None)
    dying._connection().close()
    assert Share(store.place).once("question", lambda: "mine", 20) == (False, "mine")


def test_patience_ends(store: Store) -> None:
    assert Share(store.place)._say("claim", "question", 5) == (False, None)
    assert Share(store.place).once("question", lambda: "mine", 0.2) == (False, "mine")


def test_a_newer_answer_takes_its_place(store: Store) -> None:
    share = Share(store.place)
    share.once("question", lambda: "old", 5)
    share.replace("question", "new")
    assert share.once("question", lambda: "never", 5) == (True, "new")


def test_without_the_store_each_makes_its_own(store: Store) -> None:
    address, key = store.place
    assert Share((f"{address}-gone", key)).once("question", lambda: "mine", 5) == (False, "mine")


def test_a_stranger_without_the_key_gets_nothing(store: Store) -> None:
    address, _ = store.place
    from multiprocessing import AuthenticationError

    with pytest.raises(AuthenticationError):
        Share((address, b"another")).once("question", lambda: "mine", 5)
    assert Share(store.place).once("question", lambda: "mine", 5) == (False, "mine")
