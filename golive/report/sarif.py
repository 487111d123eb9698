"""golive.sarif: failed lines of security and tenancy for the tools that read SARIF 2.1.0 (OASIS), such as code hosts.

A line is a rule; a failed line is a result at the check that found it. Unverified ones are notifications of the run:
a scan that could not look is not a scan that found nothing.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from golive.catalogue import Catalogue, Line
from golive.report.atomic import write_whole
from golive.report.wording import comparison, one_line
from golive.results import LineResult, Run
from golive.verdict import Verdict

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
FOLDERS = ("security", "tenancy")


def write_sarif(run: Run, catalogue: Catalogue, path: Path) -> None:
    """Write the run's lines of `FOLDERS`."""
    write_whole(path, json.dumps(document(run, catalogue), ensure_ascii=False, indent=1) + "\n")


def document(run: Run, catalogue: Catalogue) -> dict[str, Any]:
    """Return the SARIF log of a run."""
    lines = [r for r in run.lines if r.folder in FOLDERS]
    place = {r.id: n for n, r in enumerate(lines)}
    unseen = [r for r in lines if r.verdict is Verdict.UNVERIFIED]
    invocation = {
        "executionSuccessful": not run.interrupted and not unseen,
        "startTimeUtc": run.started.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "endTimeUtc": run.finished.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "toolExecutionNotifications": [
            {
                "level": "warning",
                "message": {"text": f"{r.id} could not be verified: {one_line(r.message)}"},
                "associatedRule": {"id": r.id, "index": place[r.id]},
            }
            for r in unseen
        ],
    }
    driver = {
        "name": "Golive",
        "version": run.golive,
        "rules": [_rule(catalogue[r.id]) for r in lines],
    }
    results = [_result(r, place[r.id]) for r in lines if r.verdict in (Verdict.FAILED, Verdict.WAIVED)]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "invocations": [invocation], "results": results}],
    }


def _rule(line: Line) -> dict[str, Any]:
    return {
        "id": line.id,
        "shortDescription": {"text": line.title},
        "defaultConfiguration": {"level": "warning" if line.waivable else "error"},
        "properties": {"tags": [line.folder, line.product, str(line.phase)]},
    }


def _result(result: LineResult, rule: int) -> dict[str, Any]:
    seen = comparison(result)
    text = one_line(result.message) or "does not hold"
    found: dict[str, Any] = {
        "ruleId": result.id,
        "ruleIndex": rule,
        "level": "error",
        "message": {"text": f"{text} ({seen})" if seen and seen not in text else text},
        "locations": [
            {"physicalLocation": {"artifactLocation": {"uri": result.nodeid.partition("::")[0] or "checklists"}}}
        ],
        "partialFingerprints": {"line/v1": result.id},
    }
    if result.verdict is Verdict.WAIVED:
        found["suppressions"] = [{"kind": "external", "justification": one_line(result.waiver)}]
    return found
