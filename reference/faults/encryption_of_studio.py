"""AuraStudio's stores in clear text: the replica, an old object, a copied snapshot; and a key that is to be deleted."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.amending import set_model
from reference.faults import fault
from reference.faults.encryption import deletion_scheduled, key_policy_with, old_object_in_clear, snapshot_in_clear

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, FILES, REPLICA = "AURA-8.1.2.2", "aurastudio-assets", "aurastudio-replica"


@fault(
    name="aura-encryption-replica-in-clear",
    breaks="the database's replica is not encrypted",
    fails=[LINE],
    message=r"database instance aurastudio-replica is not encrypted",
    touches=["aws:aurastudio:rds:replica:encryption"],
)
def replica_in_clear(deployment: Deployment) -> Iterator[None]:
    described = deployment.aws("aurastudio", "rds").describe_db_instances(DBInstanceIdentifier=REPLICA)
    key, place = described["DBInstances"][0]["KmsKeyId"], f"rds/databases/{REPLICA}"
    # No call decrypts an instance; one that was made in clear text may be the replica.
    set_model(deployment, "aurastudio", place, {"storage_encrypted": False, "kms_key_id": None})
    try:
        yield
    finally:
        set_model(deployment, "aurastudio", place, {"storage_encrypted": True, "kms_key_id": key})


@fault(
    name="aura-encryption-old-object-in-clear",
    breaks="an object from before the bucket's encryption is in clear text",
    fails=[LINE],
    message=r"object audio/2023/first\.mp3 in bucket aurastudio-assets is not encrypted",
    touches=["aws:aurastudio:s3:aurastudio-assets:objects"],
    hard=True,
)
def old_song_in_clear(deployment: Deployment) -> Iterator[None]:
    with old_object_in_clear(deployment.aws("aurastudio", "s3"), FILES, "audio/2023/first.mp3"):
        yield


@fault(
    name="aura-encryption-copied-snapshot-in-clear",
    breaks="a copy of a snapshot is not encrypted",
    fails=[LINE],
    message=r"snapshot copied-for-the-analysts is not encrypted",
    touches=["aws:aurastudio:rds:snapshots"],
    hard=True,
)
def copied_snapshot_in_clear(deployment: Deployment) -> Iterator[None]:
    instances = deployment.aws("aurastudio", "rds").describe_db_instances()["DBInstances"]
    primary = next(i["DBInstanceIdentifier"] for i in instances if i["DBInstanceIdentifier"] != REPLICA)
    with snapshot_in_clear(deployment, "aurastudio", primary, "copied-for-the-analysts"):
        yield


@fault(
    name="aura-encryption-key-of-logs-to-be-deleted",
    breaks="the key of the logs is to be deleted",
    fails=[LINE],
    message=r"is encrypted with key \S+ in us-east-1, whose state is PendingDeletion",
    touches=["aws:aurastudio:kms:logs"],
    hard=True,
)
def key_of_logs_to_be_deleted(deployment: Deployment) -> Iterator[None]:
    kms = deployment.aws("aurastudio", "kms")
    key = kms.describe_key(KeyId="alias/aurastudio-logs")["KeyMetadata"]["KeyId"]
    with deletion_scheduled(kms, key):
        yield


@fault(
    name="aura-encryption-key-for-another-account",
    breaks="the policy of the logs' key lets a foreign account decide who of its own decrypts",
    fails=[LINE],
    message=r"key \S+ in us-east-1 may be used by the foreign account 999988887777",
    touches=["aws:aurastudio:kms:logs:policy"],
    hard=True,
)
def key_for_another_account(deployment: Deployment) -> Iterator[None]:
    kms = deployment.aws("aurastudio", "kms")
    key = kms.describe_key(KeyId="alias/aurastudio-logs")["KeyMetadata"]["KeyId"]
    with key_policy_with(kms, key, "arn:aws:iam::999988887777:root", "Partner"):
        yield
