"""Judges what stands in an environment file under version control. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from tests.judges.secrets import placeholder_in, secret_in_clear


def values_in(variables: Mapping[str, str], *, template: bool) -> list[str]:
    """Return the names of variables whose values do not belong into version control.

    A template may say what is no secret; any other file has to be empty.
    """
    held = {name: value for name, value in variables.items() if value.strip()}
    if not template:
        return sorted(held)
    return sorted(n for n, v in held.items() if placeholder_in(v, local=False) is None and secret_in_clear(n, v))
