"""`make bench`: prints tables, writes docs/performance.md. `python -m bench load|ledger|rollback|tenants`: others."""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from pathlib import Path

from bench.accounts import serving
from bench.delay import delayed
from bench.ledger import main as bench_ledger
from bench.load import main as bench_load
from bench.rollback import main as bench_rollback
from bench.running import ROOT, changed_target, run_suite
from bench.seeding import names
from bench.sizes import LATENCY, SERIES
from bench.table import Row, Slow, render
from bench.tenants import main as bench_tenants
from golive.iam.record import load
from reference.session import Session

READ = (
    "ec2:DescribeSecurityGroups", "s3:List", "rds:DescribeDBSnapshots", "cloudwatch:DescribeAlarms",
    "cloudwatch:DescribeAlarmHistory", "iam:",
)  # fmt: skip
"""The lines whose actions start so are the ones that the size of the account matters to."""
OTHERWISE = {"AURA-2.1.3.2", "AURA-6.1.1.4", "AURA-8.2.1.3", "AURA-8.2.1.5"}
"""Lines that made-up resources turn: the documents tell nothing of them, and no snapshot of them was ever restored; and
lines that write to the product, which the benchmark does not allow."""


def lines_of(product: str) -> list[str]:
    """The product's reading lines that look at what there is much of, by the record of their IAM actions."""
    prefix = {"aurastudio": "AURA-", "seiketsu": "SEI-"}[product]
    return [
        line
        for line, actions in load().items()
        if line.startswith(prefix)
        and line not in OTHERWISE
        and set(actions) == {"reads"}
        and any(a.startswith(READ) for a in actions["reads"])
    ]


def grow(session: Session, product: str, sizes: list[int]) -> list[Row]:
    """Verify the lines on accounts of each size."""
    assert session.target_file is not None
    lines, rows = lines_of(product), []
    for n in sizes:
        size = SERIES[n]
        with serving(Path(session.settings.path), product, n) as server:
            target = changed_target(
                session.target_file, f"bench-{n}.toml", product, server.url,
                list(names("bucket", size.buckets)), list(names("alarm", size.alarms)),
                groups=list(names("group", size.security_groups)),
            )  # fmt: skip
            server.asked()
            measured = run_suite(target, "tests", "-k", " or ".join(f"[{line}]" for line in lines))
            rows.append(Row(n, size, len(lines), measured, server.asked()))
        spent = f"{measured.seconds:.1f} s, {measured.cpu:.1f} s of CPU, {measured.rss:.0f} MiB"
        print(f"{n}x: {spent}, {dict(measured.verdicts)}", flush=True)
        for trouble in measured.troubles:
            print(f"   {trouble}", flush=True)
    return rows


def slow(session: Session, product: str, latency: float, workers: int) -> Slow:
    """Run smoke over calls that take longer, and over calls as they are."""
    assert session.target_file is not None
    port = session.settings.aws.port
    quick = run_suite(session.target_file, "-m", "smoke", workers=workers)
    with delayed(port, latency) as proxy:
        target = changed_target(
            session.target_file, "bench-slow.toml", product, f"http://127.0.0.1:{proxy}", [], [], groups=[]
        )
        late = run_suite(target, "-m", "smoke", workers=workers)
    print(f"smoke: {quick.seconds:.1f} s; {latency * 1000:.0f} ms later: {late.seconds:.1f} s {dict(late.verdicts)}")
    for trouble in late.troubles:
        print(f"   {trouble}", flush=True)
    return Slow(latency, workers, quick, late)


def main() -> int:
    if sys.argv[1:2] == ["load"]:
        return bench_load(sys.argv[2:])
    if sys.argv[1:2] == ["ledger"]:
        return bench_ledger(sys.argv[2:])
    if sys.argv[1:2] == ["rollback"]:
        return bench_rollback(sys.argv[2:])
    if sys.argv[1:2] == ["tenants"]:
        return bench_tenants(sys.argv[2:])
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--product", default="aurastudio", choices=["aurastudio", "seiketsu"])
    parser.add_argument("--sizes", default=",".join(map(str, SERIES)), help="of the series; empty for none")
    parser.add_argument("--no-smoke", action="store_true", help="leave the slow calls out")
    parser.add_argument("--workers", type=int, default=2, help="of the smoke runs")
    parser.add_argument("--write", type=Path, default=ROOT / "docs" / "performance.md", metavar="MD")
    options = parser.parse_args()
    load = os.getloadavg()[0]
    sizes = [int(n) for n in options.sizes.split(",") if n]
    with (
        tempfile.TemporaryDirectory(prefix="golive-bench-") as folder,
        Session(Path(folder) / "target.toml") as session,
    ):
        rows = grow(session, options.product, sizes)
        late = None if options.no_smoke else slow(session, options.product, LATENCY, options.workers)
    text = render(options.product, rows, late, load)
    print(text)
    if sizes == list(SERIES) and late is not None:
        options.write.write_text(text)
    else:
        print("not written: not everything was measured", file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
