"""docs/what-is-sent.md tells which lines send more than questions, and what marks what a run sends and makes."""

from __future__ import annotations

from golive.guard.http import RUN_HEADER
from golive.run_id import PREFIX
from selftest.engine.sending import BEGIN, END, PAGE, senders, table


def test_the_page_names_every_check_that_writes_or_disrupts() -> None:
    page = PAGE.read_text()
    shown = page.partition(BEGIN)[2].partition(END)[0].strip()
    assert shown == table(), "the marks of checks have changed: run `python -m selftest.engine.sending`"


def test_the_page_names_what_requests_and_things_of_a_run_carry() -> None:
    page = PAGE.read_text()
    assert f"`{RUN_HEADER}`" in page
    assert f"`{PREFIX}" in page


def test_marks_are_found_on_checks_and_on_whole_modules() -> None:
    found = {s.line: s for s in senders()}
    assert found["SEI-2.2.1.1.1"].effect == "writes"
    assert any(s.effect == "disrupts" and s.recorded for s in found.values())
