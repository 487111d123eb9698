"""`python -m bench load`: reads results of 0.1, 1 and 10 million samples, beside the engine's bare scan of the file.

The file is made here, as k6 writes it: ten kinds of rows to a request, fifty tenants, ten operations. Each reading is
a process of its own, so that its memory is its own. Figures are per operation, tenant and ten seconds.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import duckdb

from golive.load.formats import K6_CSV
from golive.load.results import Results

SIZES = (100_000, 1_000_000, 10_000_000)
FORMS = ("csv", "csv.gz", "json.gz")
AIMS = {"csv": 12.0, "csv.gz": 12.0, "json.gz": 40.0}
"""Seconds for ten million samples."""
MEBIBYTES, RATIO = 700.0, 1.3
REPEATS = 3
"""Scans and readings take turns, and the least of each counts: another process on the machine only adds."""
KINDS = (
    "http_reqs", "http_req_duration", "http_req_blocked", "http_req_connecting", "http_req_tls_handshaking",
    "http_req_sending", "http_req_waiting", "http_req_receiving", "http_req_failed", "checks",
)  # fmt: skip
SAMPLES = """SELECT {kinds}[1 + i % 10] AS m, 1795332022 + i // 20000 AS t, 'op' || (i // 10 % 10) AS op,
    'tenant' || (i // 10 % 50) AS tenant,
    CASE WHEN i % 10 IN (0, 9) THEN 1 WHEN i % 10 = 8 THEN 0 ELSE 5 + (hash(i) % 400000) / 1000.0 END AS v
    FROM range({rows}) r(i)"""
CSV = """SELECT m AS metric_name, t AS timestamp, printf('%.6f', v) AS metric_value,
    CASE m WHEN 'checks' THEN 'content' END AS "check", NULL AS error, NULL AS error_code, 'true' AS expected_response,
    NULL AS "group", 'GET' AS method, op AS name, 'HTTP/2.0' AS proto, 'mixed' AS scenario, NULL AS service,
    200 AS status, NULL AS subproto, 'tls1.3' AS tls_version, op AS url, 'tenant=' || tenant AS extra_tags,
    NULL AS metadata FROM ({samples})"""
JSON = """SELECT m AS metric, 'Point' AS type, {{'time': strftime(make_timestamp(t * 1000000), '%Y-%m-%dT%H:%M:%SZ'),
    'value': v, 'tags': {{'expected_response': 'true', 'group': '', 'method': 'GET', 'name': op, 'proto': 'HTTP/2.0',
    'scenario': 'mixed', 'status': '200', 'tenant': tenant, 'url': op}}}} AS data FROM ({samples})"""

CSV_COLUMNS = "{" + ", ".join(f"'{name}': 'VARCHAR'" for name in K6_CSV) + "}"
TAGS = ("name", "tenant", "scenario", "status", "error_code", "expected_response")
JSON_COLUMNS = f"""{{metric: 'VARCHAR', type: 'VARCHAR',
    data: 'STRUCT(time VARCHAR, value DOUBLE, tags STRUCT({", ".join(f"{t} VARCHAR" for t in TAGS)}))'}}"""


def write(path: Path, form: str, rows: int) -> None:
    """Make a result file of so many samples."""
    samples = SAMPLES.format(kinds=list(KINDS), rows=rows)
    query = (CSV if form.startswith("csv") else JSON).format(samples=samples)
    options = "HEADER" if form.startswith("csv") else "FORMAT json"
    zipped = ", COMPRESSION gzip" if form.endswith("gz") else ""
    duckdb.execute(f"COPY ({query}) TO '{path}' ({options}{zipped})")


def scan(path: Path) -> None:
    """The engine's bare scan: the greatest value of each column that counts, and nothing else."""
    db = duckdb.connect(config={"threads": 2, "memory_limit": "450MB", "preserve_insertion_order": False})
    if path.name.endswith((".csv", ".csv.gz")):
        columns = ("metric_name", "timestamp", "metric_value", "name", "scenario", "status", "extra_tags",
                   "expected_response", "error_code")  # fmt: skip
        source = f"read_csv('{path}', header = true, auto_detect = false, delim = ',', columns = {CSV_COLUMNS})"
    else:
        columns = ("metric", "data.time", "data.value", "data.tags.name", "data.tags.scenario", "data.tags.tenant",
                   "data.tags.status", "data.tags.expected_response", "data.tags.error_code")  # fmt: skip
        source = f"read_json('{path}', format = 'newline_delimited', columns = {JSON_COLUMNS})"
    db.execute(f"SELECT {', '.join(f'max({c})' for c in columns)} FROM {source}").fetchall()  # noqa: S608


def read(path: Path) -> None:
    """What a check asks: figures by operation, tenant and slice, and the whole run's percentile."""
    with Results([path]) as results:
        results.quality.ensure(path)
        results.figures(("operation", "tenant"))
        results.figures(("operation",), slices=10)
        results.percentile(0.99)


def measured(what: str, path: Path) -> dict[str, float]:
    """Seconds (elapsed and of processors) and peak MiB of a process that scans or reads the file."""
    command = [sys.executable, "-m", "bench.load", what, str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=600)
    found: dict[str, float] = json.loads(done.stdout)
    return found


def least(runs: list[dict[str, float]]) -> dict[str, float]:
    """The least seconds of several runs, and the most memory."""
    found = {key: min(run[key] for run in runs) for key in ("seconds", "processor")}
    return found | {"mebibytes": max(run["mebibytes"] for run in runs)}


def bench(sizes: list[int], forms: list[str], repeats: int) -> list[dict[str, Any]]:
    rows = []
    for form in forms:
        for size in sizes:
            with tempfile.TemporaryDirectory(prefix="golive-bench-") as folder:
                path = Path(folder) / f"results.{form}"
                write(path, form, size)
                turns = [(measured("scan", path), measured("read", path)) for _ in range(repeats)]
                bare, ours = least([scanned for scanned, _ in turns]), least([done for _, done in turns])
                mebibytes = path.stat().st_size / 2**20
            row = {"form": form, "samples": size, "file": mebibytes, "bare": bare, "ours": ours}
            row["ratio"] = ours["processor"] / bare["processor"]
            rows.append(row)
            print(shown(row), flush=True)
    return rows


def shown(row: dict[str, Any]) -> str:
    bare, ours = row["bare"], row["ours"]
    return (
        f"| {row['form']} | {row['samples']:,} | {row['file']:.0f} | {bare['seconds']:.1f} | {ours['seconds']:.1f} "
        f"| {bare['processor']:.1f} | {ours['processor']:.1f} | {row['ratio']:.2f} | {ours['mebibytes']:.0f} |"
    )


HEAD = """| form | samples | file MiB | bare scan s | reading s | bare scan CPU s | reading CPU s | ratio | peak MiB |
|---|--:|--:|--:|--:|--:|--:|--:|--:|"""


def main(arguments: list[str]) -> int:
    """Bench, or one measured step in a process of its own."""
    if arguments[:1] in (["scan"], ["read"]):
        begun = time.perf_counter(), time.process_time()
        (scan if arguments[0] == "scan" else read)(Path(arguments[1]))
        usage = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        seconds, processor = time.perf_counter() - begun[0], time.process_time() - begun[1]
        print(json.dumps({"seconds": seconds, "processor": processor, "mebibytes": usage}))
        return 0
    parser = argparse.ArgumentParser(prog="python -m bench load", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="samples")
    parser.add_argument("--forms", default=",".join(FORMS))
    parser.add_argument("--repeats", type=int, default=REPEATS, help="of which the least counts")
    options = parser.parse_args(arguments)
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}\n\n{HEAD}")
    rows = bench([int(n) for n in options.sizes.split(",")], options.forms.split(","), options.repeats)
    late = [r for r in rows if r["samples"] == SIZES[-1] and r["ours"]["seconds"] > AIMS[r["form"]]]
    large = [r for r in rows if r["ours"]["mebibytes"] > MEBIBYTES]
    slow = [r for r in rows if r["samples"] > SIZES[0] and r["ratio"] > RATIO]  # below it is what opening costs
    for row in late + large + slow:
        print(f"beyond the aim: {row['form']} of {row['samples']:,}", file=sys.stderr)
    return 1 if late or large or slow else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
