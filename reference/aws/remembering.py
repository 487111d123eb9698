"""Writes what is left of the days before the deployment was started into the accounts."""

from __future__ import annotations

from datetime import UTC, datetime

from moto.logs.models import LogEvent, LogStream, logs_backends

from reference.aws.application import Application
from reference.aws.calls import Call
from reference.aws.surges import told


def remember_surges(application: Application, account: str, region: str) -> None:
    """Write what is left of an account's surges."""
    now = datetime.now(UTC)
    for surge in application.state.listed(account, "surges"):
        left = told(surge, now)
        application.state.add(account, "alarm_history", *left.history)
        application.state.add(account, "scaling_activities", *left.activities)
        parameters = {"Namespace": surge["namespace"], "MetricData": left.points}
        application.invoke(Call(account, region, "cloudwatch", "PutMetricData", parameters))
        group = logs_backends[account][region].groups[surge["group"]]
        stream = group.streams[surge["stream"]] = LogStream(group, surge["stream"])
        for when, text in left.lines:
            milliseconds = int(when.timestamp() * 1000)
            stream.events.append(LogEvent(milliseconds, {"timestamp": milliseconds, "message": text}))
        if left.lines:
            stream.first_event_timestamp = int(left.lines[0][0].timestamp() * 1000)
            stream.last_event_timestamp = int(left.lines[-1][0].timestamp() * 1000)
            stream.last_ingestion_time = left.lines[-1][0].replace(tzinfo=None)
