"""The rollout is over: every task runs the release, none is missing, and every instance answers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from fixtures.api.client import ApiClient
from fixtures.aws.balancing import LoadBalancer, TargetGroup
from fixtures.aws.ecs import Cluster, Service
from fixtures.aws.errors import Absent
from fixtures.aws.task_definition import Container
from fixtures.ci.forge import Forge
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import NotConfigured
from tests.delivery.instances import reported
from tests.judges.images import image_problems
from tests.judges.rollout import odd_ones, others, rollout_state, trouble_window, troubles

RECENT = timedelta(hours=1)


@verifies("AURA-5.2.2.1")
@pytest.mark.smoke
def test_release_is_rolled_out_everywhere(line: Line, ecs: Cluster, api: ApiClient, target: ProductTarget) -> None:
    problems: list[str | None] = []
    for found in each(lambda s: _rolled_out(line, s), ecs.services):
        problems += found
    service = ecs.service("api")
    definition = service.task_definition
    container = definition.main(ecs.settings.containers.get("api"))
    _, tag, digest = container.image_parts
    if not _is_release(tag, digest, target):
        problems.append(f"{service} refers to {definition} with {container.image}, not to the release {target.release}")
    problems += _versions_reported(api, target)
    conclude(problems)


def _rolled_out(line: Line, service: Service) -> list[str | None]:
    try:
        deployments = service.deployments
    except Absent as absence:
        return [str(absence)]
    problems: list[str | None] = []
    hint = f"Beside the primary one: {', '.join(others(deployments))}" if others(deployments) else ""
    problems.append(line.limit("deployments").problem(len(deployments), of=service, hint=hint))
    state = rollout_state(deployments)
    if state != "COMPLETED":
        reason = next((str(d.get("rolloutStateReason", "")) for d in deployments if d.get("status") == "PRIMARY"), "")
        problems.append(f"{service}: rollout is {state or 'unknown'}, want COMPLETED. {reason}")
    wanted, running = service.desired, service.running
    shortfall = observed(service, "shortfall", wanted - running, source="ecs:DescribeServices", unit="tasks")
    problems.append(line.limit("running_shortfall").problem(shortfall, of=service, hint=f"{running} of {wanted} run"))
    problems += _events(service)
    strangers = [t for t in service.tasks.or_none() if t.task_definition != service.task_definition_arn]
    problems += [f"{t} of {service} runs {t.task_definition.rpartition('/')[2]}, not its definition" for t in strangers]
    return problems


def _events(service: Service) -> list[str]:
    since = trouble_window(service.deployments, datetime.now(UTC), RECENT)
    return [f"{service}: event {message!r} since the rollout" for message in troubles(service.events, since)]


def _is_release(tag: str, digest: str, target: ProductTarget) -> bool:
    release = target.release
    if digest and release.image_digest:
        return digest == release.image_digest
    return tag.lstrip("v") == release.version.lstrip("v")


def _versions_reported(api: ApiClient, target: ProductTarget) -> list[str]:
    """Instances that do not answer, or answer with another version or commit than the release's."""
    release, problems = target.release, []
    for instance, said in reported(api, "version", "version", "commit").items():
        if isinstance(said, str):
            problems.append(said)
            continue
        version, commit = said
        if version.lstrip("v") != release.version.lstrip("v"):
            problems.append(f"instance {instance} reports version {version}, the release is {release.version}")
        if not commit or not (release.commit.startswith(commit) or commit.startswith(release.commit)):
            problems.append(f"instance {instance} reports commit {commit[:12]}, the release is {release.commit[:12]}")
    return problems


@verifies("AURA-5.2.2.2")
@pytest.mark.smoke
def test_every_registered_instance_is_healthy_and_answers(
    line: Line, ecs: Cluster, load_balancer: LoadBalancer, api: ApiClient
) -> None:
    problems: list[str | None] = []
    for group in load_balancer.target_groups:
        if group.word not in ecs.settings.services:
            raise NotConfigured(f"the target has no service {group.word!r} for {group}", "Name groups as services")
        problems += _registered(line, group, ecs.service(group.word))
    for instance, said in reported(api, "health_deep", "status").items():
        if isinstance(said, str):
            problems.append(said)
        elif said[0].lower() not in ("ok", "healthy", "up", "pass"):
            problems.append(f"instance {instance}: its deep health check says {said[0]}. See its dependencies")
    asked = len(api.settings.instances)
    problems.append(line.limit("instances").problem(asked, of=api) if asked else None)
    conclude(problems)


def _registered(line: Line, group: TargetGroup, service: Service) -> list[str | None]:
    health, reasons = group.health, group.reasons
    if not health:
        return [f"{group}: no target is registered, {service} wants {service.desired}"]
    healthy = [t for t, state in health.items() if state == "healthy"]
    why = "; ".join(f"{target} is {health[target]}: {reason}" for target, reason in reasons.items())
    problems = [
        line.limit("healthy").problem(100 * len(healthy) / len(health), of=group, hint=why),
        line.limit("instances").problem(len(healthy), of=group, hint="Healthy ones count"),
    ]
    if len(health) != service.desired:
        problems.append(f"{group}: {len(health)} targets are registered, {service} wants {service.desired}")
    return problems


@verifies("SEI-2.1.1.3.1")
@pytest.mark.smoke
def test_tasks_run_the_released_digest_in_full_count(
    line: Line, ecs: Cluster, api: ApiClient, forge: Forge, target: ProductTarget
) -> None:
    built = _built(forge, target)
    problems: list[str | None] = []
    if not built:
        problems.append(
            f"{forge}: no run on {target.release.commit[:12]} recorded image digests. Was it built elsewhere?"
        )
    for found in each(
        lambda s: _runs_release(line, s, ecs.settings.containers.get(s.word), target, built), ecs.services
    ):
        problems += found
    problems += _versions_reported(api, target)
    conclude(problems)


def _built(forge: Forge, target: ProductTarget) -> dict[str, str]:
    """Component to the digest that the release's pipeline recorded; empty when it recorded none."""
    name = forge.settings.digest_artifact
    if not name:
        raise NotConfigured("the target has no ci.digest_artifact", "Name the artifact that holds the digests")
    content = forge.artifact(target.release.commit, name)
    found = {str(k): str(v) for k, v in content.items()} if isinstance(content, dict) else {}
    return observed(forge, "built images", found, source=f"artifact {name}")


def _runs_release(
    line: Line, service: Service, main: str | None, target: ProductTarget, built: dict[str, str]
) -> list[str | None]:
    try:
        deployments, desired, running = service.deployments, service.desired, service.running
    except Absent as absence:
        return [str(absence)]
    definition = service.task_definition
    container = definition.main(main)
    tasks = service.tasks.or_none()
    digests = {str(t): t.digests.get(container.name, "") or "unknown" for t in tasks}
    exits = [f"{t} ended with {t.exit_codes}" for t in service.stopped_tasks.or_none() if any(t.exit_codes.values())]
    hint = f"Beside the primary one: {', '.join(others(deployments))}" if others(deployments) else ""
    problems: list[str | None] = [
        line.limit("rollout").problem(rollout_state(deployments), of=service),
        f"{service}: {len(deployments)} deployments are active. {hint}" if len(deployments) != 1 else None,
        line.limit("missing_tasks").problem(max(0, desired - running, service.pending), of=service),
        line.limit("running_tasks").problem(running, of=service, hint=f"{desired} are asked for"),
        line.limit("image_digests").problem(len(set(digests.values())), of=service, hint=odd_ones(digests)),
        line.limit("essential_exits").problem(len(exits), of=service, hint="; ".join(exits)),
    ]
    released = set(built.values())
    if service.word == "api" and target.release.image_digest:
        released &= {target.release.image_digest}
    for task, digest in digests.items():
        if built and digest not in released:
            problems.append(f"{task} of {service} runs {digest}, which the release's pipeline did not build")
    problems += [f"{service}: {definition} {p}" for p in _pinned(container, target)]
    return problems


def _pinned(container: Container, target: ProductTarget) -> list[str]:
    """What is wrong with the reference and the rights of a container."""
    _, tag, digest = container.image_parts
    version = target.release.version
    found = [] if digest else image_problems(container.image, tag, "", version=version, released_digest=None)
    if not container.read_only:
        found.append(f"lets {container.name} write to its root file system")
    if container.user.partition(":")[0] in ("", "0", "root"):
        found.append(f"runs {container.name} as root")
    return found
