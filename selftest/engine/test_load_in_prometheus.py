"""Two real k6 write to a real Prometheus: the run is collected, and says what their files say."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import requests

from golive.load.artefact import Phase, Remote, Run
from golive.load.bracket import Bracket
from golive.load.collecting import collect
from golive.load.generator import find_k6
from golive.load.kubernetes import DRAFT
from golive.load.opening import open_results
from golive.load.results import Results
from golive.load.segments import run_parts
from golive.load.watched import WatchedResults
from golive.target import Target, load_target
from golive.verdict import Unobservable

PROMETHEUS = shutil.which("prometheus")
pytestmark = pytest.mark.skipif(not PROMETHEUS, reason="no prometheus on PATH; apt-get install prometheus")

EXAMPLE = Path(__file__).parents[2] / "targets" / "seiketsu.example.toml"
RATE, SECONDS = 60, 2
SCRIPT = """
import http from "k6/http";
import { Gauge } from "k6/metrics";
const begun = new Gauge("golive_begun");
export const options = {
  systemTags: ["name", "scenario", "status", "method", "expected_response", "error_code", "check"],
  scenarios: { steady: { executor: "constant-arrival-rate", rate: %d, timeUnit: "1s", duration: "%ds",
    preAllocatedVUs: 20 } },
};
export function setup() { begun.add(Date.now()); }
export default function () {
  http.get(`${__ENV.SERVER}/${__ITER %% 4}`, { tags: { name: __ITER %% 2 ? "look" : "search", tenant: "amber" } });
}
"""


class Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        time.sleep(0.002 * int(self.path[1:]))
        self.send_response(500 if self.path == "/3" else 200)
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


@pytest.fixture
def prometheus(tmp_path: Path) -> Iterator[str]:
    (tmp_path / "prometheus.yml").write_text("")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [
        str(PROMETHEUS), f"--config.file={tmp_path / 'prometheus.yml'}", f"--storage.tsdb.path={tmp_path / 'data'}",
        f"--web.listen-address=127.0.0.1:{port}", "--web.enable-remote-write-receiver",
        "--enable-feature=native-histograms", "--log.level=error",
    ]  # fmt: skip
    url = f"http://127.0.0.1:{port}"
    with (tmp_path / "prometheus.log").open("wb") as log:
        running = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            for _ in range(300):
                try:
                    if requests.get(f"{url}/-/ready", timeout=2).ok:
                        break
                except requests.ConnectionError:
                    time.sleep(0.1)
            yield url
        finally:
            running.terminate()
            running.wait(20)


def target_with(url: str, folder: Path) -> Target:
    text = re.sub(r'(\[seiketsu\.k6\]\nresults = )"[^"]+"', rf'\1"{folder / "results"}"', EXAMPLE.read_text())
    (folder / "target.toml").write_text(f'{text}\n[seiketsu.k6.prometheus]\nurl = "{url}"\n')
    return load_target(folder / "target.toml")


def generate(tmp_path: Path, server: str, prometheus: str, native: bool) -> list[Path]:
    """Run two k6 that write to files and to the Prometheus; the files."""
    (tmp_path / "script.js").write_text(SCRIPT % (RATE, SECONDS))
    files = [tmp_path / f"results-{n}.csv" for n in (1, 2)]
    variables = {
        "SERVER": server, "K6_PROMETHEUS_RW_SERVER_URL": f"{prometheus}/api/v1/write",
        "K6_PROMETHEUS_RW_PUSH_INTERVAL": "1s", "K6_PROMETHEUS_RW_TREND_AS_NATIVE_HISTOGRAM": str(native).lower(),
        "K6_CSV_TIME_FORMAT": "unix_micro",
    }  # fmt: skip

    def arguments(part: int) -> list[str]:
        return [
            f"--out=csv={files[part]}", "--out=experimental-prometheus-rw", "--tag=testid=golive-1",
            str(tmp_path / "script.js"),
        ]  # fmt: skip

    assert run_parts(find_k6(), arguments, variables, [tmp_path / "1.log", tmp_path / "2.log"], 120) == [0, 0]
    return files


def draft(folder: Path, target: Target, generators: int, rendered: datetime) -> None:
    run = Run(
        product="seiketsu", name="levels", environment=target.products["seiketsu"].environment,
        release={"version": "1.4.0"}, started=rendered, finished=rendered + timedelta(days=1),
        prometheus=Remote(labels={"testid": "golive-1"}, interval=1),
        phases=[Phase(scenario="steady", model="open", rate=RATE, seconds=SECONDS)],
    )  # fmt: skip
    folder.mkdir()
    told = {"generators": generators, "run": run.model_dump(mode="json", exclude={"finished"})}
    (folder / DRAFT).write_text(json.dumps(told))


def test_a_prometheus_says_what_the_files_say(tmp_path: Path, server: str, prometheus: str) -> None:
    rendered = datetime.now(UTC)
    files = generate(tmp_path, server, prometheus, native=True)
    target = target_with(prometheus, tmp_path)
    draft(tmp_path / "two", target, 2, rendered)
    draft(tmp_path / "three", target, 3, rendered)
    with pytest.raises(Unobservable, match="2 of 3 generators have written"):
        collect(tmp_path / "three", target, datetime.now(UTC))
    artefact = collect(tmp_path / "two", target, datetime.now(UTC))
    found = open_results(artefact, target.products["seiketsu"].k6, target.timeouts)
    assert isinstance(found, WatchedResults)
    with Results(files) as exact:
        mine, theirs = (r.figures(("operation", "tenant"), scenario="steady") for r in (found, exact))
        assert [(f.operation, f.tenant, f.count, f.failed) for f in mine] == [
            (f.operation, f.tenant, f.count, f.failed) for f in theirs
        ]
        for one, true in zip(mine, theirs, strict=True):
            assert one.mean == pytest.approx(true.mean)
            for share in (0.5, 0.95, 0.99):
                told = one.percentiles[share]
                assert isinstance(told, Bracket)
                assert told.low <= true.percentiles[share] <= told.high
        assert [o[:3] for o in found.outcomes()] == [o[:3] for o in exact.outcomes()]
        assert found.total("iterations")[0] == exact.total("iterations")[0]
    found.close()


def test_k6s_own_percentiles_are_unverified_where_they_tell_nothing(
    tmp_path: Path, server: str, prometheus: str
) -> None:
    rendered = datetime.now(UTC)
    files = generate(tmp_path, server, prometheus, native=False)
    target = target_with(prometheus, tmp_path)
    draft(tmp_path / "two", target, 2, rendered)
    artefact = collect(tmp_path / "two", target, datetime.now(UTC))
    found = open_results(artefact, target.products["seiketsu"].k6, target.timeouts)
    with Results(files) as exact:
        (one,), (true,) = (r.figures((), scenario="steady") for r in (found, exact))
        assert (one.count, one.failed) == (true.count, true.failed)
    assert isinstance(one.p99, Bracket), "k6 writes p99 of each series"
    with pytest.raises(Unobservable, match="does not tell p95"):
        assert one.p95
    found.close()
