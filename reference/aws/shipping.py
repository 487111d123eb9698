"""The log driver: what the processes of the reference write reaches the stream of their task, and the edge's log its
group.

The records of the collection `logs` say what goes where: `group`, `stream`, and a `file` (a part's name, or `edge`
for the access log, of which a stream gets the lines of its `product` and, for a web task, of its `server` address).
"""

from __future__ import annotations

import json
import logging
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from moto.logs.models import LogEvent, LogStream, logs_backends

from reference.aws.application import Application
from reference.aws.calls import ApiError, Call
from reference.settings import Settings

log = logging.getLogger(__name__)
EVERY = 2.0
LARGEST = 256 * 1024
EVENTS = 5_000
# Days before now of the events that a long-lived system would still have.
AGES = (1, 7, 15, 30, 45, 60, 75, 85)
SYSTEM_AGE = timedelta(days=200)


class Shipper:
    """One thread for all accounts; remembers how far each file was read."""

    def __init__(self, application: Application, settings: Settings) -> None:
        self.application, self.settings = application, settings
        self.offsets: dict[Path, int] = {}
        self.paused: set[str] = set()

    def start(self) -> None:
        threading.Thread(target=self._loop, name="logs", daemon=True).start()

    def remember(self) -> None:
        """Write what each log group still holds of the months before. PutLogEvents refuses events that old."""
        for account in self.settings.aws.accounts.values():
            for name, group in logs_backends[account.id][account.region].groups.items():
                group.creation_time = (datetime.now(UTC) - SYSTEM_AGE).replace(tzinfo=None)
                self.remember_group(account.id, account.region, name)

    def remember_group(self, account: str, region: str, name: str) -> None:
        """The same for one group. Raises KeyError for one that is not there."""
        group = logs_backends[account][region].groups[name]
        stream = group.streams["history"] = LogStream(group, "history")
        for days in AGES:
            time = datetime.now(UTC) - timedelta(days=days)
            message = json.dumps({"time": time.isoformat(), "level": "info", "event": "day closed", "group": name})
            event = {"timestamp": _milliseconds(time), "message": message}
            stream.events.append(LogEvent(_milliseconds(time) + 900, event))
        stream.last_ingestion_time = (datetime.now(UTC) - timedelta(days=AGES[0])).replace(tzinfo=None)

    def ship(self) -> None:
        """Send every line that was written since the last time."""
        fresh: dict[Path, list[str]] = {}
        for product, account in self.settings.aws.accounts.items():
            for target in self.application.state.listed(account.id, "logs"):
                if target["stream"] in self.paused:
                    continue
                path = (
                    Path(self.settings.nginx_access_log)
                    if target["file"] == "edge"
                    else self.settings.log_file(target["file"])
                )
                if path not in fresh:
                    fresh[path] = self._read(path)
                lines = [
                    line
                    for line in fresh[path]
                    if target["file"] != "edge" or _belongs(line, product, target.get("server"))
                ]
                if lines:
                    self._put(account.id, account.region, target["group"], target["stream"], lines)

    def _put(self, account: str, region: str, group: str, stream: str, lines: list[str]) -> None:
        now = int(datetime.now(UTC).timestamp() * 1000)
        names: dict[str, Any] = {"logGroupName": group, "logStreamName": stream}
        events = [{"timestamp": now, "message": line} for line in lines]
        try:
            self.application.invoke(Call(account, region, "logs", "PutLogEvents", {**names, "logEvents": events}))
        except ApiError as error:
            if error.code != "ResourceNotFoundException" or group not in logs_backends[account][region].groups:
                return  # the group was deleted: its lines are lost, as they are in the cloud
            self.application.invoke(Call(account, region, "logs", "CreateLogStream", names))
            self.application.invoke(Call(account, region, "logs", "PutLogEvents", {**names, "logEvents": events}))
        kept = logs_backends[account][region].groups[group].streams[stream].events
        del kept[:-EVENTS]

    def _read(self, path: Path) -> list[str]:
        """The whole lines added to a file since the last call."""
        try:
            size, start = path.stat().st_size, self.offsets.get(path, 0)
            start = 0 if size < start else max(start, size - LARGEST)
            with path.open("rb") as file:
                file.seek(start)
                text = file.read()
        except OSError:
            return []
        whole = text.rfind(b"\n") + 1
        self.offsets[path] = start + whole
        return [line for line in text[:whole].decode(errors="replace").splitlines() if line.strip()]

    def _loop(self) -> None:
        wait = threading.Event()
        while not wait.wait(EVERY):
            try:
                self.ship()
            except Exception:
                log.exception("logs were not shipped")


def _belongs(line: str, product: str, server: str | None) -> bool:
    try:
        entry = json.loads(line)
    except ValueError:
        return False
    if server is not None:
        return bool(entry.get("server") == server)
    return entry.get("product") in (product, f"{product}-web")


def _milliseconds(time: datetime) -> int:
    return int(time.timestamp() * 1000)
