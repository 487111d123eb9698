"""Whether a release's micro-benchmarks became slower than those of the release before, beyond their noise. Pure."""

from __future__ import annotations

import math
from collections.abc import Iterator

from scipy.stats import median_abs_deviation

from fixtures.ci.benchmarks import Benchmark, Measured
from golive.catalogue import Limit

OF_MEDIAN, SURE = 1.2533, 3.0
"""Standard error of a median to that of a mean, for what is spread normally; so many of them are no chance."""


def unlike(now: Measured, before: Measured, release: str, approved: str) -> Iterator[str]:
    """Say why two runs do not compare the release with the approved one before it."""
    if now.commit != release:
        yield f"{now} are told to be of {release[:7]}: they measured another commit. Measure each release"
    if before.commit == release or before.commit == now.commit:
        yield f"the baseline holds {before}, the release itself: each ratio to it is 1. Keep that of {approved[:7]}"
    elif before.commit != approved:
        yield f"the baseline holds {before}, and {approved[:7]} was deployed before this release"
    yield from (f"{run} measured changes that were not committed" for run in (now, before) if run.dirty)
    if before.at >= now.at:
        yield f"the baseline was measured at {before.at:%Y-%m-%d %H:%M}, and the release before that"
    if now.machine != before.machine:
        yield f"{now} ran on {now.machine}, {before} on {before.machine}: times of unlike machines tell nothing"


def absent(now: Measured, before: Measured) -> list[str]:
    """Return the benchmarks that the release has no longer: what is not measured can't be seen to be slow."""
    return sorted(set(before.benchmarks) - set(now.benchmarks))


def slower(now: Measured, before: Measured, limit: Limit) -> tuple[list[str], list[str]]:
    """Return a sentence for each benchmark that became slower than it may, and for each too noisy to tell."""
    assert isinstance(limit.value, (int, float))
    certain, unsure = [], []
    for name in sorted(set(now.benchmarks) & set(before.benchmarks)):
        new, old = now.benchmarks[name], before.benchmarks[name]
        ratio = new.median / old.median
        if limit.admits(round(ratio, 3)):
            continue
        beyond = new.median - limit.value * old.median
        noise = SURE * math.hypot(_error(new), limit.value * _error(old))
        told = f"{name}: {_short(old.median)} became {_short(new.median)}, {ratio:.2f} times that, want {limit}"
        if beyond > noise:
            certain.append(told)
        else:
            unsure.append(f"{told}, and its rounds differ by as much")
    return certain, unsure


def _error(benchmark: Benchmark) -> float:
    """The standard error of a median, in seconds, by how its rounds differ; without rounds none is known."""
    if not benchmark.data:
        return 0.0
    spread = float(median_abs_deviation(benchmark.data, scale="normal"))
    return OF_MEDIAN * spread / math.sqrt(len(benchmark.data))


def _short(seconds: float) -> str:
    return f"{seconds * 1e6:.1f} µs" if seconds < 1e-3 else f"{seconds * 1e3:.2f} ms"
