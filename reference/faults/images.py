"""Tasks that run another image than the release's, and images that are not what their tags say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from reference.amending import amended
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

COPIED = (
    "taskRoleArn", "executionRoleArn", "networkMode", "containerDefinitions", "volumes", "requiresCompatibilities",
    "cpu", "memory", "runtimePlatform",
)  # fmt: skip
CLUSTERS = {"aurastudio": "aurastudio", "seiketsu": "seiketsu-production"}


def definition_of(deployment: Deployment, product: str, service: str) -> dict[str, Any]:
    """The task definition that a service refers to."""
    ecs = deployment.aws(product, "ecs")
    found = ecs.describe_services(cluster=CLUSTERS[product], services=[service])["services"][0]
    definition: dict[str, Any] = ecs.describe_task_definition(taskDefinition=found["taskDefinition"])["taskDefinition"]
    return definition


def task_of(deployment: Deployment, product: str, service: str) -> str:
    """The ARN of one task of a service."""
    ecs = deployment.aws(product, "ecs")
    return str(sorted(ecs.list_tasks(cluster=CLUSTERS[product], serviceName=service)["taskArns"])[0])


def previous_digest(deployment: Deployment, product: str, service: str) -> str:
    """The digest of the release before."""
    now = definition_of(deployment, product, service)
    before = now["taskDefinitionArn"].rpartition(":")[0] + f":{now['revision'] - 1}"
    found = deployment.aws(product, "ecs").describe_task_definition(taskDefinition=before)["taskDefinition"]
    return str(found["containerDefinitions"][0]["image"]).partition("@")[2]


@contextmanager
def defined_by(deployment: Deployment, product: str, service: str, definition: str) -> Iterator[None]:
    """Inside the block the service refers to this revision."""
    values = {"taskDefinition": definition, "deployments.0.taskDefinition": definition}
    with amended(deployment, product, "ecs", "services", values, {"serviceName": service}):
        yield


@contextmanager
def running_image(deployment: Deployment, product: str, service: str, image: str) -> Iterator[None]:
    """Inside the block the service refers to a copy of its definition with another image.

    The copy has a family of its own: a revision of the product's family could not be taken back.
    """
    ecs = deployment.aws(product, "ecs")
    now = definition_of(deployment, product, service)
    copy = {key: now[key] for key in COPIED if key in now} | {"family": f"{now['family']}-try"}
    copy["containerDefinitions"] = [{**c, "image": image} for c in copy["containerDefinitions"]]
    made = ecs.register_task_definition(**copy)["taskDefinition"]["taskDefinitionArn"]
    try:
        with defined_by(deployment, product, service, made):
            yield
    finally:
        ecs.deregister_task_definition(taskDefinition=made)


@fault(
    name="aura-image-from-elsewhere",
    breaks="one task runs an image of a public registry",
    fails=["AURA-5.2.1.1"],
    message=r"of ECS service worker runs docker\.io/library/python:3\.12 .*not of the registry of AWS account",
    touches=["aws:aurastudio:ecs:service:worker"],
)
def from_elsewhere(deployment: Deployment) -> Iterator[None]:
    values = {"containers.0.image": "docker.io/library/python:3.12", "containers.0.imageDigest": "sha256:" + "d" * 64}
    where = {"taskArn": task_of(deployment, "aurastudio", "worker")}
    with amended(deployment, "aurastudio", "ecs", "tasks", values, where):
        yield


@fault(
    name="aura-image-of-yesterday",
    breaks="all tasks have the same tag, but one still runs the digest that the tag meant before",
    fails=["AURA-5.2.1.1", "AURA-5.2.1.3"],
    message={
        "AURA-5.2.1.1": r"ECS service worker, container worker: digests per service is 2",
        "AURA-5.2.1.3": r"ecr:DescribeImageScanFindings .*does not exist",
    },
    touches=["aws:aurastudio:ecs:service:worker", "aws:aurastudio:ecr:api:lifecycle"],
    hard=True,
)
def of_yesterday(deployment: Deployment) -> Iterator[None]:
    values = {"containers.0.imageDigest": previous_digest(deployment, "aurastudio", "worker")}
    where = {"taskArn": task_of(deployment, "aurastudio", "worker")}
    with amended(deployment, "aurastudio", "ecs", "tasks", values, where):
        yield


@fault(
    name="aura-image-tag-latest",
    breaks="the API was deployed by the tag latest of our own registry",
    fails=["AURA-5.1.1.2", "AURA-5.2.1.2", "AURA-5.2.2.1"],
    message={
        "AURA-5.1.1.2": r"ECS service api.*the tag latest moves",
        "AURA-5.2.1.2": r"aurastudio-api:latest: version format is latest",
        "AURA-5.2.2.1": r"ECS service api refers to .*aurastudio-api:latest, not to the release",
    },
    touches=["aws:aurastudio:ecs:service:api"],
)
def tag_latest(deployment: Deployment) -> Iterator[None]:
    image = definition_of(deployment, "aurastudio", "api")["containerDefinitions"][0]["image"]
    latest = image.partition("@")[0].rpartition(":")[0] + ":latest"
    with running_image(deployment, "aurastudio", "api", latest):
        yield


@fault(
    name="aura-image-tagged-without-rebuild",
    breaks="the image is tagged as the release, but the code in it is an older version and says so",
    fails=["AURA-5.2.1.2", "AURA-5.2.2.1"],
    message={
        "AURA-5.2.1.2": r"instance aurastudio-1 reports version 2\.0\.0.*the image is tagged 2\.0\.1",
        "AURA-5.2.2.1": r"instance aurastudio-1 reports version 2\.0\.0",
    },
    touches=["app:aurastudio:behaviour:version"],
    hard=True,
)
def tagged_without_rebuild(deployment: Deployment) -> Iterator[None]:
    deployment.behave("aurastudio", {"wrong_version": True})
    try:
        yield
    finally:
        deployment.behave("aurastudio", {"wrong_version": False})
