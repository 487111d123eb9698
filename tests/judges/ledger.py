"""Says in what the record of a migration differs from its file. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from fixtures.postgres.ledger import Entry


def record_problems(version: str, entries: Sequence[Entry], digest: str) -> list[str]:
    """Return what is wrong with the records of one version; how many there are is judged elsewhere.

    Args:
        digest: of the released file.
    """
    found = []
    for entry in entries:
        if entry.checksum.lower() != digest.lower():
            found.append(
                f"migration {version} was applied from another file: its record has {entry.checksum[:12]}..., "
                f"the released file {digest[:12]}.... Was it edited after it was applied?"
            )
        if entry.success is False:
            found.append(f"migration {version} is recorded as failed")
    return found
