"""Calls to one service share a rate budget, so that verifying never eats the account's or the product's own limit."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from golive.verdict import Unobservable

LONGEST_WAIT = 30.0
"""Seconds that a call waits for its turn before the check is told that it can't observe."""


@dataclass(slots=True)
class Bucket:
    """A token bucket: `rate` calls a second on average, `burst` at once."""

    rate: float
    burst: float
    clock: Callable[[], float] = time.monotonic
    _tokens: float = field(init=False)
    _at: float = field(init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._tokens, self._at = self.burst, self.clock()

    def reserve(self) -> float:
        """Take one call from the bucket and return the seconds to wait before making it."""
        with self._lock:
            now = self.clock()
            self._tokens = min(self.burst, self._tokens + (now - self._at) * self.rate) - 1
            self._at = now
            return max(0.0, -self._tokens / self.rate)

    def give_back(self) -> None:
        """Return a reserved call that was not made."""
        with self._lock:
            self._tokens = min(self.burst, self._tokens + 1)


_lock = threading.Lock()
_buckets: dict[str, Bucket] = {}
_per_second = 50.0


def configure(per_second: float, workers: int = 1) -> None:
    """Set the budget of each service.

    Args:
        per_second: calls a second to any one service, from the target's `budget.calls_per_second`.
        workers: xdist workers that share it; each process takes its part.
    """
    global _per_second
    with _lock:
        _per_second = per_second / max(workers, 1)
        _buckets.clear()


def wait_for_turn(service: str) -> None:
    """Wait until a call to `service` may be made.

    Raises:
        Unobservable: the turn would come later than `LONGEST_WAIT` seconds from now.
    """
    with _lock:
        bucket = _buckets.get(service)
        if bucket is None:
            bucket = _buckets[service] = Bucket(_per_second, max(1.0, _per_second))
    wait = bucket.reserve()
    if wait > LONGEST_WAIT:
        bucket.give_back()
        raise Unobservable(
            f"calls to {service} are limited to {_per_second:g} a second and the next turn is {wait:.0f} s away",
            "Raise `budget.calls_per_second` in the target, or run fewer checks at once",
        )
    if wait > 0:
        time.sleep(wait)
