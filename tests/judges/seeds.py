"""Judges seed rows: every named one there, once, with its values. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from golive.target.stores import SeedRows


def seed_differences(seeds: SeedRows, rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """Return what is missing, more than once, or other than the manifest says. More rows than named are differences.

    Args:
        rows: those that `seeds.where` selects, with every column that the manifest names.
    """
    counts = Counter(str(r[seeds.name]) for r in rows)
    found = [f"{seeds.table}: row {name} is missing" for name in seeds.rows if not counts[name]]
    found += [f"{seeds.table}: row {name} is there {n} times" for name, n in counts.items() if n > 1]
    found += [f"{seeds.table}: row {name} is not in the manifest" for name in counts if name not in seeds.rows]
    for row in rows:
        name = str(row[seeds.name])
        wanted = seeds.rows.get(name, {})
        found += [
            f"{seeds.table}: {column} of {name} is {row[column]!r}, the manifest says {value!r}"
            for column, value in wanted.items()
            if not same(row[column], value)
        ]
        found += [
            f"{seeds.table}: {column} of {name} is empty"
            for column in seeds.not_empty
            if row[column] in (None, "", {}, [])
        ]
    return found


def same(live: Any, wanted: float | str | bool) -> bool:
    """Whether two values are the same, numbers by size and not by kind."""
    if isinstance(wanted, bool) or isinstance(live, bool):
        return live is wanted
    if isinstance(wanted, (int, float)):
        return live is not None and abs(float(live) - wanted) <= 1e-9 * max(1.0, abs(wanted))
    return str(live) == wanted


def count_differences(table: str, file: Mapping[str, int], live: Mapping[str, int]) -> tuple[list[str], list[str]]:
    """Return sentences on natural keys of a file that a table lacks, and on those that it has more often.

    Args:
        file: natural key to how often the file, applied to an empty database, makes it.
        live: the same of the deployment's rows.
    """
    missing = [f"{table}: row {key} of the seed file is missing" for key in file if not live.get(key)]
    more = [
        f"{table}: row {key} is there {live[key]} times, the seed file makes {count}"
        for key, count in file.items()
        if live.get(key, 0) > count
    ]
    return missing, more


def sample_users(logins: Sequence[str], named: Sequence[str], spared: Sequence[str]) -> list[str]:
    """Return the logins that are no person's: those that installations start with, and what tests leave behind.

    Args:
        named: addresses of demo users, in full.
        spared: addresses that are there on purpose, such as the identities that Golive signs in with.
    """
    kept = {login.lower() for login in spared}
    exact = {login.lower() for login in named}
    return sorted(
        login
        for login in {login.lower() for login in logins} - kept
        if login in exact or _SAMPLE.match(login) or login.endswith(_RESERVED)
    )


_SAMPLE = re.compile(r"(test|demo|sample|example|dummy|foo|john\.?doe|jane\.?doe|user\d*)([._+-]?\d+|[._+-]\w+)?(@|$)")
_RESERVED = ("@example.com", "@example.org", "@example.net", "@test.com", ".test", ".invalid", "@localhost")
