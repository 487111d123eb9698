"""Recoveries that fail, and that are only told of."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reference.faults import fault
from reference.faults.redis_backups import LINE as REDIS
from reference.faults.redis_backups import snapshots_cut_in_half

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE = "AURA-11.2.2.4"
TOUCHES = ["drills:aurastudio:recovery"]


def _folder(deployment: Deployment) -> Path:
    """Of the drills' records."""
    return Path(deployment.settings.folder) / "drills"


@contextmanager
def _records_aside(deployment: Deployment) -> Iterator[Path]:
    """Inside the block there is no record of a recovery; after it those of before, and no other."""
    folder = _folder(deployment)
    folder.mkdir(exist_ok=True)
    before = {path: path.read_bytes() for path in folder.glob("recovery-aurastudio-*.json")}
    for path in before:
        path.unlink()
    try:
        yield folder
    finally:
        for path in folder.glob("recovery-aurastudio-*.json"):
            path.unlink()
        for path, content in before.items():
            path.write_bytes(content)


@fault(
    name="aura-recovery-drill-fails",
    breaks="no recovery was drilled, and one that is tried now ends at a Redis snapshot that can't be loaded",
    fails=[LINE, REDIS],
    message={LINE: r"Redis was not recovered: snapshot \S+ can't be loaded", REDIS: r"can't be loaded"},
    touches=[*TOUCHES, "redis:snapshots:aurastudio", "redis:nodes"],
)
def recovery_fails(deployment: Deployment) -> Iterator[None]:
    with _records_aside(deployment), snapshots_cut_in_half(deployment, "aurastudio"):
        yield


@fault(
    name="aura-recovery-drill-made-up",
    breaks="a record tells of a recovery that nobody made",
    fails=[LINE],
    message=r"tells of a restore, and the account's trail shows none of golive-0123456789",
    touches=TOUCHES,
    hard=True,
)
def recovery_made_up(deployment: Deployment) -> Iterator[None]:
    with _records_aside(deployment) as folder:
        release = deployment.settings.products["aurastudio"].release
        started = datetime.now(UTC) - timedelta(days=2)
        backup = started - timedelta(hours=5)
        facts: dict[str, Any] = {
            "run": "golive-0123456789",
            "started": started.isoformat(),
            "database": {
                "source": "database instance aurastudio",
                "backup": "snapshot of the night",
                "moment": backup.isoformat(),
                "minutes": 31.0,
                "tables": {"public.user_profiles": {"rows": 2, "compared": 2, "missing": 0}},
            },
            "redis": {
                "snapshot": "aurastudio-daily-1",
                "created": backup.isoformat(),
                "size_bytes": 4096,
                "keys": 12,
                "marker": "operations:backup-marker",
                "marker_live": True,
                "marker_restored": True,
                "marker_same": True,
                "seconds": 240.0,
            },
        }
        record = {
            "kind": "recovery",
            "product": "aurastudio",
            "environment": "production",
            "version": release.version,
            "started": started.isoformat(),
            "finished": (started + timedelta(minutes=40)).isoformat(),
            "run": "golive-0123456789",
            "facts": facts,
        }
        (folder / f"recovery-aurastudio-{started:%Y%m%dT%H%M%SZ}.json").write_text(json.dumps(record))
        yield
