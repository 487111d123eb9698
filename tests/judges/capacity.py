"""Whether a forecast can be planned by, and where load runs show that the system bends. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from fixtures.documents.forecast import Forecast
from golive.catalogue import Line
from golive.load.trends import Step, breaking_point
from golive.verdict import Unobservable


def forecast_problems(line: Line, forecast: Forecast, live_peak: float, today: date) -> list[str | None]:
    """Return what is wrong with a forecast: nobody approved it, it is old, or life has gone past it.

    Args:
        live_peak: requests a second that were really asked for lately.
    """
    problems: list[str | None] = []
    if forecast.approved is None or not forecast.by:
        problems.append(f'{forecast}: nobody approved it; write "Approved: DATE by NAME, ROLE"')
    else:
        problems.append(line.limit("forecast_age").problem((today - forecast.approved).days, of=f"{forecast}"))
    if live_peak > forecast.rate:
        problems.append(
            f"{forecast} is overtaken: it expects {forecast.rate:g} requests/s at the most, "
            f"and {live_peak:.1f} were asked for lately"
        )
    return problems


def knee(steps: Sequence[Step], errors: float, p99: float) -> tuple[float, str]:
    """Return the rate of good answers of the last step before the first that broke, and a word on it.

    Raises:
        Unobservable: there are fewer than two steps.
        AssertionError: the lowest step broke already.
    """
    if len(steps) < 2:
        raise Unobservable(f"the run has {len(steps)} steps of load, which show no knee", "Run it again")
    found = breaking_point(steps, errors, p99)
    if found.capacity is None:
        first = steps[0]
        raise AssertionError(
            f"the lowest step, {first.offered:.1f} requests/s, broke already: "
            f"p99 {first.p99:.0f} ms, {100 * first.errors:.1f} % errors"
        )
    if found.broken is None:
        return found.capacity.good, f"no step broke, the highest offered {found.capacity.offered:.1f} requests/s"
    return found.capacity.good, f"{found.broken.offered:.1f} requests/s broke it"
