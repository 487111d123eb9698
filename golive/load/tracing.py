"""What each journey of a load run did, call by call: `trace.json` beside the run.

`{"columns": ["at", "took", "journey", "user", "operation", "text", "language", "mode"], "rows": [[...], ...]}`. `at`:
seconds since the epoch, `took` ms, `journey`: what the calls of one iteration have in common, `text`: a digest of what
was said (`-`: nothing), `language` that was asked for and `mode` that was changed to, `-` where the call has none.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from golive.verdict import Unobservable

NONE = "-"


class Did(NamedTuple):
    """One call of a journey."""

    at: float
    took: float
    journey: str
    user: str
    operation: str
    text: str = NONE
    language: str = NONE
    mode: str = NONE


def write_trace(made: Path, to: Path) -> bool:
    """Write what the journeys said that they did (`did` and the columns, a line a call); whether they said anything."""
    rows = []
    if made.is_file():
        for line in made.read_text(encoding="utf-8").splitlines():
            words = line.split()
            if len(words) == 1 + len(Did._fields) and words[0] == "did":
                rows.append([float(words[1]), float(words[2]), *words[3:]])
    if rows:
        to.write_text(json.dumps({"columns": Did._fields, "rows": rows}), encoding="utf-8")
    return bool(rows)


def read_trace(path: Path) -> list[Did]:
    """Read `trace.json`, oldest call first. Raises Unobservable when it is missing or is none."""
    try:
        told = json.loads(path.read_bytes())
        columns = list(told["columns"])
        places = [columns.index(name) for name in Did._fields]
        read = [[row[place] for place in places] for row in told["rows"]]
        return sorted(Did(float(at), float(took), *map(str, rest)) for at, took, *rest in read)
    except OSError as error:
        raise Unobservable(f"{path}: {error.strerror or error}", "Run the load again") from None
    except (ValueError, KeyError, TypeError, IndexError) as error:
        raise Unobservable(f"{path} is no trace: {error}", "docs/load.md says what stands in it") from None
