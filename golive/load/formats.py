"""What load generators write, each as a query that gives the same columns. DuckDB reads them, plain or gzip.

Columns: `metric` (`request`, `check`, `dropped`, `active` for users, or a generator's own name), `ended` (seconds since
1970), `value` (ms, or as the metric has it), `operation`, `tenant`, `scenario`, `status`, `failed`, `zoneless`, and
`source` (the file, of `active` only). NULL in `ended` or `value` is a line that can't be understood.
"""
# ruff: noqa: S608  names and paths are quoted here; nothing else comes from outside

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Sequence
from pathlib import Path

from golive.verdict import Unobservable

K6_NEEDED = ("metric_name", "timestamp", "metric_value", "name", "scenario", "extra_tags")
K6_CSV = (
    *K6_NEEDED[:3], "check", "error", "error_code", "expected_response", "group", "method", "name", "proto", "scenario",
    "service", "status", "subproto", "tls_version", "url", "extra_tags", "metadata",
)  # fmt: skip
"""k6 writes the columns of the system tags that a script turns on; these are all."""
METRICS = {
    "http_req_duration": "request",
    "checks": "check",
    "dropped_iterations": "dropped",
    "vus": "active",
    "iterations": "iterations",
}
"""k6's names that count here, to ours. Others are timings of parts of a request, and are left."""
OWN = "golive_"
"""Metrics of our scenarios start so, and are kept under their name."""
_WANTED = f"(name_of IN ({', '.join(repr(m) for m in METRICS)}) OR starts_with(name_of, '{OWN}'))"
_BEGINS = '{"metric":"'
"""So k6 begins a sample's line. One that begins otherwise may be of another writer, or broken: it is parsed."""
_MAY_COUNT = " OR ".join(
    [f"starts_with(line, '{_BEGINS}{name}')" for name in [*(f'{m}"' for m in METRICS), OWN]]
    + [f"NOT starts_with(line, '{_BEGINS}')", "NOT ends_with(line, '}}}')"]
)
_TAGS = ("name", "tenant", "scenario", "status", "error_code", "expected_response")
_DATA = {"time": "VARCHAR", "value": "DOUBLE", "tags": dict.fromkeys(_TAGS, "VARCHAR")}
_POINT = json.dumps({"metric": "VARCHAR", "type": "VARCHAR", "data": _DATA})
_FIELD = '(?:^|,)("(?:[^"]|"")*"|[^,]*)'
"""Of a line that has quotes, in pairs: otherwise a field goes on in the next."""
_METRIC = "CASE name_of " + " ".join(f"WHEN '{k}' THEN '{v}'" for k, v in METRICS.items()) + " ELSE name_of END"
_EPOCH = """CASE WHEN n IS NULL THEN CASE WHEN zoneless THEN NULL ELSE epoch(try_cast(moment AS TIMESTAMPTZ)) END
    WHEN n > 1e17 THEN n / 1e9 WHEN n > 1e14 THEN n / 1e6 WHEN n > 1e11 THEN n / 1e3 WHEN n > 1e8 THEN n END"""
_TENANT = """CASE WHEN extra_tags IS NULL THEN ''
    WHEN starts_with(extra_tags, 'tenant=') AND NOT contains(extra_tags, '&') THEN substr(extra_tags, 8)
    ELSE regexp_extract(extra_tags, '(?:^|&)tenant=([^&]*)', 1) END"""
"""Most rows have no other tag, and need no regular expression."""
_ZONELESS = r"""CASE WHEN n IS NULL AND moment IS NOT NULL
    THEN NOT regexp_matches(moment, '(Z|[+-]\d\d(:?\d\d)?)$') ELSE false END"""
"""By CASE, since both sides of AND are computed for all rows."""


def kind_of(path: Path) -> str:
    """`k6-csv`, `k6-json` or `jmeter`, by the first line. Raises Unobservable for anything else."""
    try:
        with gzip.open(path, "rt", errors="replace") if _zipped(path) else path.open(errors="replace") as file:
            first = file.readline(100_000)
    except (OSError, EOFError) as error:
        raise Unobservable(f"{path}: {error}", "Is the file whole?") from None
    if first.startswith("metric_name,"):
        return "k6-csv"
    if first.startswith("{"):
        return "k6-json"
    if "timeStamp" in first and "elapsed" in first:
        return "jmeter"
    raise Unobservable(
        f"{path} begins with {first[:60].strip()!r}, which is neither k6's CSV or JSON nor a JMeter JTL in CSV",
        "Write k6 results by `--out csv=` or `--out json=`, JMeter's with jmeter.save.saveservice.output_format=csv",
    )


def query_of(kind: str, paths: Sequence[Path], whole: bool = True) -> str:
    """The query over files of one kind.

    Args:
        whole: parse all lines of k6's CSV. Otherwise only those that count, which is right where none is broken and
            no field holds a line break.
    """
    if kind == "k6-csv":
        return _k6_csv(paths, whole)
    return {"k6-json": _k6_json, "jmeter": _jmeter}[kind](paths)


def _k6_csv(paths: Sequence[Path], whole: bool) -> str:
    header = _header(paths[0])
    lacking = [c for c in K6_NEEDED if c not in header]
    if lacking:
        raise Unobservable(
            f"{paths[0]} has no column {', '.join(lacking)}", "Leave the system tags name and scenario on"
        )
    status, answered, code = (
        c if c in header else "NULL::VARCHAR" for c in ("status", "expected_response", "error_code")
    )
    if "expected_response" not in header and "error_code" not in header:
        raise Unobservable(f"{paths[0]} does not say which requests failed", "Leave the tag expected_response on")
    return f"""
    SELECT {_METRIC} AS metric, {_EPOCH} AS ended, value, operation, tenant, scenario, status, zoneless,
        CASE name_of WHEN 'checks' THEN value = 0 ELSE bad END AS failed, source
    FROM (SELECT *, {_ZONELESS} AS zoneless FROM (
        SELECT metric_name AS name_of, "timestamp" AS moment, try_cast("timestamp" AS DOUBLE) AS n,
            CASE WHEN isfinite(try_cast(metric_value AS DOUBLE)) THEN try_cast(metric_value AS DOUBLE) END AS value,
            CASE metric_name WHEN 'vus' THEN filename END AS source, coalesce(name, '') AS operation,
             coalesce(scenario, '') AS scenario,
            {_TENANT} AS tenant,
            try_cast({status} AS SMALLINT) AS status,
            ({answered} = 'false' OR {code} IS NOT NULL) IS TRUE AS bad
        FROM {_read_csv(paths, header) if whole else _fields(paths, header)} WHERE {_WANTED}))"""


def _fields(paths: Sequence[Path], header: Sequence[str]) -> str:
    """Those lines of k6's CSV that count, in fields. One with more or fewer than the header is named as broken."""
    used = [c for c in (*K6_NEEDED, "status", "expected_response", "error_code") if c in header]
    lines = " OR ".join(
        [f"starts_with(line, '{name}')" for name in [*(f"{m}," for m in METRICS), OWN]] + ["NOT contains(line, ',')"]
    )
    fields = ", ".join(f"{_plain(header.index(c) + 1)} AS {c}" for c in used if c != "metric_name")
    return f"""(SELECT filename, CASE WHEN fit THEN f[{header.index("metric_name") + 1}] ELSE '{OWN}broken' END
            AS metric_name, {fields}
        FROM (SELECT filename, f, len(f) = {len(header)} AS fit
            FROM (SELECT filename, unnest([CASE WHEN NOT contains(line, '"') THEN str_split(line, ',')
                WHEN (length(line) - length(replace(line, '"', ''))) % 2 = 0
                THEN regexp_extract_all(line, '{_FIELD}', 1) ELSE [] END]) AS f
                FROM {_read_lines(paths)} WHERE {lines})))"""


def _plain(place: int) -> str:
    """A field without its quotes, NULL when it is empty or the line is broken."""
    field = f"f[{place}]"
    bare = f"replace(substr({field}, 2, length({field}) - 2), '\"\"', '\"')"
    return f"CASE WHEN fit THEN nullif(CASE WHEN starts_with({field}, '\"') THEN {bare} ELSE {field} END, '') END"


def _k6_json(paths: Sequence[Path]) -> str:
    """Lines are read as text, and only those that count are parsed: most are timings of parts of a request.

    By `unnest`, since a line would otherwise be parsed again for each filter on what it holds.
    """
    return f"""
    SELECT {_METRIC} AS metric, {_EPOCH} AS ended, value, operation, tenant, scenario, status, zoneless,
        CASE name_of WHEN 'checks' THEN value = 0 ELSE bad END AS failed, source
    FROM (SELECT *, {_ZONELESS} AS zoneless FROM (
        SELECT coalesce(said.metric, '{OWN}broken') AS name_of, said.data.time AS moment, NULL::DOUBLE AS n,
            said.data.value AS value, CASE said.metric WHEN 'vus' THEN filename END AS source,
            coalesce(said.data.tags.name, '') AS operation, coalesce(said.data.tags.scenario, '') AS scenario,
            coalesce(said.data.tags.tenant, '') AS tenant, try_cast(said.data.tags.status AS SMALLINT) AS status,
            (said.data.tags.expected_response = 'false' OR said.data.tags.error_code IS NOT NULL) IS TRUE AS bad
        FROM (SELECT filename, unnest([json_transform(CASE WHEN json_valid(line) THEN line END, '{_POINT}')]) AS said
            FROM {_read_lines(paths)} WHERE {_MAY_COUNT})
        WHERE said.type IS DISTINCT FROM 'Metric'
            AND (said.metric IS NULL OR {_WANTED.replace("name_of", "said.metric")})))"""


def _jmeter(paths: Sequence[Path]) -> str:
    header = _header(paths[0])
    tenant = "tenant" if "tenant" in header else "NULL::VARCHAR"
    return f"""
    SELECT 'request' AS metric, {_EPOCH} AS ended, value, operation, tenant, '' AS scenario, status, zoneless, failed,
        NULL::VARCHAR AS source
    FROM (SELECT *, {_ZONELESS} AS zoneless FROM (
        SELECT "timeStamp" AS moment, try_cast("timeStamp" AS DOUBLE) + try_cast(elapsed AS DOUBLE) AS n,
            CASE WHEN isfinite(try_cast(elapsed AS DOUBLE)) THEN try_cast(elapsed AS DOUBLE) END AS value,
            coalesce("label", '') AS operation, coalesce({tenant}, '') AS tenant,
            try_cast("responseCode" AS SMALLINT) AS status, lower(coalesce(success, '')) <> 'true' AS failed
        FROM {_read_csv(paths, header)}))"""


def _read_csv(paths: Sequence[Path], header: Sequence[str]) -> str:
    columns = ", ".join(f"{_text(name)}: 'VARCHAR'" for name in header)
    return (
        f"read_csv({_list(paths)}, columns = {{{columns}}}, header = true, auto_detect = false, delim = ',', "
        f"quote = '\"', escape = '\"', store_rejects = true, rejects_limit = 0, filename = true)"
    )


def _read_lines(paths: Sequence[Path]) -> str:
    """Each line as one text: its delimiter is a character that JSON does not allow."""
    return (
        f"read_csv({_list(paths)}, columns = {{line: 'VARCHAR'}}, header = false, auto_detect = false, "
        f"delim = '\x1f', quote = '', escape = '', store_rejects = true, rejects_limit = 0, filename = true)"
    )


def _header(path: Path) -> list[str]:
    with gzip.open(path, "rt") if _zipped(path) else path.open() as file:
        return next(csv.reader([file.readline()]))


def _zipped(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(2) == b"\x1f\x8b"


def _list(paths: Sequence[Path]) -> str:
    return "[" + ", ".join(_text(str(path)) for path in paths) + "]"


def _text(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
