"""A real pytest run with pytest-html: its file carries our report."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from bs4 import BeautifulSoup

PLUGIN = """
import pytest
from golive.report.html import render_html
from golive.report.in_pytest_html import InPytestHtml
from golive.verdict import Verdict
from selftest.engine.made_runs import CATALOGUE, ITEMS, results_of, run_of

def pytest_configure(config):
    run = run_of(results_of(dict.fromkeys(ITEMS, Verdict.FAILED)))
    config.pluginmanager.register(InPytestHtml(lambda: render_html(run, CATALOGUE)))
"""


def test_pytest_html_carries_the_whole_report(tmp_path: Path) -> None:
    (tmp_path / "carrier.py").write_text(PLUGIN)
    (tmp_path / "test_one.py").write_text("def test_one(): pass\n")
    root = Path(__file__).parents[2]
    command = [
        sys.executable, "-m", "pytest", "-q", "-p", "carrier", "-p", "no:cacheprovider", "--rootdir", str(tmp_path),
        "-c", "/dev/null", "--html", "x.html", "--self-contained-html", "test_one.py",
    ]  # fmt: skip
    done = subprocess.run(
        command,
        cwd=tmp_path,
        env={"PYTHONPATH": f"{root}:{tmp_path}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    page = BeautifulSoup((tmp_path / "x.html").read_text(encoding="utf-8"), "html.parser")
    frames = page.find_all("iframe")
    assert len(frames) == 1
    inner = BeautifulSoup(str(frames[0]["srcdoc"]), "html.parser")
    assert [h.get_text() for h in inner.find_all("h1")] == ["NO-GO"]
    assert inner.find(id="M-1.2.1") is not None
