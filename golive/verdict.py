"""Verdicts, and the exceptions by which a check says that it could not observe.

A check ends in one of three ways: it returns (its line holds), it raises `AssertionError` (the line was observed and
does not hold), or it raises `Unverified` (the line could not be observed). Everything else a check raises is a defect
or a source that broke, and counts as unverified too: never as passed, never as failed.
"""

from __future__ import annotations

from enum import StrEnum


class Verdict(StrEnum):
    """What a run knows about one line. Only `PASSED` counts as verified."""

    PASSED = "passed"
    FAILED = "failed"
    UNVERIFIED = "unverified"
    WAIVED = "waived"


class Unverified(Exception):  # noqa: N818  it is a verdict, not an error of a program
    """The line could not be observed.

    Args:
        reason: what stood in the way, naming the thing.
        remedy: what to do about it, as an instruction; may be empty.
    """

    shown_as_skip = False
    """Whether pytest shows a skip. Only where the target never promised the observation."""

    def __init__(self, reason: str, remedy: str = "") -> None:
        self.reason = reason
        self.remedy = remedy
        super().__init__(f"{reason}. {remedy}" if remedy else reason)


class NotConfigured(Unverified):
    """The target does not have the capability or setting that the check needs."""

    shown_as_skip = True


class NotAllowed(Unverified):
    """The check's effect (writes, disrupts) is not allowed on this target, so it was not run."""

    shown_as_skip = True


class Refused(Unverified):
    """A call was stopped by the guard before it left, since the running check may not make it."""


class Unobservable(Unverified):
    """The capability is configured, and yet the observation broke: time-out, access denied, empty set, rubbish."""
