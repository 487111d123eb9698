"""What runs has no serious weakness that is known and can be mended: images, packages, code, and what scanners skip."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from fixtures.aws.ecs import Cluster
from fixtures.aws.errors import Absent
from fixtures.aws.running_images import RunningImage, running_images
from fixtures.ci.checkout import Checkout
from fixtures.source.audits import Audit
from fixtures.source.bandit import scan
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import Target
from golive.target.delivery import Dependencies
from golive.verdict import NotConfigured, Unobservable
from tests.judges.dependencies import installed_past_locks, open_ones
from tests.judges.exceptions import FILES, undated
from tests.judges.findings import ENDED, UNDER_WAY, open_findings

LIMIT = "fixable_high_findings"


@verifies("SEI-1.3.1.4.2")
def test_nothing_that_runs_is_known_to_be_weak(
    line: Line, ecs: Cluster, checkout: Checkout, whole_target: Target
) -> None:
    settings = checkout.settings.dependencies
    if settings is None or not (settings.python or settings.node):
        raise NotConfigured(f"the target has no {line.product}.source.dependencies", "Name the lock files")
    problems = [p for image in running_images(ecs) for p in _image_problems(line, image, ecs)]
    problems += _package_problems(line, checkout, settings, whole_target)
    weak = [w for w in scan(checkout, checkout.settings.python) if w.severity == "HIGH" and w.confidence != "LOW"]
    observed(checkout, "serious weaknesses of the code", [str(w) for w in weak], source="bandit")
    problems.append(line.limit(LIMIT).problem(len(weak), of="the code", hint="; ".join(map(str, weak[:5]))))
    conclude([*problems, *_exception_problems(line, checkout)])


def _image_problems(line: Line, image: RunningImage, ecs: Cluster) -> list[str | None]:
    try:
        found = image.repository.findings(image.digest)
    except Absent:
        return [f"{image}: this digest was never scanned, whatever its tags say. Scan what runs"]
    status = observed(image, "scan", found["status"], source="ecr:DescribeImageScanFindings")
    if status in UNDER_WAY:
        raise Unobservable(f"{image}: its scan is {status}", "Try again when it has ended")
    if status not in ENDED or found["completed"] is None:
        return [f"{image}: its scan ended as {status or 'nothing'}: no findings of it means that nothing is known"]
    now = datetime.now(UTC)
    age = round((now - found["completed"]) / timedelta(hours=1), 2)
    problems = [line.limit("scan_age").problem(age, of=image, hint="Scan it again: what is known changes daily")]
    accepted = {name: one.until for name, one in ecs.settings.accepted_findings.items()}
    accepted |= dict.fromkeys(found["unmended"], date.max)
    for severity in ("CRITICAL", "HIGH"):
        many, names = open_findings(severity, found["counts"], found["listed"], accepted, now.date())
        hint = f"{severity.lower()}: {', '.join(names) or 'not listed by name'}. Build it anew"
        problems.append(line.limit(LIMIT).problem(many, of=image, hint=hint))
    return problems


def _package_problems(line: Line, checkout: Checkout, settings: Dependencies, whole: Target) -> list[str | None]:
    audit = Audit(checkout, settings, whole.timeouts)
    known = [v for lock in settings.python for v in audit.python(lock)]
    known += [v for folder in settings.node for v in audit.node(folder)]
    open_now = open_ones(known, settings.accepted, datetime.now(UTC).date())
    observed(checkout, "known vulnerabilities", [str(v) for v in known], source="pip-audit, npm audit")
    hint = f"{'; '.join(map(str, open_now[:6]))}. Update it"
    past = {recipe: names for recipe in settings.recipes if (names := installed_past_locks(checkout.text(recipe)))}
    return [
        line.limit(LIMIT).problem(len(open_now), of="the packages", hint=hint),
        *(f"{recipe} installs {', '.join(names)} past the lock files" for recipe, names in past.items()),
    ]


def _exception_problems(line: Line, checkout: Checkout) -> list[str | None]:
    files = sorted(str(p.relative_to(checkout.folder)) for name in FILES for p in checkout.folder.rglob(name))
    loose = [entry for file in files for entry in undated(file, checkout.text(file))]
    observed(checkout, "exceptions without name or date", loose, source="checkout")
    hint = f"{'; '.join(loose[:5])}. Name the weakness, and write when that was decided"
    return [line.limit("undated_exceptions").problem(len(loose), of=checkout, hint=hint)]
