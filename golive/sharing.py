"""Answers that the workers of a run share, so that a question is asked once in a run and not once in each worker.

The controller keeps them in memory (`Store`, served on a local socket that needs a key); a worker claims a question and
either gets the answer or makes it, while others that want it wait. Without workers there is nothing to share.
"""

from __future__ import annotations

import contextlib
import secrets
import threading
import time
from collections.abc import Callable
from multiprocessing.connection import Client, Connection, Listener
from typing import Any, TypeVar

T = TypeVar("T")

Place = tuple[str, bytes]
"""Where the store is served: address and key."""


class Store:
    """Lives in the controller. `place` is for the workers."""

    def __init__(self) -> None:
        key = secrets.token_bytes(32)
        self._listener = Listener(family="AF_UNIX", authkey=key)
        self.place: Place = str(self._listener.address), key
        self._known: dict[str, Any] = {}
        self._making: dict[str, int] = {}
        self._changed = threading.Condition()
        threading.Thread(target=self._accept, name="golive-sharing", daemon=True).start()

    def close(self) -> None:
        """Stop serving and forget all."""
        self._listener.close()
        with self._changed:
            self._known.clear()

    def _accept(self) -> None:
        while True:
            try:
                connection = self._listener.accept()
            except Exception:  # a stranger without the key, or closed
                if getattr(self._listener, "_listener", None) is None:
                    return
                continue
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: Connection[Any, Any]) -> None:
        me = id(connection)
        with contextlib.suppress(EOFError, OSError), connection:
            while True:
                word, question, given = connection.recv()
                if word == "claim":
                    connection.send(self._claim(question, given, me))
                else:
                    self._settle(question, (given,) if word == "keep" else None)
        with self._changed:  # a worker that died makes nothing any more
            self._making = {question: who for question, who in self._making.items() if who != me}
            self._changed.notify_all()

    def _claim(self, question: str, patience: float, who: int) -> tuple[bool, Any]:
        end = time.monotonic() + patience
        with self._changed:
            while question not in self._known and question in self._making:
                if not self._changed.wait(end - time.monotonic()):
                    break
            if question in self._known:
                return True, self._known[question]
            self._making[question] = who
            return False, None

    def _settle(self, question: str, answer: tuple[Any] | None) -> None:
        with self._changed:
            self._making.pop(question, None)
            if answer is not None:
                self._known[question] = answer[0]
            self._changed.notify_all()


class Share:
    """Lives in a worker; safe to use from threads, each of which has a connection of its own."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._local = threading.local()

    def once(self, question: str, make: Callable[[], T], patience: float) -> tuple[bool, T]:
        """Return whether somebody else's answer was taken, and the answer, which must be picklable.

        Args:
            patience: seconds to wait for somebody who is making it; then it is made here.

        What `make` raises is raised, and the question is free again. Where the store is gone, `make` is called.
        """
        try:
            known, answer = self._say("claim", question, patience)
        except (OSError, EOFError):
            return False, make()
        if known:
            return True, answer
        try:
            made = make()
        except BaseException:
            self._tell("drop", question, None)
            raise
        self._tell("keep", question, made)
        return False, made

    def replace(self, question: str, answer: Any) -> None:
        """Keep a newer answer."""
        self._tell("keep", question, answer)

    def _tell(self, word: str, question: str, given: Any) -> None:
        with contextlib.suppress(OSError, EOFError):
            self._connection().send((word, question, given))

    def _say(self, word: str, question: str, given: Any) -> tuple[bool, Any]:
        connection = self._connection()
        try:
            connection.send((word, question, given))
            found: tuple[bool, Any] = connection.recv()
        except BaseException:  # interrupted between question and answer: the next answer would be this one's
            connection.close()
            del self._local.connection
            raise
        return found

    def _connection(self) -> Connection[Any, Any]:
        if not hasattr(self._local, "connection"):
            address, key = self._place
            self._local.connection = Client(address, family="AF_UNIX", authkey=key)
        connection: Connection[Any, Any] = self._local.connection
        return connection


_share: Share | None = None


def join(place: Place | None) -> None:
    """Take part in what the workers of a run share; None: in nothing. For the plugin."""
    global _share
    _share = Share(place) if place else None


def share() -> Share | None:
    """Return what this process takes part in, None where it is alone."""
    return _share
