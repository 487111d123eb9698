"""Signed statements with contents: a TOML file, the files that it names, and the record that has it as evidence.

A statement NAME is the record `NAME.toml` and the folder `NAME`, which holds `contents.toml` and its files.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import tomlkit

from reference.attestations import Desk, digest, kept

DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def folder_of(desk: Desk, name: str) -> Path:
    """The folder of a statement, made when it is not there."""
    folder = desk.folder / name
    folder.mkdir(exist_ok=True)
    return folder


def proof(folder: Path, name: str, text: str, date: datetime) -> dict[str, Any]:
    """Write a file that shows something; how contents name it."""
    path = folder / name
    path.write_text(text)
    return {"file": name, "sha256": digest(path), "date": date}


def state(desk: Desk, name: str, line: str, role: str, said: str, contents: dict[str, Any], **more: Any) -> Path:
    """Write the contents of a statement and have it signed; `more`: further keys of the record. The record."""
    path = folder_of(desk, name) / "contents.toml"
    path.write_text(tomlkit.dumps(contents))
    return desk.sign(name, line, role, said, [path], **more)


@contextmanager
def restated(desk: Desk, name: str) -> Iterator[Path]:
    """Inside the block a statement may be changed, or be taken away; after it, it is as before. Gives the record."""
    record, folder = desk.folder / f"{name}.toml", desk.folder / name
    files = [p for p in folder.rglob("*") if p.is_file()]
    with kept(record, record.with_name(record.name + ".sig"), *files):
        try:
            yield record
        finally:
            for path in folder.rglob("*"):
                if path.is_file() and path not in files:
                    path.unlink()


def without(desk: Desk, name: str) -> None:
    """Take a record and its signature away."""
    record = desk.folder / f"{name}.toml"
    record.unlink()
    record.with_name(record.name + ".sig").unlink(missing_ok=True)


__all__ = ["DAY", "HOUR", "folder_of", "now", "proof", "restated", "state", "without"]
