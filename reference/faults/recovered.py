"""Recoveries of the whole state after which something is missing, or that were never made."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.kept_data import LINE as KEPT
from reference.faults.loaded import BUCKET
from reference.faults.loaded import LINE as LOADED
from reference.faults.redis_backups import LINE as REDIS
from reference.faults.redis_backups import snapshots_cut_in_half
from reference.schema.canaries import AURASTUDIO_USERS, kept_file

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "aurastudio"
LINE = "AURA-6.1.2.5"
# A backup or a copy that another fault breaks would turn this line too.
STORES = ["backups:aurastudio", "postgres:copies:aurastudio", "postgres:archive", "fleet:aurastudio"]


@fault(
    name="aura-recovered-redis-unreadable",
    breaks="everything could be recovered but Redis: half of its newest backup is missing",
    fails=[LINE, REDIS],
    message={LINE: r"Redis was not recovered: snapshot \S+ \(\d+ bytes\) can't be loaded", REDIS: r"can't be loaded"},
    touches=[*STORES, "redis:snapshots:aurastudio", "redis:nodes"],
)
def redis_unreadable(deployment: Deployment) -> Iterator[None]:
    with snapshots_cut_in_half(deployment, PRODUCT):
        yield


@fault(
    name="aura-recovered-files-gone",
    breaks="the database comes back whole, but the file that a row of it names was removed with all its versions",
    fails=[LINE, LOADED, KEPT],
    message={
        LINE: r"1 of \d+ files that the recovered database names can't be recovered, such as \S+: users/\S+\.wav",
        LOADED: r"users/\S+\.wav is not in bucket",
        KEPT: r"lost is 1, want == 0.*object users/\S+\.wav in bucket files",
    },
    touches=[*STORES, f"aws:{PRODUCT}:s3:{BUCKET}:users"],
    hard=True,
)
def files_gone(deployment: Deployment) -> Iterator[None]:
    s3, key = deployment.aws(PRODUCT, "s3"), kept_file(AURASTUDIO_USERS[0])
    whole = s3.get_object(Bucket=BUCKET, Key=key)
    content, kept = whole["Body"].read(), {k: whole[k] for k in ("ServerSideEncryption", "SSEKMSKeyId") if k in whole}
    listed = s3.list_object_versions(Bucket=BUCKET, Prefix=key)
    for entry in [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]:
        s3.delete_object(Bucket=BUCKET, Key=key, VersionId=entry["VersionId"])
    try:
        yield
    finally:
        s3.put_object(Bucket=BUCKET, Key=key, Body=content, **kept)


@fault(
    name="aura-recovered-instance-on-production",
    breaks="all answers are right: the instance started on the recovered stores uses production's database",
    fails=[LINE],
    message=r"opened no session at the recovered database while it answered: it answers from another one",
    touches=STORES,
    hard=True,
)
def instance_on_production(deployment: Deployment) -> Iterator[None]:
    names = {"DATABASE_URL", "DATABASE_REPLICA_URL"}
    deployment.recovering.misled |= names
    try:
        yield
    finally:
        deployment.recovering.misled -= names
