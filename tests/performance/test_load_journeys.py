"""The load does what people do: judged by what a run really called, in whose name, with which words and pauses."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fixtures.load import LoadRuns
from fixtures.metrics.plugin import SeriesReader
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured
from tests.judges.journeys import farthest, mix, told_apart, visits
from tests.judges.load import full_users
from tests.performance.loaded import errors_said, evidence, whole

RUN, VISITS, SIGN_IN, ASKED = "day", "visits", "sign_in", ".requests"
WINDOW, PERIOD = timedelta(days=1), timedelta(minutes=5)
KNOWN = 200
"""Periods of the day that have to be known, of 288."""


@verifies("AURA-9.1.1.2")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(7200)
def test_load_imitates_whole_visits(
    line: Line, load_runs: LoadRuns, target: ProductTarget, metrics: SeriesReader
) -> None:
    run = evidence(load_runs, RUN, line, target)
    phase, size = run.phase(VISITS), run.artefact.run.size
    of = f"{run} {VISITS}"
    trace = run.trace(phase)
    there = {f.operation: f.count for f in run.results.figures(("operation",), scenario=VISITS)}
    told_apart(trace, observed(of, "requests", there, source=run.source), phase.users or 1, of)
    figures = whole(run, phase, run.profile.samples)
    seen = observed(of, "visits", visits(trace, SIGN_IN, of), source="trace")
    modes = configured(target.pages, f"{line.product}.pages").modes
    if not modes:
        raise NotConfigured(f"the target has no {line.product}.pages.modes", "Name the modes of the product")
    asked = ", ".join(sorted(there))
    problems = [
        line.limit("error_rate").problem(round(100 * figures.errors, 2), of=of, hint=errors_said(figures)),
        line.limit("endpoints").problem(seen.endpoints, of=of, hint=f"Each visit beside signing in; asked was {asked}"),
        line.limit("unsigned_visits").problem(seen.unsigned, of=of, hint=f"{seen.count} visits: each signs in first"),
        line.limit("users").problem(full_users(seen.users, size), of=of, hint="Give the load more identities"),
        line.limit("texts").problem(full_users(seen.texts, size), of=of, hint="What is said has to differ"),
        line.limit("repeated_texts").problem(
            round(seen.repeated, 2), of=of, hint="What was said before is answered from caches"
        ),
        line.limit("think_time").problem(round(seen.pause, 3), of=of, hint="The pause between two calls of a visit"),
        line.limit("languages").problem(len(seen.languages), of=of, hint=", ".join(sorted(seen.languages))),
        *[f"{of}: no visit was in mode {mode}" for mode in sorted(set(modes) - seen.modes)],
    ]
    users = _asked_by_users(metrics)
    load = mix({name: float(count) for name, count in there.items()})
    name, apart = farthest(load, users)
    hint = f"{name} is {load.get(name, 0):.0f} % of the load's calls and {users.get(name, 0):.0f} % of those of users"
    problems.append(line.limit("mix_deviation").problem(round(apart, 1), of=of, hint=hint))
    conclude(problems)


def _asked_by_users(metrics: SeriesReader) -> dict[str, float]:
    """Operation to its share of what users asked for, in percent. Raises NotConfigured: no series tell."""
    words = [word for word in metrics.words if word.endswith(ASKED)]
    if len(words) < 2:
        raise NotConfigured(
            "the target has no series of what users ask for", f"Add [PRODUCT.metrics.series] OPERATION{ASKED}"
        )
    series = {w: metrics.series(w, WINDOW, statistic="Sum", period=PERIOD, samples=KNOWN) for w in words}
    return observed(
        "requests of users", "mix", mix({w.removesuffix(ASKED): sum(s.values) for w, s in series.items()}),
        source=f"{len(words)} series", unit="percent",
    )  # fmt: skip
