"""The container cluster and what its services are told to run."""

from __future__ import annotations

import pytest

from fixtures.aws.ecr import Repository
from fixtures.aws.ecs import Cluster
from fixtures.aws.task_definition import Container, TaskDefinition
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from tests.judges.images import image_problems


@verifies("AURA-5.1.1.1")
@pytest.mark.smoke
def test_cluster_is_active_and_hosts_the_declared_services(line: Line, ecs: Cluster) -> None:
    problems: list[str | None] = []
    if ecs.status != "ACTIVE":
        problems.append(f"{ecs}: status is {ecs.status or 'unknown'}, want ACTIVE")
    insights = ecs.settings_in_force.get("containerInsights", "disabled")
    if ecs.settings.insights and insights not in ("enabled", "enhanced"):
        problems.append(f"{ecs}: containerInsights is {insights}, want enabled")

    declared, listed = set(ecs.settings.services.values()), set(ecs.service_names)
    missing, undeclared = sorted(declared - listed), sorted(listed - declared)
    hint = []
    if missing:
        hint.append(f"Missing: {', '.join(missing)}. Do they run in another cluster?")
    if undeclared:
        hint.append(f"Not declared in the target: {', '.join(undeclared)}")
    problems.append(line.limit("service_differences").problem(len(missing + undeclared), of=ecs, hint=" ".join(hint)))
    problems.append(line.limit("active_services").problem(ecs.active_services, of=ecs))
    idle = [s for s in ecs.services if s.name in listed and s.running < 1]
    problems += [f"{s}: no task of it runs ({s.desired} wanted). See its events in the ECS console" for s in idle]
    conclude(problems)


@verifies("AURA-5.1.1.2")
@pytest.mark.smoke
def test_api_runs_the_released_image_with_sane_limits(line: Line, ecs: Cluster, target: ProductTarget) -> None:
    service = ecs.service("api")
    definition = service.task_definition
    container = definition.main(ecs.settings.containers.get("api"))
    found = [
        *_image_problems(container, target),
        *_limits_missing(definition, container),
        *_rights_problems(definition, container),
    ]
    problems: list[str | None] = [f"{service}: {definition} {p}" for p in found]
    newer = definition.newest_revision
    if found and newer.name != definition.name:
        problems.append(f"{service} refers to {definition}, while {newer} exists. Was the service updated?")
    limit = line.limit("violations").problem(len(found), of=service)
    conclude([*problems, limit] if found else [limit])


def _image_problems(container: Container, target: ProductTarget) -> list[str]:
    repository, tag, digest = container.image_parts
    release = target.release
    tags: list[str] | None = None
    immutable: bool | None = None
    needs_tags = bool(digest) and not release.image_digest and not tag
    if needs_tags or (not digest and tag not in ("", "latest")):
        registry = Repository(container.definition.account, repository.partition("/")[2])
        if needs_tags:
            tags = registry.tags_of(digest)
        else:
            immutable = registry.tag_mutability.startswith("IMMUTABLE")
    return image_problems(
        container.image,
        tag,
        digest,
        version=release.version,
        released_digest=release.image_digest,
        registry_tags=tags,
        tags_immutable=immutable,
    )


def _limits_missing(definition: TaskDefinition, container: Container) -> list[str]:
    found = []
    if not (definition.cpu or container.cpu):
        found.append("sets no cpu")
    if not (definition.memory or container.memory):
        found.append("sets no memory")
    if container.log_driver != "awslogs" or not container.log_options.get("awslogs-group"):
        found.append(f"has log driver {container.log_driver or 'none'} for {container.name}, want awslogs with a group")
    if not container.health_command or container.health_command[0] == "NONE":
        found.append(f"has no health check for {container.name}")
    if not container.essential:
        found.append(f"has {container.name} not essential, so the task outlives it")
    return found


def _rights_problems(definition: TaskDefinition, container: Container) -> list[str]:
    found = []
    root = container.user.partition(":")[0] in ("", "0", "root")
    if root and not container.read_only:
        found.append(f"runs {container.name} as root on a writable file system")
    if container.privileged:
        found.append(f"runs {container.name} privileged")
    execution, task = definition.execution_role, definition.task_role
    if not execution:
        found.append("has no execution role")
    if not task:
        found.append("has no task role")
    if execution and execution == task:
        found.append(f"has one role for execution and task: {execution}")
    return found
