"""Every service of the catalogue is up in full count, did not restart, and does what it is for."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta

import pytest

from fixtures.api.client import ApiClient
from fixtures.aws.ecs import Cluster, Service
from fixtures.aws.errors import Absent
from fixtures.aws.scaling import ScalableTarget
from fixtures.parallel import each
from fixtures.redis.store import Store
from fixtures.web.site import Site
from fixtures.websocket import WebSocketClient
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.run_id import run_id
from golive.target import ProductTarget, Target
from golive.target.product import configured
from golive.target.web import WebSocketStream
from golive.verdict import NotConfigured, Unobservable
from tests.judges.restarts import TaskSeen, restarts


@verifies("SEI-3.1.1.1.1")
@pytest.mark.smoke
def test_every_service_is_up_and_does_what_it_is_for(
    line: Line, ecs: Cluster, api: ApiClient, site: Site, target: ProductTarget, whole_target: Target
) -> None:
    window = timedelta(minutes=float(line.limit("restart_window").value))  # type: ignore[arg-type]
    problems = [line.limit("restart_window").problem(window / timedelta(minutes=1), of="the time looked at")]
    services = list(ecs.services)
    down = []
    for service, found in zip(services, each(lambda s: _counts(line, s, window), services), strict=True):
        down += [service.name] if any(found) else []
        problems += found
    share = 100 * (len(services) - len(down)) / len(services)
    problems.append(line.limit("services_up").problem(share, of=ecs, hint=f"Not right: {', '.join(down)}"))

    # One after the other: their times are judged, and should not be those of each other.
    problems += _api_answers(line, api)
    problems += _page_answers(line, site, target)
    problems += _stream_answers(line, api, target, whole_target)
    problems += _beats(line, target, whole_target)
    conclude(problems)


def _counts(line: Line, service: Service, window: timedelta) -> list[str | None]:
    try:
        desired, running = service.desired, service.running
    except Absent as absence:
        return [str(absence)]
    now = clock.now()
    tasks = [*service.tasks.or_none(), *service.stopped_tasks.or_none()]
    seen = [TaskSeen(str(t), t.started, t.stopped, t.exit_codes, str(t.raw.get("stopCode", ""))) for t in tasks]
    grown = [a["StartTime"] for a in _growth(service, window)]
    deployed = [d["createdAt"] for d in service.deployments if d.get("createdAt")]
    found = restarts(seen, now - window, [*grown, *deployed])
    hint = "; ".join(found)
    return [
        line.limit("missing_tasks").problem(max(0, desired - running), of=service, hint=f"{running} of {desired} run"),
        f"{service}: no task is asked for" if desired < 1 else None,
        line.limit("restarts").problem(len(found), of=service, hint=hint),
    ]


def _growth(service: Service, window: timedelta) -> list[dict[str, datetime]]:
    """The scaling activities of late: what they start is no restart."""
    return [a for a in ScalableTarget(service).activities(window).or_none() if a.get("StatusCode") == "Successful"]


def _api_answers(line: Line, api: ApiClient) -> list[str | None]:
    name = api.settings.probe_operation
    if not name:
        raise NotConfigured("the target has no api.probe_operation", "Name a reading operation that needs a token")
    answer = api.call(name)
    if answer.status != api.operation(name).status:
        return [f"{api}: {answer}, want {api.operation(name).status}"]
    return [line.limit("response").problem(answer.seconds, of=answer.call)]


def _page_answers(line: Line, site: Site, target: ProductTarget) -> list[str | None]:
    path = configured(target.web, "web").public_paths[0]
    begun = time.perf_counter()
    page = site.get(path, follow=True)
    seconds = observed(f"page {path}", "seconds", round(time.perf_counter() - begun, 3), source="GET", unit="s")
    if page.status != 200 or not page.content:
        return [f"{page}: status {page.status} with {len(page.content)} bytes, want a page with 200"]
    return [line.limit("response").problem(seconds, of=f"page {path}")]


def _stream_answers(line: Line, api: ApiClient, target: ProductTarget, whole: Target) -> list[str | None]:
    """A ping on a stream that opens without beginning a session in the product."""
    streams = configured(target.websocket, "websocket")
    stream = next((s for s in (streams, *streams.others.values()) if _pings_freely(s)), None)
    if stream is None or stream.ping is None:
        raise NotConfigured("no stream of the target has a ping without a session", "Add websocket.ping")
    client = WebSocketClient(stream, api, whole.timeouts)
    try:
        with client.open(session_id=run_id()) as socket:
            begun = time.perf_counter()
            client.ask(socket, stream.ping)
    except Unobservable as silence:
        return [f"{client} does not answer a ping: {silence.reason}"]
    seconds = observed(client, "ping", round(time.perf_counter() - begun, 3), source="WebSocket", unit="s")
    return [line.limit("response").problem(seconds, of=f"ping on {client}")]


def _pings_freely(stream: WebSocketStream) -> bool:
    return stream.ping is not None and stream.session_operation is None


def _beats(line: Line, target: ProductTarget, whole: Target) -> list[str | None]:
    """The newest heartbeat went from the scheduler through the queue to a worker lately."""
    celery = target.celery
    if celery is None or celery.heartbeat_key is None:
        raise NotConfigured("the target has no celery.heartbeat_key", "Name the key that the beat leaves its time in")
    broker = Store(celery.broker, whole.timeouts, "broker", celery.ca_file)
    found = broker.ask("GET", celery.heartbeat_key)
    if found is None:
        return [f"{broker}: {celery.heartbeat_key} is not there, so no worker has handled a heartbeat"]
    text = found.decode() if isinstance(found, bytes) else str(found)
    try:
        moment = float(json.loads(text)[celery.heartbeat_field] if celery.heartbeat_field else text)
    except (ValueError, KeyError, TypeError) as error:
        raise Unobservable(f"{broker}: {celery.heartbeat_key} holds no time: {error}", "Correct [celery]") from None
    age = observed(broker, "heartbeat age", round(clock.now().timestamp() - moment, 1), source="Redis GET", unit="s")
    return [line.limit("heartbeat_age").problem(age, of=f"heartbeat {celery.heartbeat_key}", hint="Does beat run?")]
