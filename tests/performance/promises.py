"""Whether what is promised to customers was kept: each level is measured anew from the raw series."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from fixtures.documents import Documents
from fixtures.documents.service_levels import ServiceLevel, service_levels
from fixtures.metrics.outside import outside_probes
from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.windows import Live, Window
from golive import clock
from golive.catalogue import Line
from golive.observation import observed
from golive.verdict import Unobservable
from tests.judges.reach import Bad, availability, bad_steps
from tests.judges.rollback_rules import number
from tests.performance.spans import LATE, hours, whole_steps

FAILURES = ("server_errors", "balancer_errors", "connection_errors")


def promised(documents: Documents) -> list[ServiceLevel]:
    """The levels of the document `service_levels`. A document that is not there is a failure."""
    place = documents.place("service_levels")
    section = documents.section("service_levels")
    assert section is not None, f"{place} is not in the checkout: nothing is promised. Was it moved?"
    return list(service_levels(section, place))


def seen_from_outside(line: Line, metrics: SeriesReader, window: Window) -> tuple[float, list[Bad]]:
    """How much of the time probes from outside found the service well, in percent, and when not."""
    places = outside_probes(metrics, window)
    # A time of the past ends at a whole minute, as its series do, and waits for no late points.
    end = (clock.now() - window.ago).replace(second=0, microsecond=0) if window.ago else clock.now()
    steps = whole_steps(window, end, timedelta(0) if window.ago else LATE)
    interval = timedelta(seconds=number(line, "probe_interval"))
    bad = bad_steps(places, steps, window.every, interval)
    share = availability(bad, steps, window.every)
    observed("probes from outside", "good time", round(share, 4), source=", ".join(places), unit="percent")
    return share, bad


def broken(level: ServiceLevel, line: Line, metrics: SeriesReader, window: Window) -> Iterator[str]:
    """A sentence for each way in which the promise was not kept."""
    live = Live(metrics)
    if level.measure == "percentile":
        counts = live.samples(level.word, window)
        if counts.missing > (1 - number(line, "coverage") / 100) * counts.series.expected:
            yield (
                f"{level}: {counts} is silent in {counts.missing} of {counts.series.expected} steps: "
                "what was not measured was not kept"
            )
            return
        kept = live.shares(level.word, level.promise, Window(window.length, window.every)).overall(counts)
        observed(level, "kept", round(kept, 3), source=counts.series.source, unit="percent")
        if kept < level.percent:
            yield (
                f"{level}: {kept:.2f} % of {level.word} of {hours(window)} took at most {level.promise:g} s, "
                f"promised are {level.percent:g} %"
            )
        return
    if level.measure == "answered":
        plain = Window(window.length, window.every)
        asked = live.counts("requests", window).total
        failed = sum(live.counts(w, plain).total for w in FAILURES if w in metrics.words)
        if not asked:
            raise Unobservable(f"{level}: nothing was requested in {hours(window)}", "Run it under load")
        share, hint = 100 * (1 - failed / asked), f"{failed:.0f} of {asked:.0f} requests failed"
    else:
        share, bad = seen_from_outside(line, metrics, window)
        worst = max(bad, key=lambda b: b.seconds, default=None)
        hint = f"{len(bad)} spells; the worst {worst}" if worst else "no spell"
    observed(level, "kept", round(share, 4), source="series", unit="percent")
    burnt = (100 - share) / (100 - level.promise) if level.promise < 100 else 0.0
    if share < level.promise or burnt >= 1:
        yield f"{level}: {share:.3f} % of {hours(window)}, promised are {level.promise:g} %. {hint}"
