"""Judges answers to requests that were made up, and to hostile texts. Pure.

Sources: RFC 9110 section 5.5 (a header's value has no line end), RFC 6266 (Content-Disposition), RFC 9112 section 3.2.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from email.message import Message

from fixtures.injection.hostile import INJECTED, YES, Reply
from fixtures.injection.tried import Kind, Tried

_PASSWD = re.compile(r"^root:[^:\n]*:0:0:", re.MULTILINE)
"""A line of the file that was asked for (passwd(5))."""


def found_wrong(tried: Iterable[Tried], kind: Kind) -> dict[str, str]:
    """Return operation to a sentence on the first of its answers that was wrong in a way."""
    found: dict[str, str] = {}
    for one in tried:
        if kind in one.wrong:
            found.setdefault(one.operation, f"{one.operation}, {one.what}: {one.status}. {one.wrong[kind]}")
    return found


def read_outside(replies: Iterable[Reply]) -> list[str]:
    """Return where a file outside the folder came back."""
    return [f"{r.place}: {r.what} gives a file of the machine" for r in replies if _PASSWD.search(r.text)]


def read_anything(controls: Iterable[Reply]) -> list[str]:
    """Return where the name of no file is answered as if there were one: then no answer tells anything."""
    return [f"{r.place}: {r.what} is answered {r.status}" for r in controls if r.status < 300]


def headers_injected(replies: Iterable[Reply]) -> list[str]:
    """Return where a text became a header of its own, or a part of one."""
    found = []
    for reply in replies:
        if any(name.lower() == INJECTED.lower() for name, _ in reply.headers):
            found.append(f"{reply.place}: {reply.what} makes a header of its own")
        elif part := next((p for name, value in reply.headers for p in _injected_parts(value)), None):
            found.append(f"{reply.place}: {reply.what} makes a part of its own ({part})")
    return found


def _injected_parts(value: str) -> Iterator[str]:
    message = Message()
    message["Content-Disposition"] = re.sub(r"[\r\n]", " ", value)
    for name, part in message.get_params([], header="Content-Disposition") or []:
        plain = part if isinstance(part, str) else part[2]
        if name == "golive" or plain == YES:
            yield f"{name}={plain}"


def hosts_believed(replies: Iterable[Reply], forged: str) -> list[str]:
    """Return where the host that a caller named comes back, in a header or the body."""
    found = []
    for reply in replies:
        where = [name for name, value in reply.headers if forged in value] + ["the body"] * (forged in reply.text)
        if where:
            found.append(f"{reply.place}: {reply.what} comes back in {where[0]} (answered {reply.status})")
    return found


def broke(replies: Iterable[Reply], slowest: float | None = None) -> list[str]:
    """Return what was answered as a fault of the service's own, not at all, or later than `slowest` seconds."""
    found = []
    for reply in replies:
        if reply.status >= 500 or reply.status == 0:
            found.append(f"{reply.place}: {reply.what} is answered {reply.status or reply.text}")
        elif slowest is not None and reply.seconds > slowest:
            found.append(f"{reply.place}: {reply.what} took {reply.seconds:.1f} s")
    return found


def taken(replies: Sequence[Reply]) -> list[str]:
    """Return what was taken although it is larger than what is."""
    return [f"{r.place}: {r.what} is taken ({r.status})" for r in replies if 0 < r.status < 400]
