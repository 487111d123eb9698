"""Statements that are slow: for everybody, for who has much, or now and then."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.schema import INDEXES, changed

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT = "AURA-5.1.4.2", "aurastudio"
PROJECTS = f"postgres:{PRODUCT}:table:projects"
STATEMENTS = [f"app:{PRODUCT}:behaviour:tenant-filter", f"app:{PRODUCT}:behaviour:objections"]
"""What makes the product ask otherwise than the target says."""
OWN = "user_id = nullif(current_setting('app.user_id', true), '')::uuid"


@contextmanager
def asked_besides(deployment: Deployment, table: str, function: str, condition: str) -> Iterator[None]:
    """Inside the block row security also asks `condition`, which calls the function that `function` makes."""
    database = deployment.settings.products[PRODUCT].database
    name = function.split()[2].partition("(")[0]
    there = [
        function,
        f"revoke execute on function {name} from public",
        f"grant execute on function {name} to {database.app_role}, {database.reader_role}",
        f"alter policy user_isolation on {table} using ({OWN} and {condition})",
    ]
    back = [f"alter policy user_isolation on {table} using ({OWN})", f"drop function {name}"]
    with changed(deployment, PRODUCT, there, back):
        yield


@fault(
    name="aura-queries-index-dropped",
    breaks="the index on the projects' owner was dropped: a user's list reads everybody's",
    fails=[LINE, INDEXES],
    message={
        LINE: r"projects reads every row of projects, whosever they are: no index serves it",
        INDEXES: r"index idx_projects_user_id on projects does not exist",
    },
    touches=[PROJECTS, *STATEMENTS],
)
def index_dropped(deployment: Deployment) -> Iterator[None]:
    back = ["create index idx_projects_user_id on projects (user_id)"]
    with changed(deployment, PRODUCT, ["drop index idx_projects_user_id"], back):
        yield


@fault(
    name="aura-queries-slow-for-the-heaviest",
    breaks="row security asks about the owner's account for each row: nobody notices but who has tens of thousands",
    fails=[LINE],
    message=r"projects of the heaviest user at volume: p95 is \d{3,}(\.\d+)? ms, want < 100 ms",
    touches=[PROJECTS, *STATEMENTS],
    hard=True,
)
def slow_for_the_heaviest(deployment: Deployment) -> Iterator[None]:
    function = (
        "create function account_is_open(account uuid) returns boolean language plpgsql stable"
        " set search_path = pg_catalog, public as"
        " $$ begin return exists (select from user_profiles where id = account and deleted_at is null); end $$"
    )
    with asked_besides(deployment, "projects", function, "account_is_open(user_id)"):
        yield


@fault(
    name="aura-queries-slow-now-and-then",
    breaks="one in six readings of the audit trail waits for half a second: the mean is below the limit",
    fails=[LINE],
    message=r"statements of aurastudio_app: p95 is \d{3,}(\.\d+)? ms, want < 100 ms.*mean \d\d(\.\d)? ms of \d+ calls"
    r" of: SELECT action",
    touches=[f"postgres:{PRODUCT}:table:audit_log", *STATEMENTS],
    hard=True,
)
def slow_now_and_then(deployment: Deployment) -> Iterator[None]:
    role = deployment.settings.products[PRODUCT].database.app_role
    function = (
        "create function now_and_then() returns boolean language plpgsql volatile"
        " set search_path = pg_catalog, public as $$ begin"
        " if nextval('stumbles') % 6 = 0 then perform pg_sleep(0.5); end if; return true; end $$"
    )
    made = ["create sequence stumbles", f"grant usage on sequence stumbles to {role}"]
    with (
        changed(deployment, PRODUCT, made, ["drop sequence stumbles"]),
        asked_besides(deployment, "audit_log", function, "(select now_and_then())"),
    ):
        yield
