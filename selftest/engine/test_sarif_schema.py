"""golive.sarif keeps to the published schema of SARIF 2.1.0.

The schema is a copy of the file `sarif-2.1.0.json` of @microsoft/sarif-multitool-linux 5.7.0 (MIT): that of OASIS, in
JSON Schema 2020-12, which refuses properties that it does not know.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from golive.report import write_sarif
from golive.verdict import Verdict
from selftest.engine.made_runs import catalogue_of, line, result, run_of

SECURE = catalogue_of(*(line(f"M-{n}", folder="security") for n in range(1, 5)), line("M-5"))
HOSTILE = "a|b <b>&amp; ]]> --> \x00\x1b[31m\ud800 \u202e\nnew # line"


@cache
def _schema() -> jsonschema.Draft202012Validator:
    text = (Path(__file__).parent / "sarif-2.1.0.json").read_text(encoding="utf-8-sig")
    return jsonschema.Draft202012Validator(json.loads(text), format_checker=jsonschema.FormatChecker())


def _problems(log: Any) -> list[str]:
    return [f"{e.json_path}: {e.message[:200]}" for e in _schema().iter_errors(log)]


def _log(folder: Path, *verdicts: Verdict, message: str = "why") -> Any:
    results = [result(f"M-{n}", v, SECURE, message=message) for n, v in enumerate(verdicts, 1)]
    write_sarif(run_of(results, SECURE, boxes=()), SECURE, folder / "x.sarif")
    return json.loads((folder / "x.sarif").read_text(encoding="utf-8"))


@pytest.mark.parametrize("message", ["why", HOSTILE, ""])
def test_every_verdict_keeps_to_the_schema(tmp_path: Path, message: str) -> None:
    verdicts = (Verdict.PASSED, Verdict.FAILED, Verdict.UNVERIFIED, Verdict.WAIVED, Verdict.FAILED)
    log = _log(tmp_path, *verdicts, message=message)
    assert log["runs"][0]["results"]
    assert _problems(log) == []


def test_a_run_without_failures_keeps_to_the_schema(tmp_path: Path) -> None:
    assert _problems(_log(tmp_path, *[Verdict.PASSED] * 5)) == []


def test_the_schema_refuses_what_is_none(tmp_path: Path) -> None:
    log = _log(tmp_path, *[Verdict.FAILED] * 5)
    log["runs"][0]["results"][0]["levels"] = "error"
    log["runs"][0]["results"][1]["level"] = "grave"
    del log["runs"][0]["tool"]
    assert len(_problems(log)) == 3
