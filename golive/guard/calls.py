"""Counts the calls that left, per service and operation, and how often the other side throttled, for the report."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field


@dataclass(slots=True)
class Calls:
    """A thread-safe count by service (`s3`, `https://api.example.com`) and operation (`GetObject`, `GET`)."""

    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    throttled: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count_sent(self, service: str, operation: str) -> None:
        """Count a call that is about to leave; a retry is a call of its own."""
        with self._lock:
            self.sent[service, operation] += 1

    def count_throttled(self, service: str, operation: str) -> None:
        """Count an answer that said to slow down."""
        with self._lock:
            self.throttled[service, operation] += 1

    def count_refused(self, service: str, operation: str) -> None:
        """Count a call that the guard stopped."""
        with self._lock:
            self.refused[service, operation] += 1

    def total(self, service: str = "") -> int:
        """Return the number of calls sent, to all services or to one."""
        with self._lock:
            return sum(n for (s, _), n in self.sent.items() if service in ("", s))

    def as_json(self) -> dict[str, dict[str, int]]:
        """Return `{"sent": {"s3:GetObject": 3}, "throttled": {...}, "refused": {...}}`, keys sorted."""
        with self._lock:
            named = {"sent": self.sent, "throttled": self.throttled, "refused": self.refused}
            return {name: {f"{s}:{o}": n for (s, o), n in sorted(counter.items())} for name, counter in named.items()}

    def add(self, other: dict[str, dict[str, int]]) -> None:
        """Add what another process counted, in the form of `as_json`."""
        with self._lock:
            for name, counter in (("sent", self.sent), ("throttled", self.throttled), ("refused", self.refused)):
                for key, n in other.get(name, {}).items():
                    service, _, operation = key.rpartition(":")
                    counter[service, operation] += n

    def clear(self) -> None:
        """Forget all. For tests."""
        with self._lock:
            for counter in (self.sent, self.throttled, self.refused):
                counter.clear()


calls = Calls()
"""The calls of this process."""
