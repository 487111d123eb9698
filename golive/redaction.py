"""Redaction, applied when something is recorded, not when it is printed.

Two nets: values that were resolved from the target's references are registered and replaced wherever they stand, in any
usual encoding; and credentials that nobody registered are known by their shape (`golive.credential_shapes`).
"""

from __future__ import annotations

import base64
import html
import json
import re
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import quote, quote_plus

from ahocorasick_rs import BytesAhoCorasick, Implementation, MatchKind

from golive.credential_shapes import MARKER, SHAPES, hide_cookies, names_a_cookie, names_a_secret

SHORT = 6
"""Secrets of fewer characters are replaced only where they stand alone, and in no other encoding."""
LEAST = 3
"""Values of fewer characters are not registered: they would turn any text to markers."""
_PIECE = 16
"""Lines and remains of a secret that are at least this long are secrets of their own."""
_CUT = 8
"""Least length of the start or end of a secret, left by `...`, that is taken for a piece of it."""
_ORDINARY = {"true", "false", "none", "null", "default", "disabled", "enabled", "production", "staging"}

_lock = threading.Lock()
_secrets: frozenset[str] = frozenset()
_known: _Known | None = None


def register(secret: str | bytes) -> None:
    """Have `secret` replaced in everything that is redacted from now on, in this process."""
    global _secrets, _known
    text = secret.decode("utf-8", "surrogateescape") if isinstance(secret, bytes) else secret
    text = text.strip()
    if len(text) < LEAST or text.lower() in _ORDINARY or MARKER in text or text in MARKER or text in _secrets:
        return
    with _lock:
        _secrets, _known = _secrets | {text}, None


def forget_all() -> None:
    """Empty the registry. For tests of redaction itself."""
    global _secrets, _known
    with _lock:
        _secrets, _known = frozenset(), None
        _forms.cache_clear()


def redact(value: Any) -> Any:
    """Return `value` with credentials replaced by `[redacted]`; what holds none is returned as it is.

    Goes into dictionaries, lists, tuples and sets. A string under a key that announces a credential (`password`,
    `X-Api-Key`) is replaced whole; cookies keep their names and attributes. Other types are returned unchanged.
    """
    if isinstance(value, str):
        return redact_text(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return MARKER if str(value) in _secrets else value
    if isinstance(value, (bytes, bytearray)):
        before = value.decode("utf-8", "surrogateescape")
        after = redact_text(before)
        return value if after == before else after.encode("utf-8", "surrogateescape")
    if isinstance(value, Mapping):
        return {redact(key): _under(str(key), item) for key, item in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(redact(item) for item in value))
    if isinstance(value, (list, tuple, set, frozenset)):
        return type(value)(redact(item) for item in value)
    return value


def redact_text(text: str) -> str:
    """Return `text` with registered secrets and whatever has the shape of a credential replaced. Idempotent."""
    for _ in range(4):  # a replacement may uncover another shape; texts settle in one or two rounds
        before, text = text, _once(text)
        if text == before:
            break
    return text


def _once(text: str) -> str:
    if _secrets:
        text = _finder().hide(text)
        if "..." in text:
            text = _without_cut_secrets(text)
    lowered = text.lower()
    for shape in SHAPES:
        text = shape.apply(text, lowered)
    return text


def _under(key: str, value: Any) -> Any:
    if names_a_cookie(key) and isinstance(value, str):
        return redact_text(hide_cookies(value))
    if names_a_secret(key):
        if isinstance(value, (str, bytes)) and value:
            return MARKER
        if isinstance(value, (list, tuple)):
            return [MARKER if isinstance(item, (str, bytes)) and item else redact(item) for item in value]
    return redact(value)


@dataclass(frozen=True)
class _Known:
    """Finds all registered secrets. `long`: their forms; `short`: those that count only where they stand alone.

    An automaton over bytes, not one expression: a run registers secrets all along, and to compile thousands of literals
    into an expression anew each time takes a second; and text may hold surrogates, which only bytes stand for.
    """

    long: BytesAhoCorasick | None
    short: re.Pattern[str] | None

    def hide(self, text: str) -> str:
        if self.long is not None:
            raw = text.encode("utf-8", "surrogatepass")
            if found := self.long.find_matches_as_indexes(raw):
                pieces, end = [], 0
                for _, start, stop in found:
                    pieces += [raw[end:start], MARKER.encode()]
                    end = stop
                text = b"".join([*pieces, raw[end:]]).decode("utf-8", "surrogatepass")
        return text if self.short is None else self.short.sub(MARKER, text)


def _finder() -> _Known:
    """What finds the registered secrets, built when the first text after a registration comes."""
    global _known
    known = _known
    if known is None:
        with _lock:
            known = _known = _build(_secrets)
    return known


def _build(secrets: frozenset[str]) -> _Known:
    """The longest form of the leftmost wins, and the marker is one of them, so that it is never eaten."""
    forms = {form for secret in secrets for form in _forms(secret) if len(form) >= SHORT}
    patterns = [form.encode("utf-8", "surrogatepass") for form in sorted({*forms, MARKER})]
    short = [re.escape(secret) for secret in sorted(secrets) if len(secret) < SHORT]
    return _Known(
        BytesAhoCorasick(patterns, MatchKind.LeftmostLongest, Implementation.NoncontiguousNFA) if forms else None,
        re.compile(rf"(?<![A-Za-z0-9_])(?:{'|'.join(short)})(?![A-Za-z0-9_])") if short else None,
    )


@lru_cache(maxsize=10_000)
def _forms(secret: str) -> frozenset[str]:
    return frozenset(_each_form(secret))


def _each_form(secret: str) -> Iterator[str]:
    if len(secret) < SHORT:
        return
    raw = secret.encode("utf-8", "surrogateescape")
    yield secret
    for quoted in (quote(raw, safe=""), quote(raw), quote_plus(raw)):
        yield quoted
        yield re.sub(r"%[0-9A-F]{2}", lambda found: found[0].lower(), quoted)
    for escaped in (json.dumps(secret), json.dumps(secret, ensure_ascii=False), repr(secret)):
        yield escaped[1:-1]
        yield repr(escaped[1:-1])[1:-1]
        yield json.dumps(escaped[1:-1])[1:-1]
    yield html.escape(secret)
    yield html.escape(secret, quote=False)
    yield raw.hex()
    yield from _base64_forms(raw)
    for line in secret.splitlines():
        if len(line.strip()) >= _PIECE:
            yield line.strip()


def _base64_forms(raw: bytes) -> Iterator[str]:
    """What base64 makes of the secret, alone and in the middle of a longer text (three alignments)."""
    for encode in (base64.b64encode, base64.urlsafe_b64encode):
        whole = encode(raw).decode()
        yield whole
        if len(whole.rstrip("=")) >= _CUT:
            yield whole.rstrip("=")
        for offset in range(3):
            shifted = encode(b"\0" * offset + raw).decode().rstrip("=")
            start = -(-offset * 8 // 6)
            end = (offset + len(raw)) * 8 // 6
            if end - start >= 12:
                yield shifted[start:end]


def _without_cut_secrets(text: str) -> str:
    """Replace starts and ends of secrets left where a text was shortened by `...`."""
    parts = text.split("...")
    long = [secret for secret in _secrets if len(secret) > _CUT]
    for index, part in enumerate(parts):
        after, before = index > 0, index < len(parts) - 1
        for secret in long:
            if before and (cut := _overlap(secret, part, len(secret))):
                part = part[:-cut] + MARKER
            if after and (cut := _overlap(secret[::-1], part[::-1], len(secret))):
                part = MARKER + part[cut:]
        parts[index] = part
    return "...".join(parts)


def _overlap(start: str, text: str, longest: int) -> int:
    """Length of the longest start of `start` (at least `_CUT`) with which `text` ends; 0 when there is none."""
    for size in range(min(longest, len(text)), _CUT - 1, -1):
        if text.endswith(start[:size]):
            return size
    return 0
