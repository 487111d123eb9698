"""The API of this release, on every instance, with what it depends on."""

from __future__ import annotations

import time
from statistics import median

import pytest

from fixtures.api import Answer, ApiClient
from fixtures.health import Report, every_instance
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import NotConfigured
from tests.judges.health import dependency_problem, oldest_look, standing_still

NEEDED = ("postgres", "redis", "celery", "elevenlabs")
"""What the line wants to see connected, in the target's words."""


@verifies("SEI-2.1.2.1.1")
@pytest.mark.smoke
def test_every_instance_serves_this_release_with_its_dependencies(
    line: Line, target: ProductTarget, api: ApiClient
) -> None:
    known = [instance.id for instance in api.settings.instances]
    probe = api.settings.probe_operation
    if not known or not probe:
        raise NotConfigured(
            f"the target names no {line.product}.api.instances or no probe_operation",
            "Add the id of each instance that is registered at the balancer, and an operation that returns data",
        )
    most = int(float(str(line.limit("requests").value)))
    versions = every_instance(lambda: api.call("version"), known, most=most)
    ready = every_instance(lambda: api.call("ready"), known, times=3, most=most)
    data = every_instance(lambda: api.call(probe), known, most=most)
    problems: list[str | None] = []
    silent = [name for name in known if name not in versions or name not in ready or name not in data]
    problems += [
        f"instance {name} did not answer within {most} requests through {api}. Is it in service?" for name in silent
    ]
    wrong = [name for name, answers in versions.items() if release_problem(answers[0], target)]
    problems += [release_problem(answers[0], target) for answers in versions.values()]
    everyone = {*known, *versions}
    current = 100 * (len(everyone) - len({*wrong, *silent})) / len(everyone)
    problems.append(
        line.limit("current_instances").problem(current, of=f"{api}, instances {', '.join(sorted(everyone))}")
    )
    for name, answers in ready.items():
        problems += _readiness(line, api, name, answers)
    marker = api.identity().marker
    for name, answers in data.items():
        problems.append(data_problem(name, answers[0], api.operation(probe).status, marker))
    conclude(problems)


def release_problem(answer: Answer, target: ProductTarget) -> str | None:
    """Return what is wrong when the answer is not that of the target's release."""
    release = target.release
    if answer.status != 200:
        return f"{answer} on {answer.instance}, want its release"
    seen = {name: str(answer.field(name)) for name in ("version", "commit")}
    observed(f"instance {answer.instance}", "release", seen, source=answer.call)
    if seen["version"] == release.version and _same_commit(seen["commit"], release.commit):
        return None
    return (
        f"instance {answer.instance} runs {seen['version']} ({seen['commit'][:12]}), want {release}. "
        "Was it left out of the roll-out?"
    )


def _same_commit(one: str, other: str) -> bool:
    """A short id stands for the long one, from seven digits on."""
    return min(len(one), len(other)) >= 7 and (one.startswith(other) or other.startswith(one))


def _readiness(line: Line, api: ApiClient, name: str, answers: list[Answer]) -> list[str | None]:
    where = f"instance {name}"
    hint = f"It says: {answers[0].text[:200]}"
    status = next((a.status for a in answers if a.status != 200), 200)
    problems = [
        line.limit("readiness_status").problem(status, of=f"{where}, {answers[0].call}", hint=hint),
        line.limit("response").problem(1000 * median(a.seconds for a in answers), of=f"{where}, {answers[0].call}"),
    ]
    reports = [Report(a, api.settings.health_report, api.settings.dependencies) for a in answers]
    problems += [dependency_problem(where, word, reports[-1].dependency(word)) for word in NEEDED]
    limit, age = line.limit("report_age"), 0.0
    still = standing_still(reports, NEEDED)
    while still and limit.admits(age):
        # A report may be kept for a moment; one that is made up never changes and gets too old.
        time.sleep(0.5)
        newest = every_instance(lambda: api.call("ready"), [name])[name][-1]
        reports.append(Report(newest, api.settings.health_report, api.settings.dependencies))
        still, age = standing_still(reports, NEEDED), oldest_look(reports[-1], NEEDED)
    hint = f"The times of {', '.join(still)} stand still: does the report look, or say what it once saw?"
    age = max(age, *(oldest_look(report, NEEDED) for report in reports[:3])) if not still else age
    return [*problems, limit.problem(age, of=f"{where}, its report", hint=hint if still else "")]


def data_problem(name: str, answer: Answer, wanted: int, marker: str) -> str | None:
    """Return why an instance does not serve real data: another status, or nothing of the acting identity's own."""
    if answer.status != wanted:
        return f"instance {name}: {answer}, want {wanted}. Does this instance reach the right database?"
    if marker and marker not in answer.text:
        return f"instance {name}: {answer.call} holds nothing of {marker}. Is it another database's data?"
    return None if answer.json else f"instance {name}: {answer.call} is empty, so it shows no data"
