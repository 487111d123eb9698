"""`@verifies` in real runs: a node a line, its markers, the verdicts, the exit codes, and one message for a mistake."""

from __future__ import annotations

from pathlib import Path

import pytest

from selftest.engine.made_project import HEAD, ROOT, TARGET, run_checks, run_pytest

CHECKS = """
@verifies("AURA-1.1.1.1", "AURA-1.1.1.2")
def test_two_lines(line):
    assert line.id in ("AURA-1.1.1.1", "AURA-1.1.1.2")
    seen()


@verifies("AURA-1.1.2.1")
def test_without_observation():
    pass


@verifies("AURA-1.1.2.2")
def test_nothing_found():
    for bucket in Found("buckets", [], source="s3:ListBuckets"):
        assert bucket


@verifies("AURA-1.1.2.3")
def test_failed():
    seen()
    assert False, "orders-db keeps nothing"


@verifies("AURA-1.1.2.4")
def test_skipped():
    seen()
    pytest.skip("not today")
"""
GOOD = '@verifies("AURA-1.1.1.1")\ndef test_one():\n    seen()\n'
NOTHING = '@verifies("AURA-1.1.1.1")\ndef test_one():\n    pytest.skip("not today")\n'


def test_each_line_has_its_node_and_its_verdict(tmp_path: Path) -> None:
    done = run_checks(tmp_path, CHECKS, "--gate")
    assert done.status == 1, done.text
    found = done.verdicts
    assert found["AURA-1.1.1.1"][0] == found["AURA-1.1.1.2"][0] == "passed"
    assert found["AURA-1.1.2.1"][0] == "unverified"
    assert "nothing observed" in found["AURA-1.1.2.1"][1]
    assert found["AURA-1.1.2.2"] == ("unverified", "found no buckets by s3:ListBuckets")
    assert found["AURA-1.1.2.3"] == ("failed", "orders-db keeps nothing")
    assert found["AURA-1.1.2.4"] == ("unverified", "skipped: not today")
    assert len(found) == 6
    nodes = {row["id"]: row["nodeid"] for row in done.results["lines"]}
    assert nodes["AURA-1.1.1.2"].endswith("test_two_lines[AURA-1.1.1.2]")
    assert "NO-GO" in done.text


MISTAKES = {
    "test_unknown.py": (
        '@verifies("AURA-1.1.1.99")\ndef test_one(): ...\n',
        "has no line 'AURA-1.1.1.99'",
    ),
    "test_rolled_up.py": ('@verifies("AURA-1.1.1")\ndef test_one(): ...\n', "AURA-1.1.1 is rolled up"),
    "test_empty.py": ("@verifies()\ndef test_one(): ...\n", "@verifies names no line"),
    "test_twice.py": (GOOD.replace('1.1")', '1.1", "AURA-1.1.1.1")'), "@verifies names AURA-1.1.1.1 twice"),
}


def test_each_mistake_stops_collection_with_one_message(tmp_path: Path) -> None:
    for name, (checks, _) in MISTAKES.items():
        (tmp_path / name).write_text(HEAD + checks)
    done = run_checks(tmp_path, GOOD, "-q", *MISTAKES)
    assert done.status == pytest.ExitCode.INTERRUPTED, done.text
    for _, says in MISTAKES.values():
        assert done.text.count(says) == 1, done.text
    assert "Traceback" not in done.text
    assert "golive/plugin" not in done.text
    assert "1 passed" not in done.text


def test_two_checks_that_claim_one_line_stop_collection(tmp_path: Path) -> None:
    done = run_checks(tmp_path, GOOD + GOOD.replace("test_one", "test_two"), "-q")
    assert done.status == pytest.ExitCode.USAGE_ERROR, done.text
    assert done.text.count("AURA-1.1.1.1 is claimed by two checks") == 1, done.text
    assert "golive/plugin" not in done.text


def test_exit_codes(tmp_path: Path) -> None:
    good = run_checks(tmp_path, GOOD, "--gate")
    assert good.status == 0, good.text
    assert "NO-GO" not in good.text
    assert good.results["gate"]["decision"] != "NO-GO"
    nothing = run_checks(tmp_path, NOTHING)
    assert nothing.status == pytest.ExitCode.TESTS_FAILED, nothing.text


def test_markers_select_by_product_and_phase(tmp_path: Path) -> None:
    both = GOOD + '@verifies("SEI-3.1.1.1.1")\ndef test_other():\n    seen()\n'
    done = run_checks(tmp_path, both, "--collect-only", "-q", "-m", "aurastudio and predeploy")
    assert "test_one[AURA-1.1.1.1]" in done.text
    assert "SEI-3.1.1.1.1" not in done.text


def test_lines_without_a_check_stand_in_a_whole_folder(tmp_path: Path) -> None:
    from golive.catalogue import load_catalogue
    from golive.checklist.claims import claimed_lines

    have = claimed_lines(ROOT / "tests")
    bare = [x for x in load_catalogue().items("aurastudio") if x.checked and x.folder and x.id not in have]
    if not bare:
        pytest.skip("every line has a check by now, so none can be without")
    (tmp_path / "target.toml").write_text(TARGET)
    done = run_pytest(
        ROOT, f"tests/{bare[0].folder}", f"--target={tmp_path}/target.toml", f"--reports={tmp_path}/reports",
        "-k", f"line and {bare[0].id}", timeout=120,
    )  # fmt: skip
    assert done.status != 0
    assert "no check yet" in done.text
