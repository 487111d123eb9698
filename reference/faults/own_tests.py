"""Isolation tests of the product that are gone, or that would pass whatever leaks."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.source import folder_of

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "seiketsu", "SEI-1.3.1.2.1"
TESTS = "source:seiketsu:isolation-tests"


@contextmanager
def _rewritten(deployment: Deployment, file: str, *changes: tuple[str, str]) -> Iterator[None]:
    """Inside the block a file of the tests says something else. Raises ValueError when it can't."""
    path = _folder(deployment) / file
    before = text = path.read_text()
    for old, new in changes:
        if old not in text:
            raise ValueError(f"{file} does not hold {old!r}")
        text = text.replace(old, new)
    path.write_text(text)
    try:
        yield
    finally:
        path.write_text(before)


def _folder(deployment: Deployment) -> Path:
    return folder_of(deployment, PRODUCT) / "api" / "tests" / "isolation"


@fault(
    name="sei-isolation-tests-removed",
    breaks="the product's isolation tests are gone from its repository",
    fails=[LINE],
    message=r"there are no isolation tests in api/tests/isolation",
    touches=TESTS,
)
def removed(deployment: Deployment) -> Iterator[None]:
    folder = _folder(deployment)
    aside = folder.parents[2].with_name(f"{PRODUCT}-isolation-aside")  # beside the checkout, not in it
    shutil.move(folder, aside)
    try:
        yield
    finally:
        shutil.move(aside, folder)


@fault(
    name="sei-isolation-tests-as-superuser",
    breaks="the isolation tests use the database as its owner, whom no policy binds, and filter by themselves",
    fails=[LINE],
    message=r"undetected leaks is 2, want == 0.*with row_security_off, policy_true none failed",
    touches=TESTS,
    hard=True,
)
def as_superuser(deployment: Deployment) -> Iterator[None]:
    changes = (
        ('os.environ["DATABASE_URL"]', 'os.environ["OWNER_URL"]'),
        ('assert "app.organization_id" in str(plan)', "assert plan"),
        ('from {table} t")', "from {table} t where to_jsonb(t)::text like '%' || '{of.mark}' || '%'\")"),
        ("pytest.raises(psycopg.errors.InsufficientPrivilege)", "pytest.raises(psycopg.errors.ForeignKeyViolation)"),
        ("connection.execute(insert, (ours.id,))", 'connection.execute(insert, (ours.id.replace(ours.id, "0" * 32),))'),
    )
    with _rewritten(deployment, "test_tables.py", *changes):
        yield


@fault(
    name="sei-isolation-tests-with-one-tenant",
    breaks="the isolation tests know one organisation alone: whoever asks, it is the owner",
    fails=[LINE],
    message=r"undetected leaks is 3, want == 0.*with tenant_of_header, cache_key_without_tenant, row_by_id_alone none",
    touches=TESTS,
    hard=True,
)
def with_one_tenant(deployment: Deployment) -> Iterator[None]:
    changes = (
        (
            "answer = theirs.call(method, path, **asked)",
            'answer = ours.call("GET", path if method == "GET" else "/api/v1/leads")',
        ),
        ("    before = state(owner, ours)\n", ""),
        ("    assert ours.mark not in answer.text\n", "    assert answer.status_code != 500\n"),
        ('    assert not ("{" in route and method == "GET" and answer.status_code == 200), answer.text\n', ""),
        ("    assert state(owner, ours) == before\n", ""),
        ('answer = theirs.call("GET", path, headers={header: ours.id})', 'answer = ours.call("GET", path)'),
        ("    assert answer.status_code == 403\n", ""),
        ('.json()["cached"] is False', ".status_code == 200"),
    )
    with _rewritten(deployment, "test_endpoints.py", *changes):
        yield


@fault(
    name="sei-isolation-tests-skip-endpoints",
    breaks="the isolation tests skip the endpoints of calls, and say so in no report",
    fails=[LINE],
    message=r"tables and endpoints tested is \d+\.\d+.*none that passed names [^\n]*/api/v1/conversations",
    touches=TESTS,
    hard=True,
)
def skip_endpoints(deployment: Deployment) -> Iterator[None]:
    change = ("for method in methods)\n", 'for method in methods if "conversations" not in path)\n')
    with _rewritten(deployment, "test_endpoints.py", change):
        yield
