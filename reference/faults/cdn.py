"""A content network that is off, speaks plain HTTP here or there, needs an open bucket, or keeps no copies."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.amending import amended
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE = "AURA-1.1.1.4"
TOUCHES = ["aws:aurastudio:cloudfront"]


@contextmanager
def _configured(deployment: Deployment, change: Callable[[dict[str, Any]], None]) -> Iterator[None]:
    """Inside the block the distribution's configuration is changed."""
    cloudfront = deployment.aws("aurastudio", "cloudfront")
    found = cloudfront.list_distributions()["DistributionList"]["Items"][0]["Id"]

    def put(config: dict[str, Any]) -> None:
        cloudfront.update_distribution(Id=found, IfMatch="any", DistributionConfig=config)  # it takes any

    before = cloudfront.get_distribution_config(Id=found)["DistributionConfig"]
    changed = copy.deepcopy(before)
    change(changed)
    put(changed)
    try:
        yield
    finally:
        put(before)


@fault(
    name="aura-cdn-disabled",
    breaks="the distribution is disabled",
    fails=[LINE],
    message=r"distribution assets\.aurastudio\.test: is disabled",
    touches=TOUCHES,
)
def disabled(deployment: Deployment) -> Iterator[None]:
    with _configured(deployment, lambda config: config.update(Enabled=False)):
        yield


@fault(
    name="aura-cdn-plain-uploads",
    breaks="one more cache behaviour, of a path that nobody thinks of, admits plain HTTP",
    fails=[LINE],
    message=r"distribution assets\.aurastudio\.test: plain http behaviours is 1.*Path /uploads/\* \(allow-all\)",
    touches=TOUCHES,
    hard=True,
)
def plain_uploads(deployment: Deployment) -> Iterator[None]:
    def change(config: dict[str, Any]) -> None:
        config["CacheBehaviors"]["Items"][0]["ViewerProtocolPolicy"] = "allow-all"

    with _configured(deployment, change):
        yield


@fault(
    name="aura-cdn-old-tls",
    breaks="the distribution admits the protocols of 2016",
    fails=[LINE],
    message=r"tls policy year is 2016.*Its security policy is TLSv1\.1_2016",
    touches=TOUCHES,
    hard=True,
)
def old_tls(deployment: Deployment) -> Iterator[None]:
    def change(config: dict[str, Any]) -> None:
        config["ViewerCertificate"]["MinimumProtocolVersion"] = "TLSv1.1_2016"

    with _configured(deployment, change):
        yield


@fault(
    name="aura-cdn-without-access-control",
    breaks="the distribution asks its bucket as anybody, without origin access control",
    fails=[LINE],
    message=r"origin aurastudio-assets\.s3\S+ has no origin access control[\s\S]*answers 403 over TLS",
    touches=TOUCHES,
    hard=True,
)
def without_access_control(deployment: Deployment) -> Iterator[None]:
    # The accounts' server keeps the control of an origin beside the distribution, so it is taken away there.
    with amended(deployment, "aurastudio", "cloudfront", "Items", {"OriginAccessControlId": ""}, {"Id": "objects"}):
        yield


@fault(
    name="aura-cdn-keeps-no-copies",
    breaks="the content network asks the bucket for each request",
    fails=[LINE],
    message=r"of 5 fetches of /assets/logo\.svg none came from its cache",
    touches=["edge:content"],
    hard=True,
)
def keeps_no_copies(deployment: Deployment) -> Iterator[None]:
    former = deployment.edge.reconfigure(content_kept="0s")
    try:
        yield
    finally:
        deployment.edge.reconfigure(**former)
