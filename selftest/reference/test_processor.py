"""A task's share of the processor: what is asked of the kernel, and that the kernel keeps to it."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from reference.services.part import PartError
from reference.services.processor import GROUPS, NAME, PERIOD, VARIABLE, Share, share_of

BUSY = "import time\nend = time.monotonic() + 60\nwhile time.monotonic() < end: pass"


def test_products_have_what_the_variable_says() -> None:
    given = {VARIABLE: "aurastudio=0.3 other=2"}
    assert (share_of("aurastudio", given), share_of("other", given), share_of("seiketsu", given)) == (0.3, 2.0, None)
    assert share_of("aurastudio", {}) is None


@pytest.mark.parametrize("word", ["aurastudio", "aurastudio=much", "aurastudio=0", "aurastudio=-1", "=nan"])
def test_what_is_no_share_is_named(word: str) -> None:
    with pytest.raises(PartError, match=rf"{VARIABLE}=.*want a product and processors.*{word}"):
        share_of("aurastudio", {VARIABLE: word})


@pytest.mark.parametrize(
    ("first", "wanted"),
    [
        (
            True,
            {
                "cpu.cfs_period_us": "1000000",
                "cpu.cfs_quota_us": "300000",
                "cpu.cfs_burst_us": "300000",
                "cgroup.procs": "77",
            },
        ),
        (False, {"cpu.max": "300000 1000000", "cpu.max.burst": "300000", "cgroup.procs": "77"}),
    ],
)
def test_both_versions_of_the_kernel_are_told(tmp_path: Path, first: bool, wanted: dict[str, str]) -> None:
    above = tmp_path / "cpu" if first else tmp_path
    above.mkdir(exist_ok=True)
    if first:
        (above / "cpu.cfs_quota_us").touch()
    left, other = above / f"{NAME}{2**22 + 1}-one", above / f"{NAME}{os.getppid()}-one"
    left.mkdir()
    other.mkdir()
    Share("one", 0.3, tmp_path).hold(77)
    assert {file.name: file.read_text() for file in (above / f"{NAME}{os.getpid()}-one").iterdir()} == wanted
    assert not left.exists(), "what a killed deployment left is taken away"
    assert other.exists(), "and nothing of one that lives, which may be about to fill it"


def test_a_machine_that_does_not_let_us_is_named_and_nothing_breaks(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    share = Share("one", 0.3, tmp_path / "absent")
    share.hold(os.getpid())
    share.end()
    assert "its processor has no limit" in caplog.text


def test_the_kernel_keeps_to_it() -> None:
    share = Share("selftest", 0.2)
    process = subprocess.Popen([sys.executable, "-c", BUSY])
    try:
        share.hold(process.pid)
        groups = Path(f"/proc/{process.pid}/cgroup").read_text()
        if f"{NAME}{os.getpid()}-selftest" not in groups:
            pytest.skip(f"this machine does not let {GROUPS} be changed: the deployment has no limit here, and says so")
        seen = psutil.Process(process.pid)
        began, before = time.monotonic(), sum(seen.cpu_times()[:2])
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(4)
        used, took = sum(seen.cpu_times()[:2]) - before, time.monotonic() - began
        throttled = [int(n) for file in GROUPS.rglob(f"{NAME}{os.getpid()}-selftest/cpu.stat")
                     for n in re.findall(r"^nr_throttled (\d+)", file.read_text(), re.MULTILINE)]  # fmt: skip
    finally:
        process.kill()
        process.wait()
        share.end()
    most = 0.2 * (took + 2 * PERIOD / 1e6)
    assert 0 < used <= most + 0.1, "a fifth of each period that began, and as much again that it saved"
    assert sum(throttled) > 0, "a process that is always busy is held up"
    assert not list(GROUPS.rglob(f"{NAME}{os.getpid()}-selftest"))
