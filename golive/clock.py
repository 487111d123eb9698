"""The time that ages are told by. It is this machine's, and it is not trusted where a source's own clock disagrees.

Sources say what time they have (`heard`): AWS and the API by the `Date` of their answers, PostgreSQL by its clock.
Whoever compares a moment that a source told with the present takes it from `now` here; where the clocks are apart,
the plugin makes the verdict of such a check unverified.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

TOLERANCE = timedelta(seconds=30)
"""Clocks that differ by more can't be compared. A second is the resolution of `Date`; an answer may be some late."""

_lock = threading.Lock()
_asked = False
_apart: dict[str, timedelta] = {}
"""Source to how much its clock is ahead of ours: of all that was heard the least, since answers may come late."""


def heard(source: str, time: datetime) -> None:
    """Note that `source` just said that it is `time`."""
    difference = time - _now()
    with _lock:
        known = _apart.get(source)
        if known is None or abs(difference) < abs(known):
            _apart[source] = difference


def heard_date(source: str, header: str | None, age: str | None = None) -> None:
    """Note the `Date` header of an answer (RFC 9110). One that a cache kept (`Age`) says nothing about now."""
    if not header or age:
        return
    try:
        time = parsedate_to_datetime(header)
    except ValueError:
        return
    heard(source, time if time.tzinfo else time.replace(tzinfo=UTC))


def now() -> datetime:
    """Return the present, in UTC, for comparing with what a source told. `doubt` says later whether that was sound."""
    global _asked
    _asked = True
    return _now()


def present() -> datetime:
    """Return the present, in UTC, for dating what this suite itself does or decides."""
    return _now()


def begin() -> None:
    """A check begins. For the plugin."""
    global _asked
    _asked = False


def doubt() -> tuple[str, str] | None:
    """Return reason and remedy if the running check told an age although a source has another time; else None.

    Asked when the check is over, since a source may say its time only after the check took the present.
    """
    if not _asked:
        return None
    with _lock:
        off = {source: apart for source, apart in _apart.items() if abs(apart) > TOLERANCE}
    said = ", ".join(
        f"{abs(apart).total_seconds():.0f} s {'behind' if apart > timedelta() else 'ahead of'} that of {source}"
        for source, apart in sorted(off.items())
    )
    why = f"the clock of this machine is {said}: ages can't be told"
    return (why, "Set the clocks (NTP), then verify again") if off else None


def forget() -> None:
    """Forget what was heard. For tests."""
    with _lock:
        _apart.clear()


def _now() -> datetime:
    return datetime.now(UTC)
