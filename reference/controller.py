"""What the cloud's control plane does by itself, its DNS too, in one process: `python -m reference.controller`.

Duties run each in a thread, again and again; a duty that fails is logged and tried again at its next turn.
`controller/duties.json` tells when each last succeeded.
"""

from __future__ import annotations

import json
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from reference.alarming import Alarming
from reference.archiving import follow_archive
from reference.autoscaling import Autoscaling
from reference.aws.changes import Followed
from reference.balancing import Balancing
from reference.cache_snapshots import Snapshots
from reference.demand import Demand
from reference.dns.server import serve
from reference.firewalling import follow_firewall
from reference.measuring import Measuring
from reference.overlaying import Overlays
from reference.placing import Placing
from reference.quotas import Quotas
from reference.reconciling import Reconciler
from reference.redis_primary import follow_file, primary_port
from reference.settings import Settings


@dataclass
class Duty:
    """`run` is called every `every` seconds."""

    name: str
    every: float
    run: Callable[[], None]
    succeeded: float | None = field(default=None, init=False)
    """Time of the last success, seconds since 1970."""
    failures: int = field(default=0, init=False)


def follow_redis_primary(settings: Settings) -> None:
    """Point the TLS endpoint at the primary that the Sentinels name, as a managed primary endpoint does."""
    sentinels = [node.port for node in settings.redis.sentinels]
    address = f"127.0.0.1:{primary_port(sentinels, settings.redis.sentinel_password, settings.redis.primary_name)}\n"
    file = follow_file(Path(settings.folder))
    if file.read_text() != address:
        partial = file.with_suffix(".partial")
        partial.write_text(address)
        partial.chmod(0o644)
        partial.rename(file)
        print(f"redis primary is now {address.strip()}", flush=True)


def duties(settings: Settings) -> list[Duty]:
    overlays, accounts = Overlays(settings), Followed(settings)
    reconciler, balancing, measuring = (
        Reconciler(settings, overlays),
        Balancing(settings, overlays, accounts),
        Measuring(settings),
    )
    placing = Placing(settings, overlays)
    autoscaling = Autoscaling(settings, overlays, placing, accounts)
    return [
        Duty("follow redis primary", 0.4, lambda: follow_redis_primary(settings)),
        Duty("cache snapshots", 2, Snapshots(settings, accounts).take),
        Duty("target health", 1, balancing.targets),
        Duty("listener rules", 2, balancing.route),
        Duty("firewall", 1, lambda: follow_firewall(settings, accounts)),
        Duty("task status", 2, reconciler.processes),
        *(Duty(f"scaling of {name}", 1, partial(autoscaling.turn, name)) for name in settings.products),
        Duty("demand", 5, Demand(settings, balancing).publish),
        Duty("alarms", 5, Alarming(settings).turn),
        Duty("page health", 15, reconciler.pages),
        Duty("wal archive", 4, lambda: follow_archive(settings)),
        Duty("metrics", 20, measuring.publish),
        Duty("provider quotas", 60, Quotas(settings).publish),
    ]


def perform(duty: Duty, end: threading.Event) -> None:
    while not end.wait(0 if duty.succeeded is None and not duty.failures else duty.every):
        try:
            duty.run()
        except Exception as error:
            duty.failures += 1
            print(f"{duty.name}: {type(error).__name__}: {error}", file=sys.stderr, flush=True)
        else:
            duty.succeeded = time.time()


def report(settings: Settings, known: list[Duty]) -> None:
    path = settings.part_folder("controller") / "duties.json"
    partial = path.with_suffix(".partial")
    partial.write_text(
        json.dumps({duty.name: {"succeeded": duty.succeeded, "failures": duty.failures} for duty in known})
    )
    partial.rename(path)


def main() -> None:
    settings, end = Settings.load(), threading.Event()
    serve(settings)
    known = duties(settings)
    signal.signal(signal.SIGTERM, lambda *_: end.set())
    for duty in known:
        threading.Thread(target=perform, args=(duty, end), name=duty.name, daemon=True).start()
    while not end.wait(0.2 if any(duty.succeeded is None for duty in known) else 2):
        report(settings, known)


if __name__ == "__main__":
    main()
