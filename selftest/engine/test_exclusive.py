"""While a check that disrupts runs, no other check does, in whichever worker; and such checks come last."""

from __future__ import annotations

import json
from pathlib import Path

from selftest.engine.made_project import HEAD, ROOT, TARGET, run_pytest

CHECKS = """
import json, os, time
from pathlib import Path


def spend(name):
    began = time.monotonic()
    time.sleep(0.3)
    span = {"name": name, "began": began, "ended": time.monotonic(), "worker": os.environ["PYTEST_XDIST_WORKER"]}
    with Path("spans.jsonl").open("a") as spans:
        spans.write(json.dumps(span) + "\\n")
    seen()


@pytest.mark.disrupts
@verifies("AURA-1.1.1.1", "AURA-1.1.1.2")
def test_disrupts():
    spend("disrupts")


@verifies("AURA-1.1.1.3", "AURA-1.1.2.3", "AURA-1.1.2.4", "AURA-1.1.2.5")
def test_reads():
    spend("reads")
"""


def test_what_disrupts_runs_alone_and_last(tmp_path: Path) -> None:
    (tmp_path / "conftest.py").write_text((ROOT / "conftest.py").read_text())
    (tmp_path / "pytest.ini").write_text("[pytest]\naddopts = -p no:cacheprovider\n")
    (tmp_path / "test_made_up.py").write_text(HEAD + CHECKS)
    (tmp_path / "target.toml").write_text(TARGET.replace('"made up"', '"made up"\nallow = ["disrupts"]', 1))
    done = run_pytest(
        tmp_path, "--target=target.toml", "--reports=reports", "test_made_up.py", "--allow=disrupts", "-n2"
    )
    spans = sorted(map(json.loads, (tmp_path / "spans.jsonl").read_text().splitlines()), key=lambda s: s["began"])
    assert [s["name"] for s in spans] == ["reads"] * 4 + ["disrupts"] * 2, done.text
    assert len({s["worker"] for s in spans}) == 2, "the lock is between processes: one worker shows nothing"
    for alone in spans[4:]:
        others = [s for s in spans if s is not alone]
        assert all(s["ended"] <= alone["began"] or alone["ended"] <= s["began"] for s in others), spans
