"""The scan of what really runs: it ended, it is fresh, and it left nothing critical or high open."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from fixtures.aws.ecs import Cluster
from fixtures.aws.running_images import RunningImage, running_images
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import Unobservable
from tests.judges.findings import ENDED, UNDER_WAY, open_findings


@verifies("AURA-5.2.1.3")
def test_running_images_have_no_open_finding(line: Line, ecs: Cluster) -> None:
    conclude(problem for image in running_images(ecs) for problem in _problems(line, image, ecs))


def _problems(line: Line, image: RunningImage, ecs: Cluster) -> list[str | None]:
    repository, now = image.repository, datetime.now(UTC)
    problems: list[str | None] = []
    if not repository.scanned_when_pushed:
        problems.append(f"{repository}: images are not scanned when they are pushed. Turn scanning on push on")
    scan = repository.findings(image.digest)
    status = observed(image, "scan", scan["status"], source="ecr:DescribeImageScanFindings")
    if status in UNDER_WAY:
        raise Unobservable(f"{image}: its scan is {status}", "Try again when it has ended")
    if status not in ENDED:
        return [*problems, f"{image}: its scan ended as {status or 'nothing'}, so nothing is known of it"]
    if scan["completed"] is None:
        return [*problems, f"{image}: its scan does not tell when it was completed"]
    age = (now - scan["completed"]) / timedelta(days=1)
    hint = "Scan it again: what is known of weak points changes daily"
    problems.append(line.limit("scan_age").problem(round(age, 2), of=image, hint=hint))
    accepted = {name: record.until for name, record in ecs.settings.accepted_findings.items()}
    for severity in ("critical", "high"):
        many, names = open_findings(severity.upper(), scan["counts"], scan["listed"], accepted, now.date())
        observed(image, f"open {severity} findings", many, source="ecr:DescribeImageScanFindings", unit="count")
        shown = f"{', '.join(names) or 'not listed by name'}. Mend or accept it by name, with a last day"
        problems.append(line.limit(severity).problem(many, of=image, hint=shown))
    return problems
