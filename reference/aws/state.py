"""What the accounts know beyond moto: records of our own operations, amendments, disturbances."""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from reference.aws.amendments import Amendment
from reference.aws.distortions import Distortion
from reference.aws.disturbances import Disturbance
from reference.settings import Settings

# A record is a structure in the SDK's names; those of one collection are listed by one or more operations.
Record = dict[str, Any]
# Of collections that grow by use, only the newest records are kept.
KEPT = 5000


@dataclass
class State:
    """Shared by all requests; hold `lock` to change it. Records are kept by (account, collection)."""

    settings: Settings | None = None
    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    records: dict[tuple[str, str], list[Record]] = field(default_factory=lambda: defaultdict(list))
    amendments: list[Amendment] = field(default_factory=list)
    disturbances: list[Disturbance] = field(default_factory=list)
    distortions: list[Distortion] = field(default_factory=list)
    operators: dict[str, str] = field(default_factory=dict)
    lock: threading.RLock = field(default_factory=threading.RLock)

    def add(self, account: str, collection: str, *records: Mapping[str, Any]) -> None:
        with self.lock:
            kept = self.records[(account, collection)]
            kept.extend(dict(record) for record in records)
            del kept[:-KEPT]

    def listed(self, account: str, collection: str) -> list[Record]:
        with self.lock:
            return list(self.records.get((account, collection), ()))
