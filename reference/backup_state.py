"""What other processes know of backups and restored instances: the file that tells, and the names of the first ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reference.settings import Settings

STATE = "state.json"
"""In the folder of the backups."""
RECORD_ALONE = {"Key": "reference", "Value": "record alone"}
"""The tag of a snapshot for which no backup is taken: its time is to be set to one that is long past."""
RESTORABLE = "controller/restorable.json"
"""In the deployment's folder: the newest moment that can be restored to."""


def first_snapshots(settings: Settings) -> dict[str, str]:
    """Product to the name of the backup that is taken when the deployment starts."""
    # Letters and digits: a folder's random name may end with what no identifier of RDS may.
    suffix = re.sub(r"[^a-z0-9]", "", settings.name.rpartition("-")[2].lower()) or "first"
    return {product: f"rds-{product}-{suffix}" for product in settings.products}
