"""Which hosts a monitoring service does not hear. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta

from fixtures.observability.heartbeats import Heartbeat


def unheard(expected: Mapping[str, Sequence[str]], heard: Iterable[Heartbeat]) -> dict[str, str]:
    """Return host to why it is not seen to live; those that live are not in it.

    Args:
        expected: host to the words that the label of its series may hold: its id, its addresses.
    """
    beats = list(heard)
    found: dict[str, str] = {}
    for host, words in expected.items():
        own = [b for b in beats if b.host in words or any(_holds(b.host, w) for w in words)]
        if not own:
            found[host] = "no series tells of it"
        elif not any(b.alive for b in own):
            found[host] = "its heartbeat says down"
    return found


def ages(expected: Mapping[str, Sequence[str]], heard: Iterable[Heartbeat], now: datetime) -> dict[str, float]:
    """Return each heard host to the minutes since its newest heartbeat."""
    found: dict[str, float] = {}
    beats = list(heard)
    for host, words in expected.items():
        own = [b.at for b in beats if b.host in words or any(_holds(b.host, w) for w in words)]
        if own:
            found[host] = round(max(0.0, (now - max(own)) / timedelta(minutes=1)), 2)
    return found


def _holds(label: str, word: str) -> bool:
    """Whether a label such as `10.0.1.7:9090` or `cluster/0f3a...` means the address or id."""
    return bool(word) and (label.startswith(f"{word}:") or label.endswith(f"/{word}"))
