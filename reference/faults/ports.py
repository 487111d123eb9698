"""What answers from outside and should not: a part's port, an origin, a path for operators."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, RECORDINGS, OUTSIDE = "SEI-2.1.1.4.1", "seiketsu-production-recordings", "127.0.0.2"


def _published(deployment: Deployment, port: int) -> Iterator[None]:
    """Have a port of the inside answer at the outer address too."""
    former = deployment.edge.reconfigure(published=[(OUTSIDE, port)])
    try:
        yield
    finally:
        deployment.edge.reconfigure(**former)


@fault(
    name="sei-ports-queue-published",
    breaks="the port of the workers' queue is published",
    fails=[LINE],
    message=r"unpublished open ports is 1.*127\.0\.0\.2 port \d+",
    touches=["nginx:published"],
)
def queue_published(deployment: Deployment) -> Iterator[None]:
    yield from _published(deployment, deployment.settings.redis.queue.port)


@fault(
    name="sei-ports-instance-past-the-firewall",
    breaks="an instance of the API can be had past the balancer and its firewall",
    fails=[LINE],
    message=r"unpublished open ports is 1.*127\.0\.0\.2 port \d+",
    touches=["nginx:published"],
    hard=True,
)
def instance_past_the_firewall(deployment: Deployment) -> Iterator[None]:
    yield from _published(deployment, deployment.settings.products["seiketsu"].instances[0].port)


@fault(
    name="sei-ports-origin-answers",
    breaks="the bucket behind the content network gives its objects to anybody who asks it directly",
    fails=[LINE],
    message=r"direct origin successes is 1.*origin assets, asked past what stands before it: origin status is 200",
    touches=["aws:seiketsu:s3:recordings:policy"],
    hard=True,
)
def origin_answers(deployment: Deployment) -> Iterator[None]:
    s3 = deployment.aws("seiketsu", "s3")
    policy = s3.get_bucket_policy(Bucket=RECORDINGS)["Policy"]
    block = s3.get_public_access_block(Bucket=RECORDINGS)["PublicAccessBlockConfiguration"]
    where = f"arn:aws:s3:::{RECORDINGS}/*"
    allow = {"Sid": "Anybody", "Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": where}
    opened = json.loads(policy)
    opened["Statement"].append(allow)
    s3.put_public_access_block(
        Bucket=RECORDINGS, PublicAccessBlockConfiguration={**block, "RestrictPublicBuckets": False}
    )
    s3.put_bucket_policy(Bucket=RECORDINGS, Policy=json.dumps(opened))
    try:
        yield
    finally:
        s3.put_bucket_policy(Bucket=RECORDINGS, Policy=policy)
        s3.put_public_access_block(Bucket=RECORDINGS, PublicAccessBlockConfiguration=block)


@fault(
    name="sei-ports-metrics-for-anybody",
    breaks="the API's host serves metrics to anybody, past the rule that only its collector may have them",
    fails=[LINE],
    message=r"https://localhost:\d+/metrics answers 200 to anybody",
    touches=["nginx:seiketsu-api:operators"],
    hard=True,
)
def metrics_for_anybody(deployment: Deployment) -> Iterator[None]:
    port = deployment.settings.products["seiketsu"].instances[0].port
    with deployment.edge.relisten("seiketsu-api", operators={"/metrics": port}):
        yield
