"""What users got since the release: slower, failing, or unevenly served. The past hours are bent by distortions."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from reference.amending import distorted
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "seiketsu"
SINCE_RELEASE = 6.4 * 3600
LATENCY, BALANCER = "AWS/ApplicationELB/TargetResponseTime", "AWS/ApplicationELB"
REQUESTS, TARGET_ERRORS, OWN_ERRORS = (
    f"{BALANCER}/RequestCount",
    f"{BALANCER}/HTTPCode_Target_5XX_Count",
    f"{BALANCER}/HTTPCode_ELB_5XX_Count",
)


@fault(
    name="sei-half-of-requests-slower",
    breaks="every second request takes twice as long since the release",
    fails=["SEI-3.1.1.3.1"],
    message=r"p(50|95) latency from \S+: p\1 to last week is 1\.\d+ ratio, want <= 1\.[23]",
    touches=["aws:seiketsu:metrics:latency"],
)
def half_slower(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, PRODUCT, LATENCY, "multiply", value=2, every=2, since=SINCE_RELEASE):
        yield


@fault(
    name="sei-slowest-requests-much-slower",
    breaks="the slowest requests take three times as long as before the release, and less than the limit",
    fails=["SEI-3.1.1.3.1"],
    message=r"p95 latency from \S+: p95 to last week is [23]\.?\d* ratio, want <= 1\.3",
    touches=["aws:seiketsu:metrics:latency"],
    hard=True,
)
def slowest_much_slower(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, PRODUCT, LATENCY, "multiply", value=2.7, above=0.14, since=SINCE_RELEASE):
        yield


@fault(
    name="sei-some-requests-fail",
    breaks="the application answers about one request in two hundred with 500",
    fails=["SEI-3.1.1.3.2"],
    message=r"requests from .*: window error rate is .*server_errors [1-9]\d*",
    touches=["aws:seiketsu:metrics:errors"],
)
def some_requests_fail(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, PRODUCT, TARGET_ERRORS, "set", value=9, since=SINCE_RELEASE):
        yield


@fault(
    name="sei-balancer-makes-errors",
    breaks="the load balancer answers 502 by itself for a while; the application counts no error",
    fails=["SEI-3.1.1.3.2"],
    message=r"window error rate is .*server_errors 0, balancer_errors [1-9]\d*",
    touches=["aws:seiketsu:metrics:balancer-errors"],
    hard=True,
)
def balancer_makes_errors(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, PRODUCT, OWN_ERRORS, "set", value=40, since=3 * 3600, until=2.5 * 3600):
        yield


@fault(
    name="sei-one-in-a-thousand-fails",
    breaks="exactly one request in a thousand fails, which is not fewer than one in a thousand",
    fails=["SEI-3.1.1.3.2"],
    message=r"requests from .*: window error rate is 0\.1 percent, want < 0\.1 percent",
    touches=["aws:seiketsu:metrics:errors", "aws:seiketsu:metrics:requests"],
    hard=True,
)
def one_in_a_thousand_fails(deployment: Deployment) -> Iterator[None]:
    with ExitStack() as stack:
        stack.enter_context(distorted(deployment, PRODUCT, REQUESTS, "set", value=1000, since=SINCE_RELEASE))
        stack.enter_context(distorted(deployment, PRODUCT, TARGET_ERRORS, "set", value=1, since=SINCE_RELEASE))
        yield


@fault(
    name="sei-no-traffic-counted",
    breaks="nothing was requested since the release",
    fails=["SEI-3.1.1.3.2"],
    message=r"series requests .*: requests is 0, want > 0",
    touches=["aws:seiketsu:metrics:requests"],
    hard=True,
)
def no_traffic(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, PRODUCT, REQUESTS, "set", value=0, since=SINCE_RELEASE):
        yield


@fault(
    name="sei-endpoint-slow",
    breaks="what a tenant is takes 800 ms longer to tell",
    fails=["SEI-3.1.1.2.1"],
    message=r"endpoint organization, asked now: live response is \d+ ms, want < 500 ms",
    touches=["app:seiketsu:behaviour:slow-organization"],
)
def endpoint_slow(deployment: Deployment) -> Iterator[None]:
    deployment.behave(PRODUCT, {"slow:/api/v1/organizations/current": 800})
    try:
        yield
    finally:
        deployment.behave(PRODUCT, {"slow:/api/v1/organizations/current": None})


@fault(
    name="sei-endpoint-queued-at-balancer",
    breaks="requests for the organisation wait in the balancer's queue; the application's own figures don't know it",
    fails=["SEI-3.1.1.2.1"],
    message=r"endpoint organization, asked now: live response is \d+ ms, want < 500 ms",
    touches=["edge:listener:seiketsu-api:queue"],
    hard=True,
)
def endpoint_queued(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten(f"{PRODUCT}-api", queued=["/api/v1/organizations/current"]):
        yield


@fault(
    name="sei-endpoint-failed-after-deploy",
    breaks="the dashboard failed for two percent of its calls since the release, and answers now",
    fails=["SEI-3.1.1.2.1"],
    message=r"endpoint analytics_dashboard: availability is 9\d\.\d+ percent, want > 99\.9",
    touches=["aws:seiketsu:metrics:route-errors"],
    hard=True,
)
def endpoint_failed(deployment: Deployment) -> Iterator[None]:
    pattern = "*/RouteErrors?/api/v1/analytics/dashboard"
    with distorted(deployment, PRODUCT, pattern, "set", value=3, since=SINCE_RELEASE):
        yield


@fault(
    name="sei-instance-without-traffic",
    breaks="the balancer sends nothing to one of the two instances",
    fails=["SEI-3.1.1.1.3", "SEI-2.1.2.1.1"],
    message={
        "SEI-3.1.1.1.3": r"seiketsu-2: answered none of \d+ requests through the balancer",
        "SEI-2.1.2.1.1": r"instance seiketsu-2 did not answer within \d+ requests",
    },
    touches=["edge:instances:seiketsu"],
)
def instance_without_traffic(deployment: Deployment) -> Iterator[None]:
    known = deployment.edge.variables["instances"]
    former = deployment.edge.reconfigure(instances={**known, PRODUCT: known[PRODUCT][:1]})
    try:
        yield
    finally:
        deployment.edge.reconfigure(**former)


@fault(
    name="sei-instance-black-hole",
    breaks="one instance answers its even share with quick errors; its health check is well",
    fails=["SEI-3.1.1.1.3"],
    message=r"seiketsu-2: \d+ of its \d+ requests failed in .*while the others serve",
    touches=["aws:seiketsu:metrics:instance-errors"],
    hard=True,
)
def black_hole(deployment: Deployment) -> Iterator[None]:
    pattern = "*/InstanceErrors?seiketsu-2"
    with distorted(deployment, PRODUCT, pattern, "set", value=200, since=SINCE_RELEASE):
        yield


@fault(
    name="sei-instance-serves-too-little",
    breaks="one instance got a fifth of its share in the last quarter of an hour, though both answer",
    fails=["SEI-3.1.1.1.3"],
    message=r"requests of seiketsu-2: request share is 0\.\d+ ratio, want 0\.5 to 1\.5",
    touches=["aws:seiketsu:metrics:instances"],
    hard=True,
)
def serves_too_little(deployment: Deployment) -> Iterator[None]:
    pattern = "*/InstanceRequests?seiketsu-2"
    with distorted(deployment, PRODUCT, pattern, "multiply", value=0.2, since=SINCE_RELEASE):
        yield
