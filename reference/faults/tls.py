"""Listeners that take old TLS versions, and one that takes no TLS at all."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

ALL = "ALL:@SECLEVEL=0"
"""OpenSSL gives out versions before 1.2 at this level only."""


@fault(
    name="sei-api-accepts-old-tls",
    breaks="the API's listener accepts TLS 1.2 and 1.1",
    fails=["SEI-1.1.2.2.2"],
    message=r"the API at localhost:\d+ at 127\.0\.0\.1 accepts TLSv1\.1, which nothing may",
    touches=["nginx:seiketsu-api:tls"],
)
def api_accepts_old_tls(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten("seiketsu-api", protocols="TLSv1.1 TLSv1.2 TLSv1.3", ciphers=ALL):
        yield


@fault(
    name="sei-one-host-accepts-tls-1-0",
    breaks="the API is strict, one other host still offers TLS 1.0",
    fails=["SEI-1.1.2.2.2"],
    message=r"the site at localhost:\d+ at 127\.0\.0\.1 accepts TLSv1, which nothing may",
    touches=["nginx:seiketsu-web:tls"],
    hard=True,
)
def one_host_accepts_tls_1_0(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten("seiketsu-web", protocols="TLSv1 TLSv1.1 TLSv1.2 TLSv1.3", ciphers=ALL):
        yield


@fault(
    name="sei-redis-in-clear-text",
    breaks="the edge is strict, Redis also listens without TLS",
    fails=["SEI-1.1.2.2.2", "AURA-8.1.2.1"],
    message=r"Redis at localhost:\d+ answers '-NOAUTH.*' in clear text",
    touches=["nginx:stream"],
    hard=True,
)
def redis_in_clear_text(deployment: Deployment) -> Iterator[None]:
    former = deployment.edge.reconfigure(redis_in_clear=True)
    try:
        yield
    finally:
        deployment.edge.reconfigure(**former)


@fault(
    name="sei-stream-in-clear-text",
    breaks="pages are redirected, the voice streams open at the plain address too",
    fails=["SEI-1.1.2.2.2"],
    message=r"the stream /api/v1/voice/ws/\S+ as ws:// at localhost:\d+ answers .* in clear text",
    touches=["nginx:seiketsu-api:plain"],
    hard=True,
)
def stream_in_clear_text(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten("seiketsu-api", plain=["/api/v1/voice/", "/ws/"]):
        yield
