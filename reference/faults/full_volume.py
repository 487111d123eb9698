"""Lists that take long: for everybody, for who has the most, or as the planner knows nothing of what was loaded."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.schema import changed
from reference.schema.canaries import AURASTUDIO_USERS, marker
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT = "AURA-6.2.1.4", "aurastudio"
WAIT = 4000
ALICE = AURASTUDIO_USERS[0]
OLD = f"{marker(ALICE)} of the old system"


@fault(
    name="aura-volume-avatars-slow",
    breaks="the list of avatars takes four seconds",
    fails=[LINE],
    message=r"list_avatars as \w+: p95 is [4-9]\d{3}\S* ms, want < 3000",
    touches=[f"app:{PRODUCT}:behaviour:slow"],
)
def avatars_slow(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "slow:/api/avatars", WAIT)


@fault(
    name="aura-volume-heaviest-waits",
    breaks="the user who brought the most from the old system waits for every list, others do not",
    fails=[LINE],
    message=r"list_projects as alice: p95 is [4-9]\d{3}\S* ms, want < 3000",
    touches=[f"app:{PRODUCT}:behaviour:slow", f"postgres:{PRODUCT}:table:feedback:alice"],
    hard=True,
)
def heaviest_waits(deployment: Deployment) -> Iterator[None]:
    there = (
        f"insert into feedback (user_id, rating, message) select '{ALICE.id}', 4, '{OLD} ' || n "  # noqa: S608
        "from generate_series(1, 2000) n"
    )
    with changed(deployment, PRODUCT, [there], [f"delete from feedback where message like '{OLD}%'"]):  # noqa: S608
        yield from switched(deployment, PRODUCT, f"slow_for:{ALICE.id}", WAIT)


@fault(
    name="aura-volume-no-statistics",
    breaks="after the load nobody had the database look at the effects: the planner knows nothing of them",
    fails=[LINE],
    message=r"table effect_library: statistics were never collected",
    touches=[f"postgres:{PRODUCT}:table:effect_library:statistics"],
    hard=True,
)
def no_statistics(deployment: Deployment) -> Iterator[None]:
    there = [
        "select pg_clear_relation_stats('public', 'effect_library')",
        "delete from pg_statistic where starelid = 'effect_library'::regclass",
    ]
    with changed(deployment, PRODUCT, there, ["analyze effect_library"]):
        yield
