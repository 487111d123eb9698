"""Runs the real suite against a target, as a user would, and measures the process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import tomlkit

from bench.sizes import CHECK_SECONDS, READ_SECONDS, SEEDED_PORT

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Measured:
    """One run. `cpu`: processor seconds of the suite's processes; `rss`: the peak of the first of them, in MiB;
    `asked`: what the suite says of its own AWS calls."""

    seconds: float
    cpu: float
    rss: float
    verdicts: Counter[str]
    asked: str
    troubles: tuple[str, ...]


def changed_target(
    original: Path, name: str, product: str, endpoint: str, buckets: list[str], alarms: list[str], groups: list[str]
) -> Path:
    """Write a target beside the original, with another AWS endpoint and more declared resources, and return it.

    Beside it, so that its references to secrets lead to the same files. The run's own pace is set out of the way.
    """
    document = tomlkit.parse(original.read_text())
    document.setdefault("budget", {})["calls_per_second"] = 2000
    if groups:  # an account of tens of thousands of things is given the time that its answers take
        document.setdefault("timeouts", {}).update(read=READ_SECONDS, check=CHECK_SECONDS)
    for section in ("aurastudio", "seiketsu"):
        document[section]["aws"]["endpoint_url"] = endpoint
    aws = document[product]["aws"]
    for bucket in buckets:
        aws["buckets"][bucket] = bucket
    aws["alarms"].extend(alarms)
    if groups:
        aws["tiers"]["seeded"] = groups
        aws["flows"].append({"source": "seeded", "to": "seeded", "ports": [SEEDED_PORT], "protocol": "tcp"})
    path = original.with_name(name)
    path.write_text(tomlkit.dumps(document))
    path.chmod(0o600)
    return path


def run_suite(target: Path, *selection: str, workers: int = 0) -> Measured:
    """Run the checks of a selection. `workers`: xdist's, 0 for one process (whose memory is then all of it)."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "pytest", *selection, f"--target={target}", f"--reports={folder}", "-q"]
        command += ["-n", str(workers)] if workers else []
        clean = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "COV_"))}
        with (Path(folder) / "output").open("w+") as output:
            began = time.monotonic()
            process = subprocess.Popen(command, cwd=ROOT, env=clean, stdout=output, stderr=subprocess.STDOUT)
            _, _, usage = os.wait4(process.pid, 0)
            seconds = time.monotonic() - began
            output.seek(0)
            said = output.read()
        results = Path(folder) / "results.json"
        if not results.exists():
            raise RuntimeError(f"the run wrote no results:\n{said[-3000:]}")
        run = json.loads(results.read_text())
    lines = run["lines"]
    troubles = tuple(f"{r['id']} {r['verdict']}: {r['message'][:200]}" for r in lines if r["verdict"] != "passed")
    verdicts = Counter(r["verdict"] for r in lines)
    cpu = usage.ru_utime + usage.ru_stime
    return Measured(seconds, cpu, usage.ru_maxrss / 1024, verdicts, run["facts"].get("AWS API calls", ""), troubles)
