"""A database that was set back and is not sound: rows that rules should have refused, a sequence that stayed behind."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.schema import FEEDBACK, PRODUCT, changed, run

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE = "AURA-12.5.1"
ORPHAN = "00000000-0000-4000-8000-0000000000fe"
NOWHERE = "00000000-0000-4000-8000-0000000000ff"


@fault(
    name="aura-sound-orphan-row",
    breaks="a restore loaded an analysis without its project while rules were not looked at",
    fails=[LINE],
    message=r"1 rows of script_analysis break foreign key script_analysis_project_id_fkey on project_id",
    touches=[f"postgres:{PRODUCT}:table:script_analysis"],
)
def orphan_row(deployment: Deployment) -> Iterator[None]:
    columns = "id, project_id, sentiment, sentiment_score"
    there = [
        "set local session_replication_role = replica",
        f"insert into script_analysis ({columns}) values ('{ORPHAN}', '{NOWHERE}', 'neutral', 0)",  # noqa: S608
    ]
    with changed(deployment, PRODUCT, there, [f"delete from script_analysis where id = '{ORPHAN}'"]):  # noqa: S608
        yield


@fault(
    name="aura-sound-sequence-behind",
    breaks="tables are sound, and a sequence is behind the greatest number after a restore: the next insert fails",
    fails=[LINE],
    message=r"sequence feedback_number_seq gives 1 next, while feedback\.number has \d+",
    touches=[f"{FEEDBACK}:sequence"],
    hard=True,
)
def sequence_behind(deployment: Deployment) -> Iterator[None]:
    with deployment.sql(PRODUCT) as connection:
        row = connection.execute("select last_value, is_called from feedback_number_seq").fetchone()
    assert row
    back = f"select setval('feedback_number_seq', {row[0]}, {row[1]})"
    with changed(deployment, PRODUCT, ["select setval('feedback_number_seq', 1, false)"], [back]):
        yield


@fault(
    name="aura-sound-index-lost-an-entry",
    breaks="an index lost the entry of a row, so that the row is not found by it",
    fails=[LINE],
    message=r"index idx_feedback_user_id on feedback: heap tuple .* lacks matching index tuple",
    touches=[f"{FEEDBACK}:index"],
    hard=True,
)
def index_lost_an_entry(deployment: Deployment) -> Iterator[None]:
    ready = "update pg_index set indisready = {} where indexrelid = 'idx_feedback_user_id'::regclass"
    row = f"select '{ORPHAN}', id, 5, 'not in the index' from user_profiles order by email limit 1"  # noqa: S608
    run(deployment, PRODUCT, ready.format("false"))
    try:
        # An index that is not ready gets no entry, which a crash between the two writes would leave as well.
        run(deployment, PRODUCT, f"insert into feedback (id, user_id, rating, message) {row}")
        run(deployment, PRODUCT, ready.format("true"))
        yield
    finally:
        run(deployment, PRODUCT, ready.format("true"), f"delete from feedback where id = '{ORPHAN}'")  # noqa: S608
