"""Enters the first backups into the accounts, as snapshots that the service took by itself, with a copy elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from reference.amending import set_model
from reference.aws.inventory import RECOVERY_REGION
from reference.clients import aws_client
from reference.services.part import Part
from reference.services.restore import first_snapshots

if TYPE_CHECKING:
    from reference.deployment import Deployment


class Snapshots(Part):
    """No process of its own."""

    needs = ("backups", "aws")

    @property
    def address(self) -> str:
        return "the first backups as snapshots, and copies in the second region"

    @property
    def alive(self) -> bool:
        return True

    def start(self) -> None:
        for product, name in zip(self.settings.products, first_snapshots(self.settings), strict=True):
            self._enter(product, name)

    def _enter(self, product: str, name: str) -> None:
        rds = aws_client(self.settings, product, "rds")
        listed = rds.describe_db_instances()["DBInstances"]
        writer = next(i for i in listed if not i.get("ReadReplicaSourceDBInstanceIdentifier"))
        rds.create_db_snapshot(DBInstanceIdentifier=writer["DBInstanceIdentifier"], DBSnapshotIdentifier=name)
        # Amendments go by settings alone.
        known = cast("Deployment", self)
        set_model(known, product, f"rds/database_snapshots/{name}", {"snapshot_type": "automated"})
        account = self.settings.aws.accounts[product]
        there = aws_client(self.settings, product, "rds", region=RECOVERY_REGION)
        there.copy_db_snapshot(
            SourceDBSnapshotIdentifier=f"arn:aws:rds:{account.region}:{account.id}:snapshot:{name}",
            TargetDBSnapshotIdentifier=f"{name}-copy",
            KmsKeyId=_key(there),
            CopyTags=True,
        )


def _key(rds: Any) -> str:
    """The key of that region with which the account encrypts its copies."""
    return str(rds.describe_db_snapshots()["DBSnapshots"][0]["KmsKeyId"])
