"""What isolation tests name, and which leaks they notice."""

from __future__ import annotations

from pathlib import Path

import pytest

from fixtures.tenancy.own_tests import Case, cases, said
from golive.verdict import Unobservable
from tests.judges.own_tests import clean_problems, counts, unnamed_paths, unnamed_tables, unnoticed

SOURCE = """
async def test_things(api):
    '''About the table clients.'''
    await api.get(f"/v1/leads/{lead}/notes?full=1")
    rows("select * from leads")

def test_not_run():
    rows("select * from users")
"""
RAN = [
    Case("test_things", "passed"),
    Case("test_each[POST /v1/leads/{lead_id}]", "passed"),
    Case("test_not_run", "skipped"),
]


def test_only_tests_that_passed_name_something() -> None:
    words = said(RAN, {"test_a.py": SOURCE, "notes.txt": "("})
    assert unnamed_tables(["leads", "users", "lead", "clients"], words) == ["users", "lead", "clients"]
    asked = [
        ("note", "GET", "/v1/leads/{id}/notes"), ("change", "POST", "/v1/leads/{id}"),
        ("read", "GET", "/v1/leads/{id}"),
        ("list", "GET", "/v1/leads"), ("notes", "GET", "/leads/{id}/notes"),
    ]  # fmt: skip
    found = ["read (GET /v1/leads/{id})", "list (GET /v1/leads)", "notes (GET /leads/{id}/notes)"]
    assert unnamed_paths(asked, words) == found


def test_a_leak_is_noticed_by_a_failure_alone() -> None:
    clean = [Case("x", "passed"), Case("y", "failed")]
    leaked = {
        "a": [Case("x", "failed")],
        "e": [Case("y", "failed")],
        "b": [Case("x", "error")],
        "c": [Case("x", "passed")],
        "d": [],
    }
    assert unnoticed(clean, leaked) == ["e", "b", "c", "d"]
    assert clean_problems(RAN) == ["test_not_run: skipped"]
    assert counts(RAN) == "2 passed, 1 skipped"
    assert counts([]) == "none"


def test_results_are_read(tmp_path: Path) -> None:
    junit = tmp_path / "junit.xml"
    assert cases(junit) == []
    junit.write_text('<testsuites><testsuite><testcase name="a"/><testcase name="b"><failure/></testcase>'
                     '<testcase name="c"><skipped/></testcase></testsuite></testsuites>')  # fmt: skip
    assert cases(junit) == [Case("a", "passed"), Case("b", "failed"), Case("c", "skipped")]
    junit.write_text("<testsuites>")
    with pytest.raises(Unobservable):
        cases(junit)
