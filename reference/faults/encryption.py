"""Stores in clear text, with keys that are gone or stand still, and objects from before the encryption."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.amending import set_model
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, RECORDINGS = "SEI-1.1.2.2.1", "seiketsu-production-recordings"
RESTORED = ["SEI-1.1.1.3.4", "SEI-2.1.1.2.4"]
KEYS = ["aws:seiketsu:kms:data"]


def _data_key(deployment: Deployment) -> tuple[Any, str]:
    kms = deployment.aws("seiketsu", "kms")
    return kms, kms.describe_key(KeyId="alias/seiketsu-production-data")["KeyMetadata"]["KeyId"]


@contextmanager
def deletion_scheduled(kms: Any, key: str) -> Iterator[None]:
    """Inside the block AWS waits for the day on which it deletes the key; nobody can use it."""
    kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)
    try:
        yield
    finally:
        kms.cancel_key_deletion(KeyId=key)
        kms.enable_key(KeyId=key)


@contextmanager
def old_object_in_clear(s3: Any, bucket: str, key: str) -> Iterator[None]:
    """Inside the block an object lies there that was written before the bucket encrypted."""
    default = s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]
    s3.delete_bucket_encryption(Bucket=bucket)
    made = s3.put_object(Bucket=bucket, Key=key, Body=b"of long ago")
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration=default)
    try:
        yield
    finally:
        s3.delete_object(Bucket=bucket, Key=key, VersionId=made["VersionId"])


@contextmanager
def snapshot_in_clear(deployment: Deployment, product: str, instance: str, name: str) -> Iterator[None]:
    """Inside the block there is a snapshot from before the database's encryption: no call makes a clear one of it."""
    rds = deployment.aws(product, "rds")
    rds.create_db_snapshot(DBInstanceIdentifier=instance, DBSnapshotIdentifier=name)
    try:
        set_model(deployment, product, f"rds/database_snapshots/{name}", {"encrypted": False, "kms_key_id": None})
        yield
    finally:
        rds.delete_db_snapshot(DBSnapshotIdentifier=name)


@fault(
    name="sei-encryption-off-for-recordings",
    breaks="the recordings' bucket encrypts new objects with no key of ours",
    fails=[LINE],
    message=r"bucket seiketsu-production-recordings, for new objects is not encrypted",
    touches=["aws:seiketsu:s3:recordings:encryption"],
)
def off_for_recordings(deployment: Deployment) -> Iterator[None]:
    s3 = deployment.aws("seiketsu", "s3")
    before = s3.get_bucket_encryption(Bucket=RECORDINGS)["ServerSideEncryptionConfiguration"]
    s3.delete_bucket_encryption(Bucket=RECORDINGS)
    try:
        yield
    finally:
        s3.put_bucket_encryption(Bucket=RECORDINGS, ServerSideEncryptionConfiguration=before)


@fault(
    name="sei-encryption-old-object-in-clear",
    breaks="an object from before the bucket's encryption is in clear text",
    fails=[LINE],
    message=r"object calls/2023/first\.ogg in bucket seiketsu-production-recordings is not encrypted",
    touches=["aws:seiketsu:s3:recordings:objects"],
    hard=True,
)
def old_call_in_clear(deployment: Deployment) -> Iterator[None]:
    with old_object_in_clear(deployment.aws("seiketsu", "s3"), RECORDINGS, "calls/2023/first.ogg"):
        yield


@fault(
    name="sei-encryption-snapshot-in-clear",
    breaks="a manual snapshot of the database is not encrypted",
    fails=[LINE],
    message=r"snapshot before-the-move is not encrypted",
    touches=["aws:seiketsu:rds:snapshots"],
    hard=True,
)
def manual_snapshot_in_clear(deployment: Deployment) -> Iterator[None]:
    with snapshot_in_clear(deployment, "seiketsu", "seiketsu-production", "before-the-move"):
        yield


@fault(
    name="sei-encryption-key-to-be-deleted",
    breaks="the key of the data is to be deleted",
    fails=[LINE, *RESTORED],
    message={
        LINE: r"key \S+ in us-east-1, of .*: key state is PendingDeletion",
        **dict.fromkeys(RESTORED, r"snapshot rds-\S+: its key \S+ is PendingDeletion"),
    },
    touches=KEYS,
    hard=True,
)
def key_to_be_deleted(deployment: Deployment) -> Iterator[None]:
    with deletion_scheduled(*_data_key(deployment)):
        yield


@fault(
    name="sei-encryption-key-disabled",
    breaks="the key of the data is disabled",
    fails=[LINE, *RESTORED],
    message={
        LINE: r"key \S+ in us-east-1, of .*: key state is Disabled",
        **dict.fromkeys(RESTORED, r"snapshot rds-\S+: its key \S+ is Disabled"),
    },
    touches=KEYS,
    hard=True,
)
def key_disabled(deployment: Deployment) -> Iterator[None]:
    kms, key = _data_key(deployment)
    kms.disable_key(KeyId=key)
    try:
        yield
    finally:
        kms.enable_key(KeyId=key)


@fault(
    name="sei-encryption-key-stands-still",
    breaks="the key of the data does not rotate",
    fails=[LINE],
    message=r"unrotated keys is 1.*key \S+ in us-east-1: turn rotation on",
    touches=KEYS,
    hard=True,
)
def key_stands_still(deployment: Deployment) -> Iterator[None]:
    kms, key = _data_key(deployment)
    kms.disable_key_rotation(KeyId=key)
    try:
        yield
    finally:
        kms.enable_key_rotation(KeyId=key)


@contextmanager
def key_policy_with(kms: Any, key: str, principal: str, sid: str) -> Iterator[None]:
    """Inside the block the key's policy has one statement more, by which somebody may decrypt."""
    before = kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"]
    policy = json.loads(before)
    allowed = {"Sid": sid, "Effect": "Allow", "Principal": {"AWS": principal}, "Action": "kms:Decrypt", "Resource": "*"}
    policy["Statement"].append(allowed)
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
    try:
        yield
    finally:
        kms.put_key_policy(KeyId=key, PolicyName="default", Policy=before)


@fault(
    name="sei-encryption-key-for-everybody",
    breaks="the policy of the data's key lets anybody of any account decrypt",
    fails=[LINE],
    message=r"key \S+ in us-east-1 may be used by anybody \(statement Analysts",
    touches=["aws:seiketsu:kms:data:policy"],
    hard=True,
)
def key_for_everybody(deployment: Deployment) -> Iterator[None]:
    with key_policy_with(*_data_key(deployment), "*", "Analysts"):
        yield


@fault(
    name="sei-encryption-key-for-another-account",
    breaks="the policy of the data's key lets a foreign account decide who of its own decrypts",
    fails=[LINE],
    message=r"key \S+ in us-east-1 may be used by the foreign account 999988887777",
    touches=["aws:seiketsu:kms:data:policy"],
    hard=True,
)
def key_for_another_account(deployment: Deployment) -> Iterator[None]:
    with key_policy_with(*_data_key(deployment), "arn:aws:iam::999988887777:root", "Partner"):
        yield
