"""What is promised to customers is what monitoring computes, and what this suite holds the product to."""

from __future__ import annotations

from fixtures.aws.account import Account
from fixtures.aws.objectives import metric_of, objectives
from fixtures.documents import Documents
from fixtures.metrics.plugin import SeriesReader
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.verdict import NotConfigured
from tests.judges.objectives import differences
from tests.judges.rollback_rules import number
from tests.performance.promises import FAILURES, promised


@verifies("AURA-2.1.3.5")
def test_service_levels_are_computed_as_they_are_published(
    line: Line, metrics: SeriesReader, documents: Documents, aws: Account
) -> None:
    if metrics.settings.kind != "cloudwatch":
        raise NotConfigured("objectives are read from CloudWatch alone", "Attest the line, or add objectives there")
    levels = promised(documents)
    series = {word: metric_of(place) for word, place in metrics.settings.series.items()}
    known, least = list(objectives(aws)), number(line, "availability_objective")
    shares = [level for level in levels if level.measure != "percentile"]
    times = [level for level in levels if level.measure == "percentile"]
    place = documents.place("service_levels")
    problems: list[str | None] = []
    if not any(level.measure == "reachable" for level in levels):
        problems.append(f"{place} does not say how much of the time the service is within reach")
    problems += [line.limit("availability_objective").problem(v.promise, of=f"{v} of {place}") for v in shares]
    if times:
        fastest = min(times, key=lambda level: level.promise)
        problems.append(line.limit("latency_objective").problem(1000 * fastest.promise, of=f"{fastest} of {place}"))
    else:
        problems.append(f"{place} does not say how fast answers are")
    found = [why for level in levels for why in differences(level, known, series, FAILURES, least)]
    of = f"{len(levels)} service levels of {place}"
    problems += [line.limit("definition_differences").problem(len(found), of=of), *found]
    conclude(problems)
