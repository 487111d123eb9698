"""Real load makes the fleet grow, and quiet makes it shrink without cutting calls."""

from __future__ import annotations

import pytest

from fixtures.aws.balancing import TargetGroup, group_of
from fixtures.aws.ecs import Cluster
from fixtures.aws.scaling import ScalableTarget
from fixtures.aws.surge import Surge, SurgeFacts
from fixtures.aws.swing import Pendulum
from fixtures.traffic import Traffic
from fixtures.traffic.calls import Callers
from fixtures.websocket import WebSocketClient
from golive.catalogue import Line
from golive.drill import Drills
from golive.judging import conclude
from golive.load.running import perform
from golive.observation import Found
from golive.plugin import verifies
from golive.target import ProductTarget, Target
from golive.target.product import configured
from golive.verdict import NotConfigured
from tests.judges.surge import surge_problems

SERVICE, ANSWER, RUN, KIND = "api", "version", "surge", "scaling-by-load"
PER_MINUTE = 60.0


@verifies("SEI-2.1.1.3.3")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(7200)
def test_fleet_grows_under_load_and_shrinks_without_cutting_calls(
    line: Line, ecs: Cluster, target_groups: Found[TargetGroup], traffic: Traffic, websocket: WebSocketClient,
    target: ProductTarget, whole_target: Target, drills: Drills,
) -> None:  # fmt: skip
    out, back = _value(line, "scale_out"), PER_MINUTE * _value(line, "scale_in")
    settings, k6 = configured(target.drills, f"{line.product}.drills"), configured(target.k6, f"{line.product}.k6")
    stream = _stream(websocket, traffic, whole_target)

    def load() -> str:
        made = perform(line.product, target, RUN, k6.profile)
        return f"load run {made} of {made.run.counts.get('http_reqs', 0):g} requests"

    surge = Surge(
        Pendulum(ScalableTarget(ecs.service(SERVICE)), group_of(SERVICE, target_groups), out, back), traffic, ANSWER,
        lambda number: Callers(stream, number, settings.call_seconds), load, out, back,
    )  # fmt: skip
    drill = drills.performed_or_recorded(KIND, SurgeFacts, surge.perform)
    conclude([f"{problem} ({drill})" for problem in surge_problems(line, drill.facts) if problem])


def _stream(websocket: WebSocketClient, traffic: Traffic, whole: Target) -> WebSocketClient:
    """A stream that can be held open by pings without beginning anything in the product."""
    settings = websocket.settings
    for stream in (settings, *settings.others.values()):
        if stream.ping is not None and stream.session_operation is None:
            return WebSocketClient(stream, traffic.api, whole.timeouts)
    raise NotConfigured("no stream of the target has a ping without a session", "Add websocket.ping")


def _value(line: Line, name: str) -> float:
    return float(str(line.limit(name).value))
