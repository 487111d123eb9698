"""Hops whose encryption is weak, and clients that take any certificate for their store's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE = "SEI-2.1.1.4.2"
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
