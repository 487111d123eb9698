"""Calls that go wrong on purpose: denied, throttled, broken, slow, or answered by something that is not AWS."""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any

from reference.aws.calls import ApiError, Call, Response

HTML = b"<!DOCTYPE html><html><head><title>Sign in</title></head><body>Please sign in to continue.</body></html>"
CODES = {
    "denied": ("AccessDenied", 403),
    "throttled": ("Throttling", 400),
    "expired": ("ExpiredToken", 403),
    "unavailable": ("ServiceUnavailable", 503),
    "error": ("InternalFailure", 500),
}
EFFECTS = (*CODES, "hang", "html", "empty")
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Disturbance:
    """`action` is a pattern over `service.Operation`, such as `rds.Describe*`; `caller` one over the caller's ARN.

    `effect`: one of EFFECTS; `hang` waits `seconds` before it goes on (the client gives up first), `empty` answers
    200 without anything. Operators (the seeds, the faults) are never disturbed.
    """

    action: str
    effect: str
    account: str = ""
    caller: str = "*"
    seconds: float = 60.0
    id: int = field(default_factory=lambda: next(_numbers))
    healed: threading.Event = field(default_factory=threading.Event, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.effect not in EFFECTS:
            raise ValueError(f"effect {self.effect!r}: expected one of {', '.join(EFFECTS)}")

    def concerns(self, call: Call, caller: str) -> bool:
        return (
            self.account in ("", call.account)
            and fnmatchcase(call.name, self.action)
            and fnmatchcase(caller, self.caller)
        )

    def response(self, call: Call, caller: str) -> Response | None:
        """The answer instead of the true one, or None to go on. Raises ApiError."""
        if self.effect == "hang":
            self.healed.wait(self.seconds)
            return None
        if self.effect == "html":
            return 200, {"Content-Type": "text/html"}, HTML
        if self.effect == "empty":
            return 200, {}, b""
        code, status = CODES[self.effect]
        raise ApiError(
            code,
            f"User: {caller} is not authorized to perform: {call.name}" if code == "AccessDenied" else code,
            status,
        )

    def described(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "healed"}
