"""Makes a deployment that is not ours out of a copy of the reference: the same behaviour under other names.

`names.toml` says what is renamed in which files. Whole words are replaced, in contents and in the names of files, all
at once. The suite itself is not copied: it has to do with the target file that the renamed deployment writes.
"""

from __future__ import annotations

import re
import shutil
import tomllib
from dataclasses import dataclass
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
COPIED = ("reference/**/*", "targets/*.example.toml", "checklists/*.toml")


@dataclass(frozen=True)
class Group:
    """Names that are replaced in the files that match one of `files` (patterns on the path from the root)."""

    about: str
    files: tuple[str, ...]
    names: dict[str, str]


@cache
def groups() -> tuple[Group, ...]:
    raw = tomllib.loads(Path(__file__).with_name("names.toml").read_text())
    return tuple(Group(each["about"], tuple(each["files"]), each["names"]) for each in raw["group"])


def renames() -> dict[str, str]:
    """All old names with their new ones."""
    return {old: new for group in groups() for old, new in group.names.items()}


def names_left(target: str) -> set[str]:
    """The names in a target's text that no target of the renamed deployment holds."""
    names = _names_for(Path("targets/any.toml"))
    pattern = _pattern(names)
    assert pattern is not None
    return {found for found in pattern.findall(target) if names[found] != found}


def copy_renamed(folder: Path) -> Path:
    """Copy the reference and the example targets into `folder` (it exists and is empty), renamed. Returns `folder`.

    Raises:
        AssertionError: a name is not found in the files of its group.
    """
    texts = _contents()
    used: set[str] = set()
    for path, text in texts.items():
        names = _names_for(path)
        pattern = _pattern(names)
        if pattern and text is not None:
            used |= set(pattern.findall(text))
            text = pattern.sub(lambda match, names=names: names[match[0]], text)  # type: ignore[misc]
        place = folder / _renamed_path(path, names)
        place.parent.mkdir(parents=True, exist_ok=True)
        if text is None:
            shutil.copyfile(ROOT / path, place)
        else:
            place.write_text(text)
    unused = set(renames()) - used
    assert not unused, f"names.toml renames what the reference does not have (any more): {sorted(unused)}"
    return folder


def _contents() -> dict[Path, str | None]:
    """Path from the root to text; None for what is not text."""
    found: dict[Path, str | None] = {}
    for path in sorted(path for pattern in COPIED for path in ROOT.glob(pattern)):
        if path.is_file() and "__pycache__" not in path.parts:
            try:
                found[path.relative_to(ROOT)] = path.read_text()
            except UnicodeDecodeError:
                found[path.relative_to(ROOT)] = None
    return found


def _names_for(path: Path) -> dict[str, str]:
    matching = (group for group in groups() if any(fnmatch(str(path), pattern) for pattern in group.files))
    return {old: new for group in matching for old, new in group.names.items()}


def _pattern(names: dict[str, str]) -> re.Pattern[str] | None:
    """Longest first; no letter of a name goes on at either end, and a path does not go on inside of a word."""
    if not names:
        return None
    each = sorted(names, key=len, reverse=True)
    return re.compile("|".join(_ended(re.escape(name), name) for name in each))


def _ended(escaped: str, name: str) -> str:
    before = r"(?<![A-Za-z0-9_])" if re.match(r"\w", name) else ""
    after = r"(?![A-Za-z0-9_-])" if name.startswith("/") else r"(?![A-Za-z0-9_])" if re.search(r"\w$", name) else ""
    return before + escaped + after


def _renamed_path(path: Path, names: dict[str, str]) -> Path:
    """The path with the names of modules replaced, as imports of them were."""
    return path.with_name(names[path.stem] + path.suffix) if path.stem in names else path
