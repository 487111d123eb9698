"""The release went through the whole pipeline, and nothing goes round it."""

from __future__ import annotations

from typing import Any

import pytest

from fixtures.ci.checkout import Checkout
from fixtures.ci.forge import Forge
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import NotConfigured, Unobservable
from tests.judges.pipeline import check_problems, digests_in, protection_problems, swallowed_failures

WORKFLOWS = ".github/workflows"


@verifies("SEI-1.3.1.1.3")
@pytest.mark.smoke
def test_release_commit_passed_the_required_pipeline(
    line: Line, target: ProductTarget, forge: Forge, checkout: Checkout
) -> None:
    sha, settings = target.release.commit, forge.settings
    if not settings.required_checks:
        raise NotConfigured(
            f"the target has no {line.product}.ci.required_checks", "Name the checks that a release must pass"
        )
    commit = forge.commit(sha)
    assert commit is not None, (
        f"{forge} has no commit {sha[:12]}, which the target names as released. Was history replaced?"
    )
    sha = str(commit["sha"])
    protection = forge.protection(settings.branch)
    required = sorted({*settings.required_checks, *_contexts(protection)})
    problems = check_problems(required, forge.checks(sha).or_none(), sha)
    bad = {p.split(" ", 1)[0] for p in problems}
    green = (len(required) - len(bad)) / len(required) * 100
    where = f"{forge} at {sha[:7]}"
    hint = f"{'; '.join(problems)}. See the run on the forge; deploy only what passed"
    conclude(
        [
            line.limit("successful_required_checks").problem(green, of=where, hint=hint),
            *_reruns(line, forge, sha, required),
            *(
                f"{where}: {p}. Let the failure of this job stop the pipeline"
                for p in _swallowed(forge, checkout, sha, required)
            ),
            *(f"{forge} branch {settings.branch}: {p}" for p in protection_problems(protection, required)),
            _built_elsewhere(line, target, forge, sha),
        ]
    )


def _contexts(protection: dict[str, Any] | None) -> set[str]:
    return set(((protection or {}).get("required_status_checks") or {}).get("contexts", []))


def _reruns(line: Line, forge: Forge, sha: str, required: list[str]) -> list[str | None]:
    """A job that needed many tries to become green tells that its result is chance."""
    limit = line.limit("attempts")
    tries = {
        str(job["name"]): int(job.get("run_attempt", 1))
        for run in forge.runs(sha).or_none()
        for job in forge.jobs(int(run["id"]))
        if job["name"] in required
    }
    hint = "It is green by chance: mend the flaky test"
    return [limit.problem(count, of=f"job {name} at {sha[:7]}", hint=hint) for name, count in sorted(tries.items())]


def _swallowed(forge: Forge, checkout: Checkout, sha: str, required: list[str]) -> list[str]:
    """Both what the forge ran at the commit and the checkout of it are looked at: neither may hide a failure."""
    found: list[str] = []
    for files in (forge.workflows(sha), checkout.texts(WORKFLOWS, ".yml", ".yaml")):
        observed(forge, f"workflows at {sha[:7]}", sorted(files), source="GET /contents, checkout")
        if not files:
            raise Unobservable(f"no workflow files at {sha[:7]}", "Is the checkout complete, and the commit right?")
        try:
            found += swallowed_failures(files, required)
        except ValueError as error:
            raise Unobservable(f"the workflows at {sha[:7]} could not be judged: {error}") from None
    return list(dict.fromkeys(found))


def _built_elsewhere(line: Line, target: ProductTarget, forge: Forge, sha: str) -> str | None:
    """The deployed image must be the one that this commit's run made."""
    name, digest = forge.settings.digest_artifact, target.release.image_digest
    if not name or not digest:
        key = "ci.digest_artifact" if not name else "release.image_digest"
        raise NotConfigured(
            f"the target has no {line.product}.{key}", "Without it the image can't be traced to its run"
        )
    content = forge.artifact(sha, name)
    if content is None:
        return f"{forge} at {sha[:7]}: no run made the artifact {name}. Was the image built elsewhere?"
    made = observed(f"{forge} at {sha[:7]}", "built images", sorted(digests_in(content)), source=f"artifact {name}")
    if digest in made:
        return None
    return (
        f"{forge} at {sha[:7]}: the deployed image {digest[:19]} is not what its run built "
        f"({', '.join(d[:19] for d in made) or 'nothing'}). Deploy the image of the run"
    )
