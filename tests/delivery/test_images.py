"""What really runs: images of our own registry, one and the same for all tasks, that are what their tags say."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from fixtures.api.client import ApiClient
from fixtures.aws.account import Account
from fixtures.aws.ecr import Repository
from fixtures.aws.ecs import Cluster, Service
from fixtures.aws.errors import Absent
from fixtures.aws.task import Task
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import Unobservable
from tests.delivery.instances import reported
from tests.judges.rollout import is_semver, odd_ones


@dataclass(frozen=True)
class Running:
    """A container of a running task."""

    service: Service
    task: Task
    container: str
    image: str
    digest: str


@verifies("AURA-5.2.1.1")
@pytest.mark.smoke
def test_running_images_are_in_our_registry(line: Line, ecs: Cluster) -> None:
    problems: list[str | None] = []
    running: list[Running] = []
    for service, found in each(_containers, ecs.services):
        if isinstance(found, str):
            problems.append(found)
            continue
        running += found
        for container in sorted({r.container for r in found}):
            digests = {str(r.task): r.digest or "unknown" for r in found if r.container == container}
            of = f"{service}, container {container}"
            limit = line.limit("digests_per_service")
            problems.append(limit.problem(len(set(digests.values())), of=of, hint=odd_ones(digests)))
    foreign = [p for p in each(lambda r: _foreign(r, ecs.account), running) if p]
    if running:
        share = 100 * (len(running) - len(foreign)) / len(running)
        problems.append(line.limit("digests_found").problem(share, of=ecs, hint="; ".join(foreign)))
    conclude(problems)


def _containers(service: Service) -> tuple[Service, list[Running] | str]:
    """The containers of its running tasks, or why there are none."""
    try:
        tasks = service.tasks.or_none()
    except Absent as absence:
        return service, str(absence)
    if not tasks:
        return service, f"{service}: no task of it runs ({service.desired} wanted)"
    return service, [
        Running(service, task, name, image, task.digests.get(name, ""))
        for task in tasks
        for name, image in task.images.items()
    ]


def _foreign(running: Running, account: Account) -> str | None:
    """Why the image is not one of our registry; None when it is."""
    what = f"{running.task} of {running.service} runs {running.image} ({running.digest or 'no digest'})"
    host, _, path = running.image.partition("@")[0].partition("/")
    if not host.startswith(f"{account.id_of('ecr')}.dkr.ecr."):
        return f"{what}, which is not of the registry of {account}"
    if not running.digest:
        raise Unobservable(f"{what}: AWS does not tell the digest yet", "Run again when the task has started")
    repository = path.rpartition(":")[0] or path
    registry = Repository(account, repository, host.split(".")[3])
    try:
        if registry.has(running.digest):
            return None
    except Absent as absence:
        return f"{what}: {absence}"
    return f"{what}, which {registry} does not hold"


@verifies("AURA-5.2.1.2")
@pytest.mark.smoke
def test_deployed_image_is_the_version_that_the_api_reports(
    line: Line, ecs: Cluster, api: ApiClient, target: ProductTarget
) -> None:
    service = ecs.service("api")
    definition = service.task_definition
    container = definition.main(ecs.settings.containers.get("api"))
    repository, tag, digest = container.image_parts
    release = target.release.version.lstrip("v")
    of = f"{service}, {definition}"
    problems: list[str | None] = []

    registry = _registry(ecs.account, repository)
    if registry is None:
        problems.append(f"{of} runs {container.image}, which is not of the registry of {ecs.account}")
    else:
        tags = registry.tags_of(digest) if digest else [tag or "latest"]
        versions = [t for t in tags if is_semver(t)]
        named = "semver" if versions else ", ".join(tags) or "no tag"
        problems.append(line.limit("version_format").problem(named, of=f"{of}, tag of {container.image}"))
        if versions and release not in [v.lstrip("v") for v in versions]:
            problems.append(f"{of} runs the image tagged {', '.join(versions)}, not the release {release}")
        if tag and is_semver(tag) and digest and tag not in tags:
            problems.append(f"{of}: {registry} gives the tag {tag} to another image than {digest}")
        if not registry.tag_mutability.startswith("IMMUTABLE"):
            problems.append(f"{registry}: tags are {registry.tag_mutability}, want IMMUTABLE; a version could move")

    said = reported(api, "health", "version")
    problems += [s for s in said.values() if isinstance(s, str)]
    known = {i: s[0] for i, s in said.items() if not isinstance(s, str)}
    for instance, version in known.items():
        if version.lstrip("v") != release:
            problems.append(
                f"instance {instance} reports version {version}, the image is tagged {tag or release}, "
                f"the release is {release}. Was the image rebuilt?"
            )
    problems.append(line.limit("versions").problem(len(set(known.values())), of=api))
    conclude(problems)


def _registry(account: Account, repository: str) -> Repository | None:
    host, _, path = repository.partition("/")
    if not host.startswith(f"{account.id}.dkr.ecr."):
        return None
    return Repository(account, path, host.split(".")[3])
