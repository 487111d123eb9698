"""The places that a target names by JSONPath (RFC 9535, as jsonpath-ng reads it)."""

from __future__ import annotations

from functools import cache
from typing import Any

from jsonpath_ng.ext.parser import parse

from golive.verdict import Unobservable


@cache
def compiled(place: str) -> Any:
    """Return jsonpath-ng's expression of a place, made once: reading one takes long.

    Raises:
        Unobservable: it is none.
    """
    try:
        return parse(place)
    except Exception as error:  # jsonpath-ng raises bare Exception
        raise Unobservable(f"{place!r} is not a JSONPath: {error}", "Correct it in the target file") from None


def values_at(content: Any, place: str) -> list[Any]:
    """Return what stands at a place, in document order; empty when there is nothing. Raises Unobservable."""
    return [match.value for match in compiled(place).find(content)]
