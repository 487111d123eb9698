"""A cluster that is gone or half empty, and a service that was told to run something else than the release."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.amending import amended, set_model
from reference.faults import fault
from reference.faults.images import defined_by, definition_of, running_image

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "aurastudio"
CLUSTER = "aurastudio"
API = "aws:aurastudio:ecs:service:api"
READ_SERVICES = [
    "AURA-1.1.1.2", "AURA-1.1.4.3", "AURA-2.2.2.1", "AURA-5.2.1.1", "AURA-5.2.1.3", "AURA-5.2.1.4", "AURA-5.2.2.1",
    "AURA-5.2.2.5", "AURA-10.3.1.4", "AURA-3.2.1.1", "AURA-3.3.1.1", "AURA-3.4.2.1", "AURA-5.1.4.3", "AURA-8.1.1.4",
]  # fmt: skip
"""The lines whose checks ask what the declared services run."""


@fault(
    name="aura-cluster-deleted",
    breaks="the container cluster was deleted",
    fails=["AURA-5.1.1.1"],
    message=r"ECS cluster aurastudio: status is INACTIVE",
    touches=["aws:aurastudio:ecs:cluster"],
)
def cluster_deleted(deployment: Deployment) -> Iterator[None]:
    deployment.aws(PRODUCT, "ecs").delete_cluster(cluster=CLUSTER)
    try:
        yield
    finally:
        set_model(deployment, PRODUCT, f"ecs/clusters/{CLUSTER}", {"status": "ACTIVE"})


@fault(
    name="aura-cluster-worker-elsewhere",
    breaks="the workers run in the cluster of an earlier attempt; the declared one is active and does not have them",
    fails=["AURA-5.1.1.1", *READ_SERVICES],
    message={
        **dict.fromkeys(READ_SERVICES, r"ECS service worker: does not exist"),
        "AURA-5.1.1.1": r"Missing: worker\. Do they run in another cluster",
        "AURA-5.2.1.1": r"ECS service worker",
        "AURA-5.2.2.1": r"ECS service worker",
    },
    touches=["aws:aurastudio:ecs:cluster", "aws:aurastudio:ecs:service:worker"],
    hard=True,
)
def worker_elsewhere(deployment: Deployment) -> Iterator[None]:
    ecs = deployment.aws(PRODUCT, "ecs")
    worker = ecs.describe_services(cluster=CLUSTER, services=["worker"])["services"][0]
    ecs.create_cluster(clusterName="aurastudio-first")
    ecs.create_service(
        cluster="aurastudio-first", serviceName="worker", taskDefinition=worker["taskDefinition"], desiredCount=2
    )
    gone = {"status": "INACTIVE", "desiredCount": 0, "runningCount": 0}
    try:
        with amended(deployment, PRODUCT, "ecs", "services", gone, {"serviceArn": worker["serviceArn"]}):
            yield
    finally:
        ecs.delete_service(cluster="aurastudio-first", service="worker", force=True)
        ecs.delete_cluster(cluster="aurastudio-first")


@fault(
    name="aura-definition-latest-image",
    breaks="the API's service runs a revision with a public image by the tag latest",
    fails=["AURA-5.1.1.2", "AURA-5.2.1.2", "AURA-5.2.2.1"],
    message={
        "AURA-5.1.1.2": r"ECS service api.*runs nginx:latest: the tag latest moves",
        "AURA-5.2.1.2": r"nginx:latest",
        "AURA-5.2.2.1": r"ECS service api.*nginx:latest",
    },
    touches=[API],
)
def latest_image(deployment: Deployment) -> Iterator[None]:
    with running_image(deployment, PRODUCT, "api", "nginx:latest"):
        yield


@fault(
    name="aura-definition-older-revision",
    breaks="the newest revision is right, but the API's service still refers to the one before",
    fails=["AURA-5.1.1.2", "AURA-5.2.1.2", "AURA-5.2.2.1"],
    message={
        "AURA-5.1.1.2": r"refers to task definition aurastudio-api:1, while task definition aurastudio-api:\d+ exists",
        "AURA-5.2.1.2": r"task definition aurastudio-api:1",
        "AURA-5.2.2.1": r"task definition aurastudio-api:1",
    },
    touches=[API],
    hard=True,
)
def older_revision(deployment: Deployment) -> Iterator[None]:
    now = definition_of(deployment, PRODUCT, "api")
    before = now["taskDefinitionArn"].rpartition(":")[0] + f":{now['revision'] - 1}"
    with defined_by(deployment, PRODUCT, "api", before):
        yield
