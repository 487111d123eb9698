"""Writing a file in one step: readers see the old file or the new one, never half of one."""

from __future__ import annotations

import os
from pathlib import Path


def write_whole(path: Path, text: str) -> None:
    """Replace `path` by a UTF-8 file holding `text`. What UTF-8 can't hold (lone surrogates) becomes an escape."""
    write_whole_bytes(path, text.encode("utf-8", errors="backslashreplace"))


def write_whole_bytes(path: Path, data: bytes) -> None:
    """Replace `path` by a file holding `data`."""
    path = Path(path)
    draft = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with draft.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)
