"""Fills the figures of the reviews in the checkout from what the account measured, as the people who wrote them did.

`{{p95 of latency}}` in a document is that of the time that its line `Period: DATE to DATE` says, `{{baseline ...}}`
what the baseline has of the same, `{{growth of vectors}}` by how much a series grows in a day, `{{full vectors at N}}`
the day on which it comes to N, `{{commit}}` the deployed commit.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from statistics import linear_regression
from typing import TYPE_CHECKING, Any

from reference.clients import aws_client

if TYPE_CHECKING:
    from reference.settings import Settings

BASELINE = "docs/performance-baseline.md"
_PERIOD = re.compile(r"^Period: (\S+) to ([^\s,]+)", re.MULTILINE)
_FIGURE = re.compile(r"\{\{(p\d+ of \S+?|(?:sum|mean) of \S+?|answered|reachable)\}\}")
_GROWTH = re.compile(r"\{\{growth of (\S+?)\}\}")
_FULL = re.compile(r"\{\{full (\S+?) at (\d+)\}\}")
_ROW = re.compile(r"^\|[^|]+\| ([^|]+) \| ([^|]+) \|", re.MULTILINE)
_FAILED = ("server_errors", "balancer_errors")
DAY, STEPS = 86400, 8
"""Seconds; by so many halvings a percentile is found, from 0.6 s on."""
Series = dict[str, dict[str, str]]


def fill(settings: Settings, product: str, folder: Path, series: Series) -> None:
    """Fill the documents of a checkout. `series`: the target's `[PRODUCT.metrics.series]`. Raises botocore's errors."""
    paths = [p for p in sorted(folder.rglob("*.md")) if "{{" in p.read_text()]
    baseline: dict[str, str] = {}
    for path in sorted(paths, key=lambda p: p != folder / BASELINE):
        text = path.read_text().replace("{{commit}}", settings.products[product].release.commit)
        text = _filled(settings, product, text, series)
        if path == folder / BASELINE:
            baseline = {m[1]: m[2].strip() for m in _ROW.finditer(text)}
        for measure in re.findall(r"\{\{baseline ([^}]+)\}\}", text):
            text = text.replace(f"{{{{baseline {measure}}}}}", baseline.get(measure, ""))
        path.write_text(text)


def _filled(settings: Settings, product: str, text: str, series: Series) -> str:
    period = _PERIOD.search(text)
    if period is None:
        return text
    begin, end = (datetime.combine(date.fromisoformat(d), datetime.min.time(), UTC) for d in period.groups())
    wanted = sorted(set(_FIGURE.findall(text)))
    ranked = {w: w.partition(" of ") for w in wanted if w.startswith("p")}
    asked = {w: _queries(w, series) for w in wanted if w not in ranked}
    asked |= {f"{word} counted": {(word, "SampleCount"): series[word]} for _, _, word in ranked.values()}
    queries = {q: place for found in asked.values() for q, place in found.items()}
    values = _values(settings, product, queries, begin, end)
    shown = {w: _shown(w, {q: values[q] for q in asked[w]}) for w in wanted if w not in ranked}
    low, high = dict.fromkeys(ranked, 0.0), dict.fromkeys(ranked, 0.6)
    for _ in range(STEPS if ranked else 0):
        tried = {w: (low[w] + high[w]) / 2 for w in ranked}
        known = {(ranked[w][2], f"PR(:{x:.6f})"): series[ranked[w][2]] for w, x in tried.items()}
        within = _values(settings, product, known, begin, end)
        for w, x in tried.items():
            word = ranked[w][2]
            counts = values[word, "SampleCount"]
            days = zip(within[word, f"PR(:{x:.6f})"], counts, strict=True)
            enough = sum(v * n for v, n in days) / sum(counts) >= float(ranked[w][0][1:])
            low[w], high[w] = (low[w], x) if enough else (x, high[w])
    shown |= {w: f"{1000 * high[w]:.0f} ms" for w in ranked}
    out = (1 - float(shown.get("reachable", "100 %").split()[0]) / 100) * (end - begin) / timedelta(minutes=1)
    budget = (end - begin) / timedelta(minutes=1) * 0.001 - out
    text = _forecast(settings, product, text, series, begin, end)
    return _FIGURE.sub(lambda m: shown[m[1]], text).replace("{{budget}}", f"{budget:.2f}")


def _forecast(settings: Settings, product: str, text: str, series: Series, begin: datetime, end: datetime) -> str:
    """The text with the growth of series, by their days' values."""
    words = sorted(set(_GROWTH.findall(text)))
    if not words:
        return text
    asked = {(w, "Sum" if series[w].get("statistic") == "Sum" else "Average"): series[w] for w in words}
    lines: dict[str, tuple[float, float]] = {}
    for (word, _), days in _values(settings, product, asked, begin, end).items():
        rate, start = linear_regression([n + 0.5 for n in range(len(days))], days)
        lines[word] = rate, start + rate * len(days)

    def full(match: re.Match[str]) -> str:
        rate, newest = lines[match[1]]
        days = (float(match[2]) - newest) / rate if rate else -1
        return f"{end + timedelta(days=days):%Y-%m-%d}" if 0 < days < 3650 else "-"

    text = _GROWTH.sub(lambda m: f"{100 * lines[m[1]][0] / lines[m[1]][1]:.2f} %", text)
    return _FULL.sub(full, text)


def _queries(wanted: str, series: Series) -> dict[tuple[str, str], dict[str, str]]:
    """(word, statistic) to the place of what a figure is made of."""
    if wanted == "answered":
        return {(w, "Sum"): series[w] for w in ("requests", *_FAILED)}
    if wanted == "reachable":
        return {(w, "Sum"): p for w, p in series.items() if w.startswith("outside_")}
    statistic, _, word = wanted.partition(" of ")
    return {(word, {"sum": "Sum", "mean": "Average"}.get(statistic, statistic)): series[word]}


def _values(
    settings: Settings, product: str, queries: dict[tuple[str, str], dict[str, str]], begin: datetime, end: datetime
) -> dict[tuple[str, str], list[float]]:
    """What CloudWatch says of each day."""
    known, asked = list(queries), list[dict[str, Any]]()
    for number, (word, statistic) in enumerate(known):
        place = queries[word, statistic]
        keys = {k: v for k, v in place.items() if k not in ("namespace", "metric", "unit", "statistic", "region")}
        metric = {
            "Namespace": place["namespace"], "MetricName": place["metric"],
            "Dimensions": [{"Name": k, "Value": v} for k, v in keys.items()],
        }  # fmt: skip
        asked.append({"Id": f"m{number}", "MetricStat": {"Metric": metric, "Period": DAY, "Stat": statistic}})
    if not asked:
        return {}
    answer = aws_client(settings, product, "cloudwatch", "reader").get_metric_data(
        StartTime=begin, EndTime=end, MetricDataQueries=asked, ScanBy="TimestampAscending"
    )
    by_id = {r["Id"]: [float(v) for v in r["Values"]] for r in answer["MetricDataResults"]}
    return {query: by_id[f"m{number}"] for number, query in enumerate(known)}


def _shown(wanted: str, values: dict[tuple[str, str], list[float]]) -> str:
    if wanted == "answered":
        failed = sum(sum(v) for (w, _), v in values.items() if w in _FAILED)
        return f"{100 * (1 - failed / sum(values['requests', 'Sum'])):.4g} %"
    if wanted == "reachable":
        places = {w.partition(".")[2] for w, _ in values}
        shares = [
            1 - sum(values[f"outside_failures.{p}", "Sum"]) / sum(values[f"outside_checks.{p}", "Sum"]) for p in places
        ]
        return f"{100 * min(shares):.4g} %"
    (_, statistic), days = next(iter(values.items()))
    if statistic == "Sum":
        return f"{sum(days):,.0f}"
    return f"{sum(days) / len(days):.1f} %"
