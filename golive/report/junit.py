"""junit.xml: one test case a line, for CI.

Failed is `<failure>`, unverified is `<error>` (CI must not show it as a pass or as a harmless skip), waived is
`<skipped>` naming the waiver. Each case carries the properties id, verdict, observed, limit, phase and nodeid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from golive.catalogue import Catalogue
from golive.report.atomic import write_whole
from golive.report.wording import comparison, observed, one_line, printable
from golive.results import LineResult, Run
from golive.verdict import Verdict


def write_junit(run: Run, catalogue: Catalogue, path: Path) -> None:
    """Write the run in the JUnit shape that Jenkins, GitLab and GitHub read: one suite a product."""
    root = ElementTree.Element("testsuites", {"name": "golive", **_totals(run.lines)})
    products = dict.fromkeys(r.product for r in run.lines)
    for product in products:
        lines = [r for r in run.lines if r.product == product]
        suite = ElementTree.SubElement(
            root,
            "testsuite",
            {
                "name": printable(catalogue.names.get(product, product)),
                "timestamp": run.started.isoformat(timespec="seconds"),
                **_totals(lines),
            },
        )
        _properties(
            suite,
            {
                "release": run.release.get(product, ""),
                "target": run.target,
                "decision": "GO" if run.gate.go else "NO-GO",
                "scope": run.gate.scope,
                "interrupted": "yes" if run.interrupted else "no",
            },
        )
        for result in lines:
            _case(suite, result)
    ElementTree.indent(root)
    text = ElementTree.tostring(root, encoding="unicode")
    write_whole(path, f'<?xml version="1.0" encoding="utf-8"?>\n{text}\n')


def _totals(lines: Sequence[LineResult]) -> dict[str, str]:
    by = Counter(r.verdict for r in lines)
    return {
        "tests": str(len(lines)),
        "failures": str(by[Verdict.FAILED]),
        "errors": str(by[Verdict.UNVERIFIED]),
        "skipped": str(by[Verdict.WAIVED]),
        "time": f"{sum(r.seconds for r in lines):.3f}",
    }


def _case(suite: ElementTree.Element, result: LineResult) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=printable(".".join(part for part in ("golive", result.product, result.folder) if part)),
        name=one_line(f"{result.id} {result.title}"),
        time=f"{result.seconds:.3f}",
    )
    _properties(
        case,
        {
            "id": result.id,
            "verdict": result.verdict.value,
            "phase": result.phase,
            "observed": observed(result),
            "limit": result.limit,
            "nodeid": result.nodeid,
        },
    )
    kind = {Verdict.FAILED: "failure", Verdict.UNVERIFIED: "error", Verdict.WAIVED: "skipped"}.get(result.verdict)
    if kind:
        why = result.message or comparison(result) or "no reason was given"
        if result.verdict is Verdict.WAIVED:
            why = f"waived: {result.waiver or 'by nobody'}" + (f" ({result.message})" if result.message else "")
        outcome = ElementTree.SubElement(case, kind, message=one_line(why), type=result.verdict.value)
        outcome.text = printable("\n".join(dict.fromkeys(x for x in (why, comparison(result)) if x)))


def _properties(parent: ElementTree.Element, values: dict[str, str]) -> None:
    properties = ElementTree.SubElement(parent, "properties")
    for name, value in values.items():
        ElementTree.SubElement(properties, "property", name=name, value=printable(value))
