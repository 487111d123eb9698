"""Dashboards are there and draw something; the alarms that must exist would wake somebody."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import pytest

from fixtures.aws.account import Account
from fixtures.aws.alarms import Alarm
from fixtures.aws.dashboards import Dashboard
from fixtures.aws.errors import Absent
from fixtures.metrics.panels import Drawn, draw
from fixtures.observability.watch import Watch, hours_in_state, watches
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from tests.judges.alarms import disarmed, listening, share, unheard
from tests.judges.panels import blank


@verifies("AURA-1.1.4.5")
@pytest.mark.smoke
def test_dashboards_exist_and_their_panels_draw(line: Line, aws: Account, dashboards: Found[Dashboard]) -> None:
    problems, drawn = _drawn(aws, dashboards, timedelta(hours=1))
    empty = blank(drawn)
    hint = "; ".join(f"{panel} draws nothing for {', '.join(rows)}" for panel, rows in empty.items())
    limit = line.limit("empty_panels").problem(len(empty), of="declared dashboards", hint=hint)
    conclude([*problems, limit])


@verifies("SEI-2.1.2.3.2")
@pytest.mark.smoke
def test_dashboards_draw_and_required_alarms_reach_somebody(
    line: Line, aws: Account, dashboards: Found[Dashboard], alarms: Found[Alarm]
) -> None:
    window = timedelta(minutes=float(str(line.limit("widget_data_age").value)))
    problems, drawn = _drawn(aws, dashboards, window)
    for panel, rows in blank(drawn).items():
        problems.append(
            f"{panel} draws nothing of the last {line.limit('widget_data_age').value} min for {', '.join(rows)}"
        )
    seen = watches(aws, list(alarms), timedelta(hours=1))
    faulty = {w.name: reasons for w in seen if (reasons := _reasons(w))}
    hint = "; ".join(reason for reasons in faulty.values() for reason in reasons)
    problems.append(line.limit("required_alarms").problem(share(len(seen) - len(faulty), seen), of=aws, hint=hint))
    problems += [
        line.limit("subscribed_actions").problem(listening(w), of=w, hint="Confirm the subscriptions of its topic")
        for w in seen
        if w.exists
    ]
    problems += [
        line.limit("insufficient_data").problem(round(hours_in_state(w), 1), of=w, hint="It has no data to judge by")
        for w in seen
        if w.state == "INSUFFICIENT_DATA"
    ]
    conclude(problems)


def _drawn(aws: Account, dashboards: Found[Dashboard], window: timedelta) -> tuple[list[str | None], list[Drawn]]:
    """Problems of the dashboards themselves, and the rows of all panels of the others."""
    problems: list[str | None] = []
    panels = []
    for dashboard in dashboards:
        try:
            found = dashboard.panels.or_none()
        except Absent as gone:
            problems.append(str(gone))
            continue
        if not found:
            problems.append(f"{dashboard}: has no metric panel. Was it emptied?")
        problems += [f"{panel}: names no metric" for panel in found if not panel.metrics]
        panels += [panel for panel in found if panel.metrics]
    rows = each(lambda panel: draw(aws, panel, window), panels)
    return problems, [row for drawn in rows for row in drawn]


def _reasons(watch: Watch) -> Sequence[str]:
    """Why an alarm would stay silent."""
    if reason := disarmed(watch):
        return [reason]
    dead = [metric for metric, at in watch.newest.items() if at is None]
    silent = [
        f"{watch} watches {m}, which has no point since an hour. Does its dimension name something deleted?"
        for m in dead
    ]
    return [*unheard(watch), *silent]
