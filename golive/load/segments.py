"""One load run by several k6 processes, each on its own segment of the users and arrivals, with results of its own.

Source: k6's execution segments. The parts are planned from the same sequence, so that together they offer what one
process would: https://grafana.com/docs/k6/latest/using-k6/k6-options/reference/ (execution segment sequence).
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from golive.load.generator import Progress, run_k6

APART = 2.0
"""Seconds between the begin of the first part and of the last, beyond which they are no one load."""
FINE = (0, 99)
"""k6's exit status when it came to its end, and when a threshold was crossed then."""


class _Stopped(Exception):  # noqa: N818  it ends the other parts, and is no error
    pass


def segment(part: int, parts: int) -> list[str]:
    """k6's arguments for one part, counted from 0; none where there is only one."""
    if parts == 1:
        return []
    ends = ["0", *(f"{n}/{parts}" for n in range(1, parts)), "1"]
    sequence = ",".join(ends)
    return [f"--execution-segment={ends[part]}:{ends[part + 1]}", f"--execution-segment-sequence={sequence}"]


def together(parts: Sequence[Progress]) -> Progress:
    """What all parts say as one; of p95 the worst, since an average would be none."""
    requests = sum(p.requests for p in parts)
    errors = sum(p.errors * p.requests for p in parts) / requests if requests else 0.0
    return replace(
        parts[0], seconds=max(p.seconds for p in parts), users=sum(p.users for p in parts), requests=requests,
        rate=sum(p.rate for p in parts), p95=max(p.p95 for p in parts), errors=errors,
    )  # fmt: skip


def run_parts(
    program: Path,
    arguments: Callable[[int], Sequence[str]],
    variables: Mapping[str, str],
    logs: Sequence[Path],
    limit: float,
    watch: Callable[[Progress], None] = lambda _: None,
) -> list[int]:
    """Run one k6 for each log, at once and to their ends, and return their exit statuses.

    Args:
        arguments: of each part, counted from 0.
        limit: seconds after which they are ended.
        watch: told about once a second how all of them together go on.

    Raises:
        Unobservable: one did not come to an end; the others are ended then.
    """
    if len(logs) == 1:
        return [run_k6(program, arguments(0), variables, logs[0], limit, watch)]
    stop, seen = threading.Event(), {n: Progress(0) for n in range(len(logs))}

    def run(part: int) -> int:
        def told(progress: Progress) -> None:
            seen[part] = progress
            if stop.is_set():
                raise _Stopped

        given = [*segment(part, len(logs)), f"--tag=instance_id={part + 1}", *arguments(part)]
        try:
            return run_k6(program, given, variables, logs[part], limit, told)
        except BaseException:
            stop.set()
            raise

    with ThreadPoolExecutor(len(logs), thread_name_prefix="k6") as pool:
        running = [pool.submit(run, part) for part in range(len(logs))]
        try:
            while not all(r.done() for r in running):
                time.sleep(1)
                watch(together(list(seen.values())))
        except BaseException:
            stop.set()
            raise
    failed = [e for r in running if (e := r.exception()) and not isinstance(e, _Stopped)]
    if failed:
        raise failed[0]
    return [r.result() for r in running]


def worst(statuses: Sequence[int]) -> int:
    """Which part did not come to its end, the first of all where all did."""
    return next((part for part, status in enumerate(statuses) if status not in FINE), 0)


def gather(parts: Sequence[Path], whole: Path) -> float:
    """Put what the parts wrote down into one file, and return how many seconds apart they began.

    The whole begins when the last of them did.
    """
    lines = [line for part in parts if part.is_file() for line in part.read_text(encoding="utf-8").splitlines()]
    begun = sorted((int(line.split()[1]) for line in lines if line.startswith("begun ")), reverse=True)
    if len(begun) == len(parts):
        lines.insert(0, f"begun {begun[0]}")
    else:
        lines = [line for line in lines if not line.startswith("begun ")]
    if lines:
        whole.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return (begun[0] - begun[-1]) / 1000 if begun else 0.0
