"""Command line options."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from golive.thorough import choose

ROOT = Path(__file__).parents[2]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("golive", "golive: verification of a production deployment")
    group.addoption("--target", metavar="TOML", help="target file; without it a reference deployment is started")
    group.addoption(
        "--allow",
        default="reads",
        metavar="EFFECTS",
        help="what checks may do, such as writes,disrupts; the target file's allow must agree (default: reads)",
    )
    group.addoption("--reports", default=str(ROOT / "reports"), metavar="DIR", help="folder for the reports")
    group.addoption("--gate", action="store_true", help="print GO or NO-GO; exit 1 on NO-GO")
    group.addoption("--gate-only", action="store_true", help="decide from the ledger, without running anything")
    group.addoption(
        "--release",
        metavar="VERSION",
        help="record the verdicts in the ledger as those of this release, and decide over the ledger",
    )
    group.addoption(
        "--ledger",
        metavar="URL",
        default=os.environ.get("GOLIVE_LEDGER", str(ROOT / "ledger.sqlite")),
        help="a file, or postgresql://... (default: $GOLIVE_LEDGER, else ledger.sqlite beside pyproject.toml)",
    )
    group.addoption("--lines", action="store_true", help="print how many lines have a check and a proof, and stop")
    group.addoption("--target-check", action="store_true", help="validate the target and what is reachable, and stop")
    group.addoption("--checklist", metavar="MD", help="your own checklist document: match it, and tick its boxes")
    group.addoption(
        "--thorough",
        action="store_true",
        help="checks that sample look at ten times as much, and make up other stories each day: for nightly runs",
    )
    group.addoption(
        "--load",
        metavar="PROFILE|reuse=PATH",
        help="make load runs anew, full or short, or judge those of a folder (default: the target's newest ones)",
    )


def pytest_configure(config: pytest.Config) -> None:
    from golive.catalogue import Phase, load_catalogue

    choose(config.getoption("--thorough"))
    load = config.getoption("--load") or ""
    if load.startswith("reuse=") and not Path(load.removeprefix("reuse=")).is_dir():
        raise pytest.UsageError(f"--load {load}: there is no such folder")
    for product in load_catalogue().products:
        config.addinivalue_line("markers", f"{product}: verifies a line of {product}")
    for phase in Phase:
        config.addinivalue_line("markers", f"{phase}: verifies a line of the phase {phase}")
    config.addinivalue_line("markers", "verifies(*ids): the checklist lines that the check verifies")
    config.addinivalue_line("markers", "lengthy: takes a minute or more; `make prove` proves it, `make test` does not")
    config.addinivalue_line("markers", "smoke: reads only and takes less than 2 seconds: run after each deploy")
    config.addinivalue_line("markers", "writes(or_record=False): creates things on the deployment, and removes them")
    config.addinivalue_line(
        "markers",
        "disrupts(or_record=False): takes parts down; with or_record, a run that may not reads a drill record",
    )
