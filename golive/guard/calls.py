"""Counts the calls that left, per service and operation, and how often the other side throttled, for the report."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field

_COUNTERS = ("sent", "throttled", "refused", "reads", "pages")


@dataclass(slots=True)
class Calls:
    """A thread-safe count by service (`s3`, `https://api.example.com`) and operation (`GetObject`, `GET`).

    `sent` has every request, retries too. Of AWS, `reads` has the distinct reads and `pages` the further pages that
    they took: what is sent beyond these are retries, and calls that a check must make anew.
    """

    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    throttled: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: Counter[tuple[str, str]] = field(default_factory=Counter)
    reads: Counter[tuple[str, str]] = field(default_factory=Counter)
    pages: Counter[tuple[str, str]] = field(default_factory=Counter)
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

    def count_read(self, service: str, operation: str, further_pages: int = 0) -> None:
        """Count a distinct read of AWS that was made, and the pages after the first that it took."""
        with self._lock:
            self.reads[service, operation] += 1
            if further_pages:
                self.pages[service, operation] += further_pages

    def total(self, service: str = "") -> int:
        """Return the number of calls sent, to all services or to one."""
        with self._lock:
            return sum(n for (s, _), n in self.sent.items() if service in ("", s))

    def aws_words(self) -> str:
        """Say how AWS was asked, such as `52 (s3 30, ec2 22), for 40 distinct reads and 9 further pages`; '' if not."""
        with self._lock:
            by_service: Counter[str] = Counter()
            services = {service for service, _ in self.reads}
            for (service, _), n in self.sent.items():
                if service in services:
                    by_service[service] += n
            if not by_service:
                return ""
            parts = ", ".join(f"{service} {n}" for service, n in by_service.most_common())
            return (
                f"{by_service.total()} ({parts}), for {self.reads.total()} distinct reads"
                f" and {self.pages.total()} further pages"
            )

    def as_json(self) -> dict[str, dict[str, int]]:
        """Return `{"sent": {"s3:GetObject": 3}, "throttled": {...}, ...}`, keys sorted."""
        with self._lock:
            named = {name: getattr(self, name) for name in _COUNTERS}
            return {name: {f"{s}:{o}": n for (s, o), n in sorted(counter.items())} for name, counter in named.items()}

    def add(self, other: dict[str, dict[str, int]]) -> None:
        """Add what another process counted, in the form of `as_json`."""
        with self._lock:
            for name in _COUNTERS:
                for key, n in other.get(name, {}).items():
                    service, _, operation = key.rpartition(":")
                    getattr(self, name)[service, operation] += n

    def clear(self) -> None:
        """Forget all. For tests."""
        with self._lock:
            for name in _COUNTERS:
                getattr(self, name).clear()


calls = Calls()
"""The calls of this process."""
