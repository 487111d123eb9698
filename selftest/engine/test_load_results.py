"""The figures of a load run agree with a plain reading of the same samples; what is broken is counted and said."""

from __future__ import annotations

import csv
import gzip
import json
import math
from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from golive.load.formats import K6_CSV
from golive.load.results import SHARES, Results
from golive.verdict import Unobservable

BEGIN = 1_795_332_000.0
Sample = tuple[float, float, str, str, bool]
"""Seconds after `BEGIN`, ms, operation, tenant, failed."""

samples = st.lists(
    st.tuples(
        st.integers(0, 59_999).map(lambda ms: ms / 1000),
        st.integers(0, 3_000_000).map(lambda us: us / 1000),
        st.sampled_from(["store", "recall"]),
        st.sampled_from(["amber", "birch, and \"more\""]),
        st.booleans(),
    ),
    min_size=1,
    max_size=60,
)  # fmt: skip


def rank(values: list[float], share: float) -> float:
    """Nearest rank, by integers."""
    place = Fraction(str(share)) * len(values)
    return sorted(values)[max(1, math.ceil(place)) - 1]


def k6_csv(path: Path, rows: list[Sample], scenario: str = "mixed") -> Path:
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, K6_CSV, lineterminator="\n")
        writer.writeheader()
        for at, ms, operation, tenant, failed in rows:
            row = {"timestamp": round((BEGIN + at) * 1e6), "name": operation, "scenario": scenario}
            row |= {"extra_tags": f"x=1&tenant={tenant}", "expected_response": str(not failed).lower(), "status": 200}
            writer.writerow(row | {"metric_name": "http_reqs", "metric_value": "1.000000"})
            writer.writerow(row | {"metric_name": "http_req_duration", "metric_value": f"{ms:.6f}"})
    return path


def k6_json(path: Path, rows: list[Sample]) -> Path:
    lines = ['{"type":"Metric","data":{"name":"http_req_duration","type":"trend"},"metric":"http_req_duration"}']
    for at, ms, operation, tenant, failed in rows:
        tags = {"name": operation, "tenant": tenant, "scenario": "mixed", "expected_response": str(not failed).lower()}
        data = {"time": f"{_iso(at)}+02:00", "value": ms, "tags": tags}
        lines.append(json.dumps({"metric": "http_req_duration", "type": "Point", "data": data}))
    path.write_bytes(gzip.compress("\n".join(lines).encode() + b"\n"))
    return path


def jmeter(path: Path, rows: list[Sample]) -> Path:
    with path.open("w", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(["timeStamp", "elapsed", "label", "responseCode", "success", "tenant"])
        for at, ms, operation, tenant, failed in rows:
            begun = round((BEGIN + at) * 1000 - ms)
            writer.writerow([begun, round(ms), operation, 500 if failed else 200, str(not failed).lower(), tenant])
    return path


def _iso(at: float) -> str:
    moment = datetime.fromtimestamp(BEGIN + at, timezone(timedelta(hours=2)))
    return moment.isoformat(timespec="microseconds").partition("+")[0]


@settings(max_examples=12, deadline=None)
@given(rows=samples)
def test_figures_are_those_of_a_plain_reading(tmp_path_factory: pytest.TempPathFactory, rows: list[Sample]) -> None:
    path = k6_csv(tmp_path_factory.mktemp("run") / "results.csv", rows)
    with Results([path]) as results:
        assert results.quality.usable == len(rows)
        for found in results.figures(("operation", "tenant")):
            own = [r for r in rows if (r[2], r[3]) == (found.operation, found.tenant)]
            times = [ms for _, ms, *_ in own]
            assert found.count == len(own)
            assert found.failed == sum(r[4] for r in own)
            assert found.mean == pytest.approx(math.fsum(times) / len(times))
            assert [found.percentiles[s] for s in SHARES] == [rank(times, s) for s in SHARES]
        for dropped in (0, 1, len(rows)):
            every = [ms for _, ms, *_ in rows] + [math.inf] * dropped
            assert results.percentile(0.95, infinite=dropped) == rank(every, 0.95)
        good = results.figures((), good_only=True)[0]
        fine = [ms for _, ms, _, _, failed in rows if not failed]
        assert math.isnan(good.p99) if not fine else good.p99 == rank(fine, 0.99)


@settings(max_examples=6, deadline=None)
@given(rows=samples)
def test_slices_hold_each_sample_once(tmp_path_factory: pytest.TempPathFactory, rows: list[Sample]) -> None:
    path = k6_csv(tmp_path_factory.mktemp("run") / "results.csv", rows)
    with Results([path]) as results:
        slices = results.figures((), window=(BEGIN, BEGIN + 60), slices=10)
        for found in slices:
            own = [r for r in rows if int(r[0] // 10) == round((found.begin - BEGIN) / 10)]
            assert (found.count, found.rate) == (len(own), len(own) / 10)
        assert sum(f.count for f in slices) == len(rows)


ROWS: list[Sample] = [(n / 10, 20.0 + n, "store", "amber", n % 50 == 0) for n in range(300)]


@pytest.mark.parametrize(("write", "name"), [(k6_csv, "a.csv"), (k6_json, "a.json.gz"), (jmeter, "a.jtl")])
def test_all_formats_tell_the_same(tmp_path: Path, write: Callable[[Path, list[Sample]], Path], name: str) -> None:
    with Results([write(tmp_path / name, ROWS)]) as results:
        (found,) = results.figures()
        assert (found.operation, found.count, found.failed) == ("store", 300, 6)
        assert (found.p50, found.p99) == (169, 316)
        assert results.span() == pytest.approx((BEGIN, BEGIN + 29.9), abs=0.01)


def test_files_of_a_distributed_run_are_one_run(tmp_path: Path) -> None:
    halves = [k6_csv(tmp_path / "1.csv", ROWS[::2]), k6_json(tmp_path / "2.json.gz", ROWS[1::2])]
    with Results(halves) as results:
        assert [(f.count, f.p99) for f in results.figures()] == [(300, 316)]


def test_what_is_broken_is_counted(tmp_path: Path) -> None:
    path = k6_csv(tmp_path / "a.csv", ROWS * 20)
    text = path.read_text().splitlines()
    good = text[2]
    bad = [
        "http_req_duration,17953",  # cut off
        good.replace("20.000000", "soon"),
        good.replace("20.000000", "-3.000000"),
        good.replace(good.split(",")[1], "2026-11-22T03:00:00"),
        good.replace(good.split(",")[1], "2026-11-22T03:00:00Z"),
    ]
    path.write_text("\n".join(text + bad) + "\n")
    with Results([path]) as results:
        quality = results.quality
        assert (quality.broken, quality.negative, quality.zoneless) == (2, 1, 1)
        assert quality.usable == 6001
        quality.ensure("the run")
        assert sum(f.count for f in results.figures()) == 6001


def test_more_than_one_in_a_thousand_is_too_much(tmp_path: Path) -> None:
    path = k6_csv(tmp_path / "a.csv", ROWS)
    with path.open("a") as file:
        file.write("http_req_duration,17953\n")
    with Results([path]) as results, pytest.raises(Unobservable, match=r"1 broken lines.*more than 0.1 %"):
        results.quality.ensure("the run")


def test_broken_json_is_counted(tmp_path: Path) -> None:
    path = k6_json(tmp_path / "a.json.gz", ROWS)
    text = gzip.decompress(path.read_bytes()) + b'{"metric":"http_req_duration","type":"Po\n'
    path.write_bytes(gzip.compress(text))
    with Results([path]) as results:
        assert (results.quality.broken, results.quality.usable) == (1, 300)


def test_half_a_zipped_file_is_no_result(tmp_path: Path) -> None:
    path = k6_json(tmp_path / "a.json.gz", ROWS)
    path.write_bytes(path.read_bytes()[:-200])
    with pytest.raises(Unobservable, match="Is the file whole"):
        Results([path])


def test_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.xml"
    path.write_text("<testResults/>\n")
    with pytest.raises(Unobservable, match="neither k6's CSV or JSON nor a JMeter JTL"):
        Results([path])
    empty = k6_csv(tmp_path / "b.csv", [])
    with Results([empty]) as results, pytest.raises(Unobservable, match="no samples"):
        results.quality.ensure("the run")


def test_how_requests_ended_and_what_was_acknowledged(tmp_path: Path) -> None:
    rows = [(n / 10, 10.0 * n, "store" if n % 2 else "recall", "amber", n % 5 == 1) for n in range(20)]
    with Results([k6_csv(tmp_path / "a.csv", rows)]) as results:
        assert results.outcomes(scenario="mixed") == [("recall", 200, 10, 180.0), ("store", 200, 10, 190.0)]
        assert results.outcomes(scenario="mixed", window=(BEGIN + 1, BEGIN + 1.15)) == [
            ("recall", 200, 1, 100.0),
            ("store", 200, 1, 110.0),
        ]
        assert results.acknowledged("mixed", "store") == 8
        assert results.acknowledged("mixed", "nothing") == 0


def test_json_of_another_writer_is_read_and_what_is_cut_is_counted(tmp_path: Path) -> None:
    data = {"tags": {"name": "store", "scenario": "mixed"}, "time": "2026-11-22T03:00:00Z", "value": 12.5}
    point = {"type": "Point", "metric": "http_req_duration", "data": data}
    timing = '{"metric":"http_req_waiting","type":"Point","data":{"time":"2026-11-22T03:00:00Z","value":1,"tags":{}}}'
    metric = '{"type":"Metric","data":{"name":"http_req_duration","type":"trend"},"metric":"http_req_duration"}'
    lines = [metric, json.dumps(point), timing, "", timing[:40], '{"metric":"vus","type":"Point","data":{"ti', "[1]"]
    path = tmp_path / "a.json"
    path.write_text("\n".join(lines) + "\n")
    with Results([path]) as results:
        assert (results.quality.usable, results.quality.broken) == (1, 3)
        assert [(f.operation, f.count, f.p99) for f in results.figures()] == [("store", 1, 12.5)]


def test_a_field_over_several_lines_is_no_broken_line(tmp_path: Path) -> None:
    path = k6_csv(tmp_path / "a.csv", ROWS)
    with path.open("a", newline="") as file:
        row = {"metric_name": "http_req_duration", "timestamp": round(BEGIN * 1e6), "metric_value": 7, "name": "store"}
        row |= {"scenario": "mixed", "error": 'dial:\nhttp_req_duration, "timeout"', "error_code": 1050}
        csv.DictWriter(file, K6_CSV, lineterminator="\n").writerow(row)
    with Results([path]) as results:
        assert (results.quality.usable, results.quality.lost) == (301, 0)
        assert sum(f.failed for f in results.figures()) == 7
