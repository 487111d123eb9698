"""Observations: what was measured, by what, and when. A pass without one is not a pass.

Fixtures record; checks read. `fact` makes a property of a subject (a bucket, a database) an observation that is
recorded into the running check each time the check looks at it, however long ago it was fetched and by whom.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar, overload

from golive.iam import needed
from golive.redaction import redact
from golive.verdict import Unobservable

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Observation:
    """One measured fact. `value` is JSON-able and already redacted; `at` is when it was fetched (UTC)."""

    subject: str
    name: str
    value: Any
    unit: str
    source: str
    at: datetime

    def as_json(self) -> dict[str, Any]:
        """Return the observation as it stands in `results.json` under `evidence`."""
        return {
            "subject": self.subject,
            "name": self.name,
            "value": self.value,
            "unit": self.unit,
            "source": self.source,
            "at": self.at.isoformat(timespec="milliseconds"),
        }


@dataclass(frozen=True, slots=True)
class Judgement:
    """One comparison of an observed value with a limit of the line, as the report shows it."""

    observed: str
    limit: str
    unit: str
    holds: bool


@dataclass(slots=True)
class Recorder:
    """Collects what one check observed and judged. Safe to use from the check's own threads."""

    observations: dict[tuple[str, str, str], Observation] = field(default_factory=dict)
    judgements: list[Judgement] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def observe(self, observation: Observation) -> None:
        """Keep the observation; a later one of the same fact replaces the earlier."""
        with self._lock:
            self.observations[observation.subject, observation.name, observation.source] = observation

    def knows(self, subject: str, name: str, source: str, at: datetime) -> bool:
        """Return whether this very observation is kept already."""
        known = self.observations.get((subject, name, source))
        return known is not None and known.at == at

    def judge(self, judgement: Judgement) -> None:
        """Keep a comparison with a limit."""
        with self._lock:
            self.judgements.append(judgement)


_recorder: Recorder | None = None


def recording(recorder: Recorder | None) -> None:
    """Make `recorder` the one that the running check's observations go to; None between checks."""
    global _recorder
    _recorder = recorder


def current_recorder() -> Recorder | None:
    """Return the running check's recorder, or None outside a check."""
    return _recorder


def observed(subject: object, name: str, value: T, *, source: str, unit: str = "", at: datetime | None = None) -> T:
    """Record that `subject`'s `name` was seen to be `value` by `source`, and return `value` unchanged.

    Args:
        subject: the thing, shown by `str()`, such as a bucket name.
        value: anything; what JSON cannot hold is recorded by `str()`.
        source: the call that told, such as `s3:GetBucketVersioning`, `GET /health`, `SQL pg_policies`.
        unit: of the value: `days`, `ms`, `count`; empty for words.
        at: when it was fetched; now by default.
    """
    if _recorder is not None:
        _recorder.observe(
            Observation(redact(str(subject)), name, redact(_plain(value)), unit, source, at or datetime.now(UTC))
        )
    return value


def _plain(value: Any, depth: int = 0) -> Any:
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if depth < 4:
        if isinstance(value, dict):
            return {str(k): _plain(v, depth + 1) for k, v in value.items()}
        if isinstance(value, (list, tuple, set, frozenset, Found)):
            items = value._items if isinstance(value, Found) else value
            return [_plain(v, depth + 1) for v in items]
    return str(value)


class Fact(Generic[T]):
    """A property that is fetched once and recorded as an observation whenever a check reads it. Made by `fact`."""

    def __init__(self, fetch: Callable[[Any], T], source: str, unit: str) -> None:
        self.fetch, self.source, self.unit = fetch, source, unit
        self.name = fetch.__name__
        self.__doc__ = fetch.__doc__

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, subject: None, owner: type) -> Fact[T]: ...
    @overload
    def __get__(self, subject: object, owner: type) -> T: ...
    def __get__(self, subject: object | None, owner: type) -> T | Fact[T]:
        if subject is None:
            return self
        known: dict[str, tuple[T, datetime, set[tuple[str, str]]]] = subject.__dict__.setdefault("_facts", {})
        if self.name not in known:
            with needed.capture() as seen:
                value = self._fetched(subject)
            known[self.name] = value, datetime.now(UTC), seen.actions
            at = known[self.name][1]
        else:
            value, at, actions = known[self.name]
            needed.again(actions)
            if _recorder is not None and _recorder.knows(redact(str(subject)), self.name, self.source, at):
                return value  # a check that asks for each of a thousand things must not record all of them each time
        return observed(subject, self.name, value, source=self.source, unit=self.unit, at=at)

    def _fetched(self, subject: object) -> T:
        try:
            return self.fetch(subject)
        except (LookupError, TypeError, ValueError) as error:  # an optional field that is not there, a value of no type
            what = f"has no {error}" if isinstance(error, KeyError) else f"can't be understood: {error}"
            raise Unobservable(f"{subject}: {self.name.replace('_', ' ')}: what {self.source} says {what}") from error


def fact(source: str, unit: str = "") -> Callable[[Callable[[Any], T]], Fact[T]]:
    """Decorate a method of a subject so that reading it fetches once and records an observation each time.

    The subject's class needs a `__str__` that names the thing and a `__dict__` (no slots).
    """

    def decorate(fetch: Callable[[Any], T]) -> Fact[T]:
        return Fact(fetch, source, unit)

    return decorate


class Found(Sequence[T]):
    """What a look-up found. To go over an empty one is `Unobservable`: nothing was seen, so nothing is shown to hold.

    Args:
        what: plural noun for messages, such as `"file buckets of aurastudio"`.
        items: what was found.
        source: the call that listed them.
        remedy: what to do when there are none.
    """

    def __init__(self, what: str, items: Iterable[T], *, source: str, remedy: str = "") -> None:
        self.what, self.source, self.remedy = what, source, remedy
        self._items = list(items)
        observed(what, "found", [str(i) for i in self._items[:50]], source=source)

    def __iter__(self) -> Iterator[T]:
        return iter(self._some())

    def __len__(self) -> int:
        return len(self._items)

    def __bool__(self) -> bool:
        return bool(self._items)

    @overload
    def __getitem__(self, index: int) -> T: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[T]: ...
    def __getitem__(self, index: int | slice) -> T | Sequence[T]:
        return self._some()[index]

    def __str__(self) -> str:
        return f"{len(self._items)} {self.what}"

    def or_none(self) -> list[T]:
        """Return the items where an empty set is an answer. The check must then hold another observation."""
        return list(self._items)

    def _some(self) -> list[T]:
        if not self._items:
            raise Unobservable(f"found no {self.what} by {self.source}", self.remedy)
        return self._items
