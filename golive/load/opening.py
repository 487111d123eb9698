"""Opens the results of a load run, wherever they are: files beside `run.json`, or a Prometheus."""

from __future__ import annotations

from golive.load.artefact import Artefact
from golive.load.remote import RemoteSeries
from golive.load.results import Results
from golive.load.watched import WatchedResults
from golive.target.load import Timeouts
from golive.target.load_runs import K6
from golive.target.product import configured

AnyResults = Results | WatchedResults
BEFORE = 600.0
"""Seconds before a run's start in which its setup may have written."""


def open_results(artefact: Artefact, settings: K6 | None, timeouts: Timeouts) -> AnyResults:
    """Open them. Close what is returned.

    Raises:
        NotConfigured: they are in a Prometheus that the target does not name.
        Unobservable: they can't be read.
    """
    run = artefact.run
    if run.prometheus is None:
        return Results(artefact.files)
    server = configured(settings.prometheus if settings else None, f"{run.product}.k6.prometheus")
    begin, end = run.started.timestamp() - BEFORE, run.finished.timestamp()
    series = RemoteSeries(server, run.prometheus.labels, begin, end, timeouts)
    try:
        return WatchedResults(series, run.prometheus.interval)
    except BaseException:
        series.close()
        raise
