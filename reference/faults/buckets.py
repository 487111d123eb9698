"""Buckets that lose, leak or refuse: by policy, access list, access point, switches, versioning and lifecycle."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.amending import set_model
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

FILES = "aurastudio-assets"
READ, VERSIONS = "AURA-1.1.1.3", "AURA-6.1.2.3"
TOUCHES = ["aws:aurastudio:s3:aurastudio-assets"]


@contextmanager
def _policy_with(deployment: Deployment, statement: dict[str, Any]) -> Iterator[None]:
    """Add a statement to the policy of the bucket."""
    s3 = deployment.aws("aurastudio", "s3")
    before = s3.get_bucket_policy(Bucket=FILES)["Policy"]
    policy = json.loads(before)
    policy["Statement"].append(statement)
    s3.put_bucket_policy(Bucket=FILES, Policy=json.dumps(policy))
    try:
        yield
    finally:
        s3.put_bucket_policy(Bucket=FILES, Policy=before)


@contextmanager
def _switches(deployment: Deployment, **flags: bool) -> Iterator[None]:
    """Change switches of the bucket's public access block."""
    s3 = deployment.aws("aurastudio", "s3")
    before = s3.get_public_access_block(Bucket=FILES)["PublicAccessBlockConfiguration"]
    s3.put_public_access_block(Bucket=FILES, PublicAccessBlockConfiguration={**before, **flags})
    try:
        yield
    finally:
        s3.put_public_access_block(Bucket=FILES, PublicAccessBlockConfiguration=before)


def _without_account_in_host(request: Any, **_: Any) -> None:
    request.url = re.sub(r"//\d{12}\.", "//", request.url, count=1)


@fault(
    name="aura-bucket-refuses-objects",
    breaks="the bucket's policy denies everybody to put objects",
    fails=[READ, VERSIONS, "AURA-1.1.1.2"],
    message={
        READ: r"bucket aurastudio-assets: put_object of an object ends with AccessDenied",
        VERSIONS: r"bucket aurastudio-assets: put_object of an object ends with AccessDenied",
        "AURA-1.1.1.2": r"role aurastudio-api-task is refused its work: to put an object",
    },
    touches=TOUCHES,
)
def refuses_objects(deployment: Deployment) -> Iterator[None]:
    where = f"arn:aws:s3:::{FILES}/*"
    deny = {"Sid": "Frozen", "Effect": "Deny", "Principal": "*", "Action": "s3:PutObject", "Resource": where}
    with _policy_with(deployment, deny):
        yield


@fault(
    name="aura-bucket-read-by-anybody",
    breaks="one switch of the public access block is off, and the policy lets anybody read objects",
    fails=[READ],
    message=r"read unsigned: anonymous http status is 200.*statement Website allows s3:GetObject to everybody",
    touches=TOUCHES,
    hard=True,
)
def read_by_anybody(deployment: Deployment) -> Iterator[None]:
    where = f"arn:aws:s3:::{FILES}/*"
    allow = {"Sid": "Website", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": where}
    with _switches(deployment, RestrictPublicBuckets=False), _policy_with(deployment, allow):
        yield


@fault(
    name="aura-bucket-listed-by-its-acl",
    breaks="the bucket's access list lets all users read, and access lists are heeded",
    fails=[READ],
    message=r"bucket aurastudio-assets: its access list gives READ to AllUsers",
    touches=TOUCHES,
    hard=True,
)
def listed_by_its_acl(deployment: Deployment) -> Iterator[None]:
    s3 = deployment.aws("aurastudio", "s3")
    with _switches(deployment, BlockPublicAcls=False, IgnorePublicAcls=False):
        s3.put_bucket_acl(Bucket=FILES, ACL="public-read")
        try:
            yield
        finally:
            s3.put_bucket_acl(Bucket=FILES, ACL="private")


@fault(
    name="aura-bucket-read-by-access-point",
    breaks="an access point of the bucket lets anybody read, while the bucket's own policy does not",
    fails=[READ],
    message=r"access point partners: statement Share allows s3:GetObject to everybody",
    touches=TOUCHES,
    hard=True,
)
def read_by_access_point(deployment: Deployment) -> Iterator[None]:
    control = deployment.aws("aurastudio", "s3control")
    control.meta.events.register("before-sign.s3-control", _without_account_in_host)
    account = deployment.settings.aws.accounts["aurastudio"].id
    where = f"arn:aws:s3:us-east-1:{account}:accesspoint/partners/object/*"
    allow = {"Sid": "Share", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": where}
    point = {"AccountId": account, "Name": "partners"}
    control.create_access_point(**point, Bucket=FILES)
    try:
        policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
        control.put_access_point_policy(**point, Policy=policy)
        yield
    finally:
        control.delete_access_point(**point)


@fault(
    name="aura-bucket-without-public-access-block",
    breaks="the bucket has no public access block: the next policy can open it",
    fails=[READ],
    message=r"public access flags off is 4",
    touches=TOUCHES,
    hard=True,
)
def without_public_access_block(deployment: Deployment) -> Iterator[None]:
    s3 = deployment.aws("aurastudio", "s3")
    before = s3.get_public_access_block(Bucket=FILES)["PublicAccessBlockConfiguration"]
    s3.delete_public_access_block(Bucket=FILES)
    try:
        yield
    finally:
        s3.put_public_access_block(Bucket=FILES, PublicAccessBlockConfiguration=before)


@fault(
    name="aura-bucket-never-versioned",
    breaks="versioning was never turned on",
    fails=[VERSIONS],
    message=r"bucket aurastudio-assets: versioning is Never",
    touches=TOUCHES,
)
def never_versioned(deployment: Deployment) -> Iterator[None]:
    bucket = f"s3/buckets/{FILES}"  # nobody can order it: a bucket that had versions can only suspend them
    set_model(deployment, "aurastudio", bucket, {"versioning_status": None})
    try:
        yield
    finally:
        set_model(deployment, "aurastudio", bucket, {"versioning_status": "Enabled"})


@fault(
    name="aura-bucket-versions-suspended",
    breaks="versioning is suspended: old versions are still listed, new ones are overwritten",
    fails=[VERSIONS],
    message=r"versioning is Suspended[\s\S]*the next one overwrites it",
    touches=TOUCHES,
    hard=True,
)
def versions_suspended(deployment: Deployment) -> Iterator[None]:
    s3 = deployment.aws("aurastudio", "s3")
    s3.put_bucket_versioning(Bucket=FILES, VersioningConfiguration={"Status": "Suspended"})
    try:
        yield
    finally:
        s3.put_bucket_versioning(Bucket=FILES, VersioningConfiguration={"Status": "Enabled"})


@fault(
    name="aura-bucket-versions-gone-in-a-day",
    breaks="the lifecycle removes what was overwritten after one day",
    fails=[VERSIONS],
    message=r"old versions kept is 1 days.*Rule old-versions of its lifecycle",
    touches=TOUCHES,
    hard=True,
)
def versions_gone_in_a_day(deployment: Deployment) -> Iterator[None]:
    s3 = deployment.aws("aurastudio", "s3")
    before = s3.get_bucket_lifecycle_configuration(Bucket=FILES)["Rules"]
    old = {"NoncurrentVersionExpiration": {"NoncurrentDays": 1}}
    rules = [{**rule, **old} if rule["ID"] == "old-versions" else rule for rule in before]
    s3.put_bucket_lifecycle_configuration(Bucket=FILES, LifecycleConfiguration={"Rules": rules})
    try:
        yield
    finally:
        s3.put_bucket_lifecycle_configuration(Bucket=FILES, LifecycleConfiguration={"Rules": before})
