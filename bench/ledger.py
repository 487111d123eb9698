"""`python -m bench ledger`: how long `pytest --gate-only` takes over a ledger of many runs (wanted: under 2 s)."""

from __future__ import annotations

import argparse
import resource
import subprocess
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

from bench.running import ROOT
from golive import clock
from golive.catalogue import load_catalogue
from golive.ledger import Subject
from golive.ledger.store import Ledger
from golive.observation import Observation
from golive.results import LineResult
from golive.verdict import Verdict

RUNS, WANTED = 200, 2.0
VERSION, COMMIT = "1.0.0", "0123456789abcdef"


def fill(path: Path, runs: int) -> int:
    """Record runs of all lines of both products, a day apart but for the newest; how many verdicts."""
    ledger, catalogue, now = Ledger(str(path)), load_catalogue(), clock.present()
    lines = [x for x in catalogue.items() if x.checked]
    count = 0
    for number in range(runs):
        at = now - timedelta(days=runs - 1 - number, minutes=1)
        ledger.begin(golive="bench", command="pytest", started=at)
        for n, line in enumerate(lines):
            verdict = Verdict.FAILED if (n + number) % 97 == 0 else Verdict.PASSED
            evidence = tuple(Observation(f"thing {i}", "measured", 12.5, "ms", "bench", at) for i in range(5))
            result = LineResult(
                line.id, verdict, line.title, line.product, str(line.phase), str(line.folder), message="", seconds=0.2,
                nodeid=f"tests/bench.py::test[{line.id}]", started=at, evidence=evidence,
            )  # fmt: skip
            ledger.add(Subject("bench", "production", line.product, VERSION, COMMIT), result, at)
            count += 1
    ledger.close()
    return count


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench ledger", description=__doc__)
    parser.add_argument("--runs", type=int, default=RUNS)
    parser.add_argument("--times", type=int, default=3, help="the best of so many is told")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="golive-bench-") as folder:
        path, target = Path(folder) / "ledger.sqlite", Path(folder) / "target.toml"
        release = f'release = {{ version = "{VERSION}", commit = "{COMMIT}" }}'
        target.write_text(f'name = "bench"\n[aurastudio]\n{release}\n[seiketsu]\n{release}\n')
        verdicts = fill(path, options.runs)
        command = [sys.executable, "-m", "pytest", "--gate-only", f"--target={target}", f"--release={VERSION}",
                   f"--ledger={path}", f"--reports={folder}/reports", "-p", "no:cacheprovider"]  # fmt: skip
        wall, cpu = [], []
        for _ in range(options.times):
            began, before = time.monotonic(), _children()
            subprocess.run(command, cwd=ROOT, capture_output=True, timeout=300, check=False)
            wall.append(time.monotonic() - began)
            cpu.append(_children() - before)
        size = path.stat().st_size / 2**20
    print(
        f"{options.runs} runs, {verdicts} verdicts, {size:.0f} MiB: decided in {min(wall):.2f} s ({min(cpu):.2f} s CPU)"
    )
    return 0 if min(cpu) < WANTED else 1


def _children() -> float:
    """Seconds of CPU that finished children took: unlike the clock's, others on the machine don't count."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
