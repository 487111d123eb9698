"""Every endpoint answers now, at each copy and by its public name, and answered its canary ever since the launch."""

from __future__ import annotations

import pytest

from fixtures.api import ApiClient
from fixtures.metrics.canaries import canary_runs, watched
from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.windows import MINUTE
from fixtures.web import Site
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.api import Instance
from golive.verdict import NotConfigured
from tests.judges.endpoints import is_plain_read
from tests.judges.reach import availability, bad_steps
from tests.judges.rollback_rules import number
from tests.performance.spans import HOUR, hours, since_deploy, whole_steps
from tests.smoke.reaching import Tried, each_tried, open_page, reach

SHOWN = 3


@verifies("AURA-13.1.1")
@pytest.mark.timeout(120)
def test_every_endpoint_answered_throughout_the_launch(
    line: Line, target: ProductTarget, api: ApiClient, site: Site, metrics: SeriesReader
) -> None:
    operations = {name: o for name, o in api.settings.operations.items() if o.base_url is None}
    if not operations or not api.settings.instances:
        raise NotConfigured(f"the target maps no operations or no copies of {api}", "Add api.operations, api.instances")
    problems = _since_launch(line, target, metrics, [name for name, o in operations.items() if is_plain_read(o)])
    api.token()
    ways: list[Instance | None] = [None, *api.settings.instances]
    calls = [(name, way) for name in operations for way in ways]
    tried = each_tried(lambda call: reach(api, *call), calls)
    tried += each_tried(lambda path: open_page(site, path), target.web.public_paths if target.web else [])
    conclude([*_now(line, tried), *problems])


def _now(line: Line, tried: list[Tried]) -> list[str | None]:
    bad = [t.problem for t in tried if t.problem]
    share = 100 * (len(tried) - len(bad)) / len(tried)
    of = f"{len(tried)} endpoints, by name and at each copy"
    return [line.limit("responding_now").problem(round(share, 2), of=of), *bad]


def _since_launch(line: Line, target: ProductTarget, metrics: SeriesReader, names: list[str]) -> list[str | None]:
    """What is wrong with how each endpoint answered its canary; a run that was due and of which nothing was heard is
    one that failed."""
    window = since_deploy(line, target, number(line, "window") * HOUR)
    known = watched(metrics)
    problems: list[str | None] = [
        f"endpoint {name} has no canary: whether it answered since the launch nobody knows. Add one, and its series"
        for name in names
        if name not in known
    ]
    steps = whole_steps(window, clock.now())
    for name, runs in canary_runs(metrics, known, window).items():
        bad = bad_steps({"its canary": runs}, steps, window.every, MINUTE)
        of = f"endpoint {name} over {hours(window)}"
        share = observed(
            of, "answered", round(availability(bad, steps, window.every), 3), source="canary", unit="percent"
        )
        worst = sorted(bad, key=lambda b: -b.seconds)[:SHOWN]
        hint = f"{sum(b.seconds for b in bad) / 60:.0f} min were bad: {'; '.join(map(str, worst))}" if bad else ""
        problems.append(line.limit("availability").problem(share, of=of, hint=hint))
    return problems
