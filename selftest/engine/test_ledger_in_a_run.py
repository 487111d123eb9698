"""`--release` records, `--gate-only` decides: as a user runs them."""

from __future__ import annotations

from pathlib import Path

import pytest

from golive.catalogue import load_catalogue
from golive.gate import Scope
from golive.ledger.store import Ledger
from selftest.engine.made_project import TARGET, run_checks, run_pytest

CHECKS = """
from pathlib import Path


@verifies("AURA-6.1.1.3")
def test_backups(line):
    seen()
    assert not Path("broken").exists(), "backups are kept 3 days"


@pytest.mark.writes
@verifies("AURA-6.1.1.4")
def test_restore():
    seen()
"""
LEDGER = "--ledger=ledger.sqlite"


def test_verdicts_of_runs_add_up(tmp_path: Path) -> None:
    first = run_checks(tmp_path, CHECKS, "--release=1.0.0", LEDGER, "-k", "backups")
    assert "NO-GO: phases predeploy" in first.text, "the gate decides over the release, not the selection"
    allowing = TARGET.replace('name = "made up"', 'name = "made up"\nallow = ["writes"]')
    (tmp_path / "target.toml").write_text(allowing)
    common = ("--target=target.toml", "--reports=reports", "--release=1.0.0", LEDGER)
    run_pytest(tmp_path, *common, "test_made_up.py", "-k", "restore", "--allow=writes", "-n1")
    run_pytest(tmp_path, *common, "test_made_up.py", "-k", "restore")  # not allowed: says nothing new
    (tmp_path / "broken").touch()
    run_pytest(tmp_path, *common, "test_made_up.py", "-k", "backups")

    decided = run_pytest(tmp_path, *common, "--gate-only")
    assert decided.status == 1, decided.text
    assert "backups are kept 3 days" in decided.text
    assert decided.verdicts["AURA-6.1.1.3"][0] == "failed"
    assert decided.verdicts["AURA-6.1.1.4"][0] == "passed"
    needed = set(Scope.of_release(load_catalogue(), ["aurastudio"]).lines)
    assert decided.results["gate"]["decision"] == "NO-GO"
    assert needed - {"AURA-6.1.1.3", "AURA-6.1.1.4"} <= set(decided.results["gate"]["blocking"])
    assert len(Ledger(str(tmp_path / "ledger.sqlite")).of_line("AURA-6.1.1.4")) == 2


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--gate-only"], "--gate-only needs --release and --target"),
        (["--gate-only", "--target=target.toml", "--release=9.9.9"], "--release 9.9.9: the target describes"),
        (["--gate-only", "--target=target.toml", "--release=1.0.0", "--ledger=no/such.sqlite"], "there is no folder"),
        (["--target=target.toml", "--release=1.0.0", "--ledger=target.toml", "test_made_up.py"], "is no ledger"),
    ],
)
def test_what_can_t_be_decided_is_one_message(tmp_path: Path, arguments: list[str], says: str) -> None:
    run_checks(tmp_path, CHECKS, "--collect-only")
    done = run_pytest(tmp_path, *arguments, "--reports=reports")
    assert done.status == pytest.ExitCode.USAGE_ERROR, done.text
    assert says in done.text
    assert "Traceback" not in done.text
