"""Checks that write leave a deployment as it was: what they make of accounts, rows, keys and objects is gone again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from golive.target import load_target
from reference.session import Session
from selftest.proofs.bench import START
from selftest.proofs.leftovers import Held, changes, held
from selftest.proofs.marked import lines_marked
from selftest.proofs.runner import DRILLS, collected, run_checks

WRITERS = lines_marked("writes") - DRILLS
FOLDERS = ("tests/security/", "tests/tenancy/")
SECONDS = 3600.0


def test_more_is_told_and_less_too() -> None:
    before = Held({"a.users": 3, "a.audit_log": 5}, {"a/0.cache": 1}, {"a.files": 2})
    after = Held({"a.users": 4, "a.audit_log": 9}, {}, {"a.files": 2})
    assert changes(before, after) == ["a.users: 3 rows before, 4 after", "a/0.cache: 1 keys before, 0 after"]
    assert changes(after, Held(after.rows | {"a.audit_log": 8}, {}, after.objects))


@pytest.mark.timeout(SECONDS + START)
@pytest.mark.xdist_group("leftovers")
@pytest.mark.skipif(
    os.environ.get("GOLIVE_PROOFS") != "all", reason="make prove runs all that write, which takes half an hour"
)
def test_what_security_and_tenancy_write_is_gone_again(tmp_path: Path) -> None:
    nodes = sorted(node for line, node in collected().items() if line in WRITERS and node.startswith(FOLDERS))
    assert nodes
    with Session(target_file=tmp_path / "target.toml", timeout=START) as reference:
        assert reference.target_file is not None
        target = load_target(reference.target_file)
        run_checks(reference.target_file, "-m", "smoke", "tests/security", seconds=SECONDS)  # warms caches
        before = held(target)
        done = run_checks(reference.target_file, *nodes, seconds=SECONDS)
        after = held(target)
    assert not done.not_passed()
    assert not changes(before, after)
