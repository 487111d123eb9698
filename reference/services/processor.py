"""The processor that a task of a product has, as the CPU units of a task definition give it on Fargate.

The kernel keeps to it by CFS bandwidth control (`cpu.cfs_quota_us` in version 1 of cgroups, `cpu.max` in version 2). A
load generator on the same machine then takes nothing from the tasks, and they take nothing from it.
"""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Mapping
from pathlib import Path

import psutil

from reference.services.part import PartError

VARIABLE = "REFERENCE_TASK_CPU"
"""Products and the processors that each of their tasks has: `aurastudio=0.3`, with spaces between. Others have all."""
PERIOD = 1_000_000
"""Microseconds in which a task may use its share, and as much again that it saved before: what takes a fifth of a
second once in a while, such as a collection of garbage, must not take three fifths."""
GROUPS = Path("/sys/fs/cgroup")
NAME = "golive-reference-"
LOG = logging.getLogger(__name__)


def share_of(product: str, environ: Mapping[str, str] = os.environ) -> float | None:
    """Processors of one task, None for as many as there are. Raises PartError for a variable that can't be read."""
    given = environ.get(VARIABLE, "")
    shares: dict[str, float] = {}
    for word in given.split():
        name, _, number = word.partition("=")
        try:
            shares[name] = float(number)
        except ValueError:
            shares[name] = 0.0
        if not 0.01 <= shares[name] <= 64:
            raise PartError(f"{VARIABLE}={given}: want a product and processors, such as aurastudio=0.3, not {word!r}")
    return shares.get(product)


class Share:
    """So much of the processor for one task's processes; `name` is the only one of this process, the supervisor."""

    def __init__(self, name: str, processors: float, groups: Path = GROUPS) -> None:
        self._quota = round(PERIOD * processors)
        self._first = (groups / "cpu" / "cpu.cfs_quota_us").exists()
        self._folder = (groups / "cpu" if self._first else groups) / f"{NAME}{os.getpid()}-{name}"

    def hold(self, pid: int) -> None:
        """Keep a process, and what it will start, to the share. Where the machine does not let us, it says so."""
        try:
            self._sweep()
            self._folder.mkdir(exist_ok=True)
            if self._first:
                self._write("cpu.cfs_period_us", str(PERIOD))
                self._write("cpu.cfs_quota_us", str(self._quota))
                self._write("cpu.cfs_burst_us", str(self._quota))
            else:
                self._write("cpu.max", f"{self._quota} {PERIOD}")
                self._write("cpu.max.burst", str(self._quota))
            self._write("cgroup.procs", str(pid))
        except OSError as error:
            LOG.warning("%s: its processor has no limit, this machine does not let us: %s", self._folder.name, error)

    def end(self) -> None:
        """Take the group away; its processes have ended."""
        with contextlib.suppress(OSError):
            self._folder.rmdir()

    def _write(self, file: str, value: str) -> None:
        (self._folder / file).write_text(value)

    def _sweep(self) -> None:
        """Take away what deployments left that were killed: the supervisor that a group is named after is gone."""
        for left in self._folder.parent.glob(f"{NAME}*-*"):
            pid = left.name.removeprefix(NAME).partition("-")[0]
            with contextlib.suppress(OSError, ValueError):
                if not psutil.pid_exists(int(pid)):
                    left.rmdir()
