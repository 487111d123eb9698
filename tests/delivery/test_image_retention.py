"""The registry's lifecycle: what it would remove, tried on the images that are there and on an imagined history."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from fixtures.aws.ecr import Repository
from fixtures.aws.ecs import Cluster
from fixtures.aws.running_images import RunningImage, running_images
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import Unobservable
from tests.judges.lifecycle import (
    Image,
    kept_releases,
    missing_or_removed,
    release_before,
    removes_untagged,
    stops_growing,
)

SOURCE = "ecr:GetLifecyclePolicy, tried on ecr:DescribeImages"


@verifies("AURA-5.2.1.4")
def test_old_images_go_and_needed_ones_stay(line: Line, ecs: Cluster) -> None:
    running = list(running_images(ecs))
    repositories = {image.repository.name: image.repository for image in running}
    conclude(
        problem
        for name, repository in repositories.items()
        for problem in _problems(line, repository, [i for i in running if i.repository.name == name])
    )


def _problems(line: Line, repository: Repository, running: list[RunningImage]) -> list[str | None]:
    if not repository.lifecycle:
        return [f"{repository}: has no lifecycle policy, so images stay for ever. Add one to it"]
    policy, now = _parsed(repository), datetime.now(UTC)
    images = [
        Image(i["imageDigest"], tuple(i.get("imageTags", [])), i["imagePushedAt"], i.get("lastRecordedPullTime"))
        for i in repository.images.or_none()
    ]
    needed = {image.digest: f"what {', '.join(image.services)} runs" for image in running}
    before = release_before(images, needed)
    if before:
        needed[before.digest] = f"the release before, {', '.join(before.tags)}"
    lost = observed(repository, "needed images lost", missing_or_removed(needed, images, policy, now), source=SOURCE)
    problems = [line.limit("needed_images_removed").problem(len(lost), of=repository, hint="; ".join(lost))]
    now_running = next((i for i in images if i.digest == running[0].digest and i.tags), None)
    if now_running is None:
        return [*problems, f"{repository}: what runs has no tag, so the policy takes it for left over"]
    limit = line.limit("releases_kept")
    kept = observed(repository, "releases kept", kept_releases(policy, images, now_running, _most(limit), now),
                    source=f"{SOURCE}, with a release each 30 days", unit="count")  # fmt: skip
    problems.append(limit.problem(kept, of=repository, hint="Keep releases by their number, not by their age alone"))
    untagged = line.limit("untagged_kept")
    if not observed(
        repository, "removes untagged images", removes_untagged(policy, _most(untagged), now), source=SOURCE
    ):
        problems.append(f"{repository}: keeps images without a tag for longer than {untagged}. Add a rule for them")
    if not observed(repository, "removes old releases", stops_growing(policy, now_running, now), source=SOURCE):
        problems.append(f"{repository}: no rule ever removes a release. Add one that keeps a number of them")
    return problems


def _most(limit: Any) -> int:
    return int(limit.value)


def _parsed(repository: Repository) -> dict[str, Any]:
    try:
        return dict(json.loads(repository.lifecycle))
    except ValueError as error:
        raise Unobservable(f"{repository}: its lifecycle policy is no JSON: {error}", "Write it anew") from None
