"""Several k6 processes, each on its segment, are one load run: shown with the real k6."""

from __future__ import annotations

import csv
import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from golive.load.generator import Progress, find_k6
from golive.load.results import Results
from golive.load.segments import gather, run_parts, segment, together, worst
from golive.load.summary import read_summary

SCRIPT = """
import http from "k6/http";
import exec from "k6/execution";
export const options = { scenarios: { steady: {
  executor: "shared-iterations", vus: 4, iterations: 41, maxDuration: "20s" } } };
export function setup() { console.log(`begun ${Date.now()}`); }
export default function () {
  http.get(`${__ENV.SERVER}/${exec.scenario.iterationInTest}`, { tags: { name: "look" } });
  console.log(`made thing somebody steady ${exec.scenario.iterationInTest}`);
}
"""


class Answers(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  named so by the library
        pass


@pytest.fixture
def server() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as answering:
        threading.Thread(target=answering.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{answering.server_address[1]}"
        answering.shutdown()


def test_two_generators_share_the_load_and_make_one_run(tmp_path: Path, server: str) -> None:
    script = tmp_path / "script.js"
    script.write_text(SCRIPT)
    files = [tmp_path / f"results-{n}.csv.gz" for n in (1, 2)]
    made = [tmp_path / f"made-{n}.txt" for n in (1, 2)]
    summaries = [tmp_path / f"summary-{n}.json" for n in (1, 2)]

    def arguments(part: int) -> list[str]:
        return [
            f"--out=csv={files[part]}", f"--summary-export={summaries[part]}", f"--console-output={made[part]}",
            "--log-format=raw", str(script),
        ]  # fmt: skip

    statuses = run_parts(find_k6(), arguments, {"SERVER": server}, [tmp_path / "1.log", tmp_path / "2.log"], 120)
    assert statuses == [0, 0]
    with Results(files) as results:
        results.quality.ensure("the run")
        (found,) = results.figures()
        assert (found.operation, found.count, found.failed) == ("look", 41, 0)
    counts = [read_summary(path).counts["http_reqs"] for path in summaries]
    assert sum(counts) == 41
    assert all(count > 15 for count in counts), "each has its share"
    assert gather(made, tmp_path / "made.txt") >= 0
    lines = (tmp_path / "made.txt").read_text().splitlines()
    begun = [int(line.split()[1]) for line in lines if line.startswith("begun ")]
    assert lines[0] == f"begun {max(begun)}", "the run begins when the last did"
    assert sorted(int(line.split()[4]) for line in lines if line.startswith("made ")) == list(range(41))
    with gzip.open(files[1], "rt") as file:
        row = next(csv.DictReader(file))
    assert "instance_id=2" in row["extra_tags"]


def test_segments_leave_nothing_out() -> None:
    assert segment(0, 1) == []
    parts = [segment(n, 3) for n in range(3)]
    assert [p[0] for p in parts] == [
        "--execution-segment=0:1/3", "--execution-segment=1/3:2/3", "--execution-segment=2/3:1",
    ]  # fmt: skip
    assert {p[1] for p in parts} == {"--execution-segment-sequence=0,1/3,2/3,1"}


def test_a_part_that_ended_badly_is_named_and_one_that_never_began_leaves_no_begin(tmp_path: Path) -> None:
    assert worst([0, 99, 0]) == 0
    assert worst([99, 107, 0]) == 1
    one, other = tmp_path / "1", tmp_path / "2"
    one.write_text("begun 1000\nmade memory a s 1\n")
    other.write_text("made memory a s 2\n")
    gather([one, other], tmp_path / "all")
    assert (tmp_path / "all").read_text() == "made memory a s 1\nmade memory a s 2\n"
    other.write_text("begun 3500\n")
    assert gather([one, other], tmp_path / "all") == 2.5


def test_what_all_say_is_added_up_but_percentiles_are_not() -> None:
    one = Progress(3, users=2, requests=30, rate=10, p95=40, errors=0.1)
    other = Progress(2.5, users=3, requests=10, rate=5, p95=90, errors=0.5)
    assert together([one, other]) == Progress(3, users=5, requests=40, rate=15, p95=90, errors=pytest.approx(0.2))
