"""Hops whose encryption is weak, and clients that take any certificate for their store's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.certificates import SECOND
from reference.services.pki import issue

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, STUDIO = "SEI-2.1.1.4.2", "AURA-8.1.2.1"
CBC = "ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:@SECLEVEL=0"


@contextmanager
def _one_instance(deployment: Deployment, instance: str, switch: str) -> Iterator[None]:
    product = instance.partition("-")[0]
    deployment.behave_instance(product, instance, {switch: True})
    try:
        yield
    finally:
        deployment.behave_instance(product, instance, {switch: None})


@fault(
    name="sei-hops-cbc-suite",
    breaks="the API's listener takes TLS 1.2 with a suite of CBC",
    fails=[LINE, "SEI-1.1.2.2.2"],
    message={
        LINE: r"weak suites is [1-9].*the API at localhost:\d+ at 127\.0\.0\.1 takes ECDHE-\w+-AES128-SHA",
        "SEI-1.1.2.2.2": r"the API at localhost:\d+ at 127\.0\.0\.1 accepts TLSv1\.2",
    },
    touches=["nginx:seiketsu-api:tls"],
)
def cbc_suite(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten("seiketsu-api", protocols="TLSv1.2 TLSv1.3", ciphers=CBC):
        yield


@fault(
    name="sei-hops-chain-in-wrong-order",
    breaks="one of the API's addresses sends the root before the intermediate, which some clients sort out",
    fails=[LINE],
    message=r"known weaknesses is 1.*the API at localhost:\d+ at 127\.0\.0\.2 sends the 3 certificates of its chain in",
    touches=["nginx:seiketsu-api:tls"],
    hard=True,
)
def chain_in_wrong_order(deployment: Deployment) -> Iterator[None]:
    folder = Path(deployment.settings.ca_file).parent
    path = issue(deployment.settings, folder / "disordered.pem", chain=False)
    path.write_bytes(b"".join((folder / name).read_bytes() for name in (path.name, "ca.pem", "issuer.pem")))
    with deployment.edge.relisten("seiketsu-api", certificates={SECOND: str(path)}):
        yield


@fault(
    name="sei-hops-database-unverified",
    breaks="an instance encrypts its way to the database, and takes any certificate there",
    fails=[LINE],
    message=r"accepted impostors is 1.*seiketsu-2 went on with an impostor of postgres",
    touches=["app:seiketsu-2:behaviour:database_unverified", "drill:impostor"],
    hard=True,
)
def database_unverified(deployment: Deployment) -> Iterator[None]:
    with _one_instance(deployment, "seiketsu-2", "database_unverified"):
        yield


@fault(
    name="sei-hops-redis-unverified",
    breaks="an instance encrypts its way to Redis, and takes any certificate there",
    fails=[LINE],
    message=r"accepted impostors is 1.*seiketsu-1 went on with an impostor of redis",
    touches=["app:seiketsu-1:behaviour:redis_unverified", "drill:impostor"],
    hard=True,
)
def redis_unverified(deployment: Deployment) -> Iterator[None]:
    with _one_instance(deployment, "seiketsu-1", "redis_unverified"):
        yield


@fault(
    name="aura-hops-old-tls",
    breaks="the API's listener accepts TLS 1.1",
    fails=[STUDIO],
    message=r"the API at localhost:\d+ at 127\.0\.0\.1: min tls version is 1\.1",
    touches=["nginx:aurastudio-api:tls"],
)
def old_tls(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten("aurastudio-api", protocols="TLSv1.1 TLSv1.2 TLSv1.3", ciphers="ALL:@SECLEVEL=0"):
        yield


@fault(
    name="aura-hops-database-unverified",
    breaks="the database forces TLS, and an instance of the API takes any certificate there",
    fails=[STUDIO],
    message=r"aurastudio-1 went on with an impostor of postgres",
    touches=["app:aurastudio-1:behaviour:database_unverified", "drill:impostor"],
    hard=True,
)
def studio_database_unverified(deployment: Deployment) -> Iterator[None]:
    with _one_instance(deployment, "aurastudio-1", "database_unverified"):
        yield


@fault(
    name="aura-hops-objects-in-clear",
    breaks="the bucket of the users' files gives them to its users over plain HTTP as well",
    fails=[STUDIO],
    message=r"plaintext hops is 1.*bucket aurastudio-assets: its policy admits requests without TLS",
    touches=["aws:aurastudio:s3:aurastudio-assets:policy"],
    hard=True,
)
def objects_in_clear(deployment: Deployment) -> Iterator[None]:
    s3, bucket = deployment.aws("aurastudio", "s3"), "aurastudio-assets"
    before = s3.get_bucket_policy(Bucket=bucket)["Policy"]
    policy = json.loads(before)
    policy["Statement"] = [s for s in policy["Statement"] if "aws:SecureTransport" not in json.dumps(s)]
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    try:
        yield
    finally:
        s3.put_bucket_policy(Bucket=bucket, Policy=before)
