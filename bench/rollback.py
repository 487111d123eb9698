"""`python -m bench rollback`: how long `pytest -m rollback` takes to answer (wanted: under 10 s)."""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
from pathlib import Path

from bench.running import Measured, run_suite
from reference.session import Session

WANTED, TIMES = 10.0, 5


def main(arguments: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench rollback", description=__doc__)
    parser.add_argument("--target", type=Path, metavar="TOML", help="of a deployment that runs; else one is started")
    parser.add_argument("--times", type=int, default=TIMES, help="the median of so many is told")
    options = parser.parse_args(arguments)
    load = os.getloadavg()[0]
    if options.target:
        found = _asked(options.target, options.times)
    else:
        with (
            tempfile.TemporaryDirectory(prefix="golive-bench-") as folder,
            Session(Path(folder) / "target.toml") as session,
        ):
            assert session.target_file is not None
            found = _asked(session.target_file, options.times)
    seconds, cpu = [m.seconds for m in found], [m.cpu for m in found]
    print(
        f"{len(found)} times: {min(seconds):.1f} to {max(seconds):.1f} s, median {statistics.median(seconds):.1f} s "
        f"({statistics.median(cpu):.1f} s CPU), load {load:.1f}: {dict(found[-1].verdicts)}"
    )
    for trouble in found[-1].troubles:
        if "no check yet" not in trouble:
            print(f"   {trouble}")
    if not all(m.verdicts["passed"] for m in found):
        print("nothing was seen in one of them: that is no answer")
        return 1
    return 0 if statistics.median(seconds) < WANTED else 1


def _asked(target: Path, times: int) -> list[Measured]:
    return [run_suite(target, "-m", "rollback") for _ in range(times)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
