"""Catalogues and runs made up for the tests of roll-ups, gate and reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta

from golive.catalogue import Catalogue, Kind, Line
from golive.gate import Scope, decide
from golive.observation import Observation
from golive.results import LineResult, Run
from golive.rollup import with_final_boxes
from golive.verdict import Verdict

AT = datetime(2026, 11, 22, 3, 4, tzinfo=UTC)
LIMIT = {"name": "retention", "op": ">=", "value": 30, "unit": "days", "source": "document"}


def line(line_id: str, parent: str | None = None, kind: str = "item", **more: object) -> Line:
    """Return a line; an item gets what items need."""
    if kind == "item":
        more = {
            "folder": "infra", "phase": "predeploy", "method": "probe", "max_age_hours": 24, "limits": [LIMIT], **more
        }  # fmt: skip
    row = {"id": line_id, "parent": parent, "kind": kind, "title": f"Title of {line_id}", "product": "made", **more}
    return Line.model_validate(row)


def catalogue_of(*lines: Line) -> Catalogue:
    """Return a catalogue of one product."""
    return Catalogue({x.id: x for x in lines}, {"made": "Made-up product"})


CATALOGUE = catalogue_of(
    line("M-1", kind="heading"),
    line("M-1.1", "M-1", "group"),
    line("M-1.1.1", "M-1.1"),
    line("M-1.1.2", "M-1.1"),
    line("M-1.2", "M-1", "group"),
    line("M-1.2.1", "M-1.2", phase="deploy", waivable=False),
    line("M-1.2.2", "M-1.2", phase="sustained"),
    line("M-2", kind="heading"),
    line("M-2.1", "M-2", phase="golive", rolls_up=["M-1"], rolls_up_except=["M-1.2.2"], limits=[]),
)
ITEMS = ("M-1.1.1", "M-1.1.2", "M-1.2.1", "M-1.2.2")


def result(
    line_id: str, verdict: Verdict = Verdict.PASSED, catalogue: Catalogue = CATALOGUE, **more: object
) -> LineResult:
    """Return a result as a check would leave it; `more` replaces fields."""
    known = catalogue[line_id]
    told: dict[str, object] = {
        "observed": "35" if verdict is Verdict.PASSED else "7",
        "limit": ">= 30 days",
        "unit": "days",
        "message": "" if verdict is Verdict.PASSED else f"orders-db: retention of {line_id} is 7 days, want >= 30 days",
        "nodeid": f"tests/infra/test_backups.py::test_kept[{line_id}]",
        "seconds": 0.25,
        "started": AT,
        "evidence": (Observation("orders-db", "retention", 35, "days", "rds:DescribeDBInstances", AT),),
        "waiver": "head of operations until 2026-12-01" if verdict is Verdict.WAIVED else "",
    }
    base = LineResult(known.id, verdict, known.title, known.product, known.phase or "", known.folder or "")
    fields = {name: getattr(base, name) for name in LineResult.__slots__}
    return LineResult(**{**fields, **told, **more})  # type: ignore[arg-type]


def results_of(verdicts: Mapping[str, Verdict], catalogue: Catalogue = CATALOGUE) -> list[LineResult]:
    """Return one result a line, in document order."""
    return [result(x.id, verdicts[x.id], catalogue) for x in catalogue if x.id in verdicts]


def run_of(
    results: Iterable[LineResult],
    catalogue: Catalogue = CATALOGUE,
    scope: Scope | None = None,
    boxes: Iterable[str] = ("M-2.1",),
    **more: object,
) -> Run:
    """Return a finished run with its gate."""
    closed = with_final_boxes(catalogue, results, boxes)
    gate = decide(catalogue, closed, scope or Scope.of_release(catalogue, catalogue.products))
    told = {
        "golive": "0.1.0",
        "release": {"made": "2.0.1 (4f1c2ab)"},
        "target": "targets/made.toml",
        "started": AT,
        "finished": AT + timedelta(seconds=212),
        "gate": gate,
        "lines": tuple(closed),
        "facts": {"selection": "all lines"},
    }
    return Run(**{**told, **more})  # type: ignore[arg-type]


def wide_catalogue(lines: int, per_group: int = 10) -> Catalogue:
    """Return a catalogue of that many items, in groups under headings."""
    made: list[Line] = []
    for n in range(lines):
        section, group = n // (per_group * 5) + 1, n // per_group + 1
        if n % (per_group * 5) == 0:
            made.append(line(f"M-{section}", kind="heading"))
        if n % per_group == 0:
            made.append(line(f"M-{section}.{group}", f"M-{section}", "group"))
        made.append(line(f"M-{section}.{group}.{n + 1}", f"M-{section}.{group}"))
    return catalogue_of(*made)


def items_of(catalogue: Catalogue) -> list[str]:
    """Return the ids of the lines that have a check."""
    return [x.id for x in catalogue if x.kind is Kind.ITEM and not x.rolls_up]
