"""Finds a known secret in texts, in the clear or coded. Pure; nothing returned holds the secret."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from urllib.parse import quote

SHORTEST = 12
"""Characters: what is shorter is in many texts by chance."""


def forms_of(secret: str) -> set[str]:
    """Return how a secret may be written: as it is, for a URL, in base64 at each of the three offsets, in hex."""
    if len(secret) < SHORTEST:
        raise ValueError(f"a secret of {len(secret)} characters can't be looked for")
    raw = secret.encode()
    coded = {secret, quote(secret, safe=""), raw.hex()}
    for offset in range(3):
        text = base64.b64encode(b"\0" * offset + raw).decode()
        # The ends depend on what stands beside it.
        coded.add(text[-(-offset * 8 // 6) + (1 if offset else 0) : len(text) - 4])
    return {form for form in coded if len(form) >= SHORTEST}


def places_of(secret: str, texts: Iterable[tuple[str, str]]) -> Iterator[str]:
    """Give the places whose text holds a secret; texts come as place and text."""
    forms = forms_of(secret)
    for place, text in texts:
        if any(form in text for form in forms):
            yield place
