"""The record of which IAM actions each line needs: a JSON file, kept up by runs with `--iam-actions FILE`.

    {"AURA-6.1.1.3": {"reads": ["rds:DescribeDBInstances"]}, ...}

`actions.json` beside this module is the one that `python -m golive iam-policy` writes policies from.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path

from golive.iam.needed import Actions

OWN = Path(__file__).with_name("actions.json")

Record = dict[str, dict[str, list[str]]]
"""Line id to effect (`reads`, `writes`, `disrupts`) to sorted IAM actions."""


class RecordError(Exception):
    """The file is no record. The message names it and says how to make one."""


def load(path: Path = OWN) -> Record:
    """Read a record; a file that is not there is an empty one.

    Raises:
        RecordError: it is no JSON of that form.
    """
    try:
        raw = json.loads(path.read_text(encoding="utf-8"))
        return {
            str(line): {str(effect): sorted(map(str, names)) for effect, names in actions.items()}
            for line, actions in raw.items()
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, AttributeError, TypeError) as error:
        raise RecordError(f"{path}: {error}. Make a record by `pytest --iam-actions {path.name}`") from None


def update(path: Path, ran: Iterable[str], noted: Mapping[str, Actions], known: Iterable[str]) -> None:
    """Write what a run noted: lines that ran are replaced, others stay, those that no catalogue has any more go.

    Args:
        ran: the lines that passed; others may have stopped before all their calls.
        noted: as `golive.iam.needed.by_line` gives it.
        known: the catalogue's lines.
    """
    ran, known = set(ran), set(known)
    kept = {line: actions for line, actions in load(path).items() if line not in ran and line in known}
    new = {line: {e: sorted(names) for e, names in noted[line].items()} for line in ran if noted.get(line)}
    text = json.dumps(dict(sorted({**kept, **new}.items())), indent=1)
    path.write_text(text + "\n", encoding="utf-8")


def actions_of(record: Record, effects: Iterable[str], lines: Iterable[str] | None = None) -> dict[str, list[str]]:
    """Return IAM action to the sorted lines that need it, of the effects and lines (None: all) that are asked for."""
    wanted, chosen = set(effects), None if lines is None else set(lines)
    found: dict[str, set[str]] = {}
    for line, actions in record.items():
        if chosen is not None and line not in chosen:
            continue
        for effect, names in actions.items():
            if effect in wanted:
                for name in names:
                    found.setdefault(name, set()).add(line)
    return {name: sorted(ids) for name, ids in sorted(found.items())}
