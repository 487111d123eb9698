"""The pipeline measured this release as it did the one before, and nothing became slower."""

from __future__ import annotations

from fixtures.ci.benchmarks import measured
from fixtures.ci.forge import Forge
from fixtures.ci.rollbacks import deployed_before
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges.benchmarks import absent, slower, unlike


@verifies("SEI-1.3.1.1.4")
def test_no_micro_benchmark_regressed(line: Line, forge: Forge, target: ProductTarget) -> None:
    artifact = configured(forge.settings.benchmark_artifact, f"{line.product}.ci.benchmark_artifact")
    release = target.release.commit
    now = measured(forge, release, artifact)
    assert now is not None, f"{forge} has no artifact {artifact} of {release[:7]}: no benchmark ran on this release"
    assert now.benchmarks, f"{now} are none: the file is empty. Does the step select any?"
    approved = deployed_before(forge, release, clock.now())
    before = measured(forge, approved.sha, artifact)
    if before is None or not before.benchmarks:
        raise Unobservable(f"{forge} has no artifact {artifact} of {approved}", "Keep it for as long as a release runs")
    gone = absent(now, before)
    slow, unsure = slower(now, before, line.limit("median_to_baseline"))
    few = line.limit("rounds")
    conclude(
        [
            *unlike(now, before, release, approved.sha),
            line.limit("absent_benchmarks").problem(len(gone), of=now, hint=f"Gone: {', '.join(gone)}" if gone else ""),
            *(few.problem(b.rounds, of=f"{run}, {b.name}") for run in (now, before) for b in run.benchmarks.values()),
            *slow,
        ]
    )
    if unsure:
        raise Unobservable("; ".join(unsure), "Measure more rounds, on a machine that does nothing else")
