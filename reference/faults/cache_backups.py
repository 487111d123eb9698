"""The other product's cache snapshots."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.redis_primary import snapshot_file

if TYPE_CHECKING:
    from reference.deployment import Deployment


@fault(
    name="sei-cache-snapshot-unreadable",
    breaks="the database's backup is whole, and the newest snapshot of the cache has lost its second half",
    fails=["SEI-2.1.1.2.4"],
    message=r"cache snapshot \S+ \(\d+ bytes\) can't be loaded",
    touches=["redis:snapshots:seiketsu"],
    hard=True,
)
def unreadable(deployment: Deployment) -> Iterator[None]:
    settings = deployment.settings
    listed = deployment.aws("seiketsu", "elasticache").describe_snapshots()["Snapshots"]
    paths = [
        snapshot_file(Path(settings.folder), settings.aws.accounts["seiketsu"].id, snapshot["SnapshotName"])
        for snapshot in listed
    ]
    before = {path: (path.read_bytes(), path.stat().st_mtime) for path in paths}
    try:
        for path, (content, made) in before.items():
            path.write_bytes(content[: len(content) // 2])
            os.utime(path, (made, made))
        yield
    finally:
        for path, (content, made) in before.items():
            path.write_bytes(content)
            os.utime(path, (made, made))
