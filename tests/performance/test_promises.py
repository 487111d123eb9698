"""What was promised to customers, against what probes from outside and the raw series say of the hours since."""

from __future__ import annotations

from datetime import timedelta

from fixtures.documents import Documents
from fixtures.metrics.plugin import SeriesReader
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from tests.judges.rollback_rules import number
from tests.performance.promises import broken, promised, seen_from_outside
from tests.performance.spans import DAY, HOUR, hours, limited, since_deploy

DAY_SECONDS = DAY.total_seconds()


@verifies("AURA-13.2.3")
def test_the_published_service_level_was_kept(
    line: Line, metrics: SeriesReader, documents: Documents, target: ProductTarget
) -> None:
    window = since_deploy(line, target, number(line, "window") * HOUR)
    levels = promised(documents)
    problems: list[str | None] = [p for level in levels for p in broken(level, line, metrics, window)]
    for level in levels:
        if level.measure == "percentile":
            weak = 1000 * level.promise > number(line, "latency")
        else:
            weak = level.promise < number(line, "availability")
        if weak:
            problems.append(
                f"{level} promises less than is asked of the launch: {level.promise:g}. Correct the document"
            )
    kinds = {level.measure for level in levels}
    problems += [f"no service level says how much of the time it is {k}" for k in ("reachable",) if k not in kinds]
    problems += [f"no service level says how slow it is ({k})" for k in ("percentile",) if k not in kinds]
    conclude(problems)


@verifies("SEI-3.2.2.1.1")
def test_every_contractual_service_level_was_kept(
    line: Line, metrics: SeriesReader, documents: Documents, target: ProductTarget
) -> None:
    levels = promised(documents)
    window = since_deploy(line, target, timedelta(days=number(line, "budget_window")))
    found = {level: list(broken(level, line, metrics, window)) for level in levels}
    kept = 100 * sum(not p for p in found.values()) / len(levels)
    problems = [p for sentences in found.values() for p in sentences]
    words = {level.word for level in levels}
    classes = [w for w in metrics.words if w.startswith("voice_latency.class.")]
    problems += [
        f"no service level is of {w}: that class of tenants is promised nothing" for w in classes if w not in words
    ]
    conclude([line.limit("levels_met").problem(kept, of=f"service levels of {hours(window)}"), *problems])


@verifies("SEI-5.1.1.2.4")
def test_it_was_reachable_from_outside(line: Line, metrics: SeriesReader, target: ProductTarget) -> None:
    window = limited(line, target)
    share, bad = seen_from_outside(line, metrics, window)
    places = [w for w in metrics.words if w.startswith("outside_checks.")]
    seconds = sum(b.seconds for b in bad) * DAY_SECONDS / window.length.total_seconds()
    hint = "; ".join(str(b) for b in sorted(bad, key=lambda b: -b.seconds)[:3])
    conclude([
        line.limit("vantage_points").problem(len(places), of="probes from outside"),
        line.limit("availability").problem(round(share, 4), of=f"the time of {hours(window)}", hint=hint),
        line.limit("bad_time_per_day").problem(round(seconds), of=f"the time of {hours(window)}", hint=hint),
    ])  # fmt: skip
