"""What differs between what Terraform has written down and what is there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

_COMMENT = re.compile(r"(?m)(^|\s)(#|//).*$|/\*[\s\S]*?\*/")
_IGNORED = re.compile(r"\bignore_changes\s*=\s*(\[[^\]]*\]|all\b)")


def differences(expected: Mapping[str, Any], actual: Mapping[str, Any] | None, ignored: Iterable[str]) -> list[str]:
    """Say for each attribute how it differs. Lists of rules say what was added and what is gone."""
    if actual is None:
        return ["was deleted outside of Terraform"]
    skipped, found = set(ignored), []
    for name in sorted(actual.keys() - skipped):
        want, have = expected.get(name), actual[name]
        if want == have:
            continue
        if isinstance(want, list) and isinstance(have, list) and all(isinstance(i, str) for i in [*want, *have]):
            found += [f"{name} {item} was added" for item in have if item not in want]
            found += [f"{name} {item} is gone" for item in want if item not in have]
        else:
            found.append(f"{name} is {have!r}, Terraform has {want!r}")
    return found


def hidden(files: Mapping[str, str], accepted: Iterable[str]) -> list[str]:
    """Name what modules ignore changes of without saying why in the target: drift there is never planned away.

    Args:
        files: path to text of the configuration's files.
    """
    known, found = set(accepted), []
    for path, text in sorted(files.items()):
        for match in _IGNORED.findall(_COMMENT.sub(r"\1", text)):
            names = ["all"] if match == "all" else re.findall(r"[\w.\[\]\"]+", match[1:-1])
            found += [f"{path}: ignore_changes hides {name}" for name in names if name not in known]
    return list(dict.fromkeys(found))


def not_applied(planned: Mapping[str, Iterable[str]], completed: Iterable[str], errored: Iterable[str]) -> list[str]:
    """Name what the plan wanted to change and the apply did not bring to its end."""
    done, broken = set(completed), set(errored)
    found = [f"{address}: its apply failed" for address in sorted(broken)]
    found += [
        f"{address}: planned ({', '.join(actions)}) and never applied"
        for address, actions in sorted(planned.items())
        if address not in done | broken
    ]
    return found
