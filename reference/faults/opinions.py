"""What users say is thrown away, kept back, or decided on by nobody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from uuid import uuid4

from reference.faults import fault
from reference.faults.schema import changed
from reference.schema.testers import OPINIONS, Opinion, opinion_id, user_id
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, GIVEN, REVIEWED = "aurastudio", "AURA-11.1.2.4", "AURA-11.2.1.4"
TABLE = f"postgres:{PRODUCT}:table:feedback"
FORM = [
    f"app:{PRODUCT}:behaviour:feedback", f"app:{PRODUCT}:behaviour:deletion", f"site:{PRODUCT}:assets",
    f"site:{PRODUCT}:pages", f"nginx:{PRODUCT}-web:tls", f"nginx:{PRODUCT}-web:policy", "zendesk:requests",
    "zendesk:status",
]  # fmt: skip
"""What somebody who says something goes through: of two that change it, the one hides the other."""
LATE = [o for o in OPINIONS if o.days > 7]
NOBODY = 10
"""The number of a tester who said nothing yet."""


@fault(
    name="aura-feedback-discarded",
    breaks="the form for feedback thanks, and what was said is stored nowhere",
    fails=[GIVEN],
    message=r"the form sent it, and the store has nothing of it 6 s later: it is discarded",
    touches=FORM,
)
def discarded(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "feedback_discarded")


@fault(
    name="aura-feedback-kept-back",
    breaks="the form for feedback thanks and stores, and nothing of it comes to the team any more",
    fails=[GIVEN],
    message=r"what was said is stored and has no forwarded id: the team's tracker does not get it",
    touches=FORM,
    hard=True,
)
def kept_back(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "feedback_kept_back")


def _said(deployment: Deployment, days: int, **columns: str) -> Iterator[None]:
    """One more thing that a tester said so many days ago, at noon."""
    id_ = uuid4()
    names, values = (", ".join(part) for part in (columns, map("'{}'".format, columns.values())))
    more = (f", {names}", f", {values}") if columns else ("", "")
    there = (
        f"insert into feedback (id, user_id, rating, message, created_at{more[0]}) values ('{id_}',"  # noqa: S608
        f" '{user_id(NOBODY)}', 2, 'It takes too long', date_trunc('day', now() at time zone 'UTC') at time zone 'UTC'"
        f" + interval '12 hours' - interval '{days} days'{more[1]})"
    )
    with changed(deployment, PRODUCT, [there], [f"delete from feedback where id = '{id_}'"]):  # noqa: S608
        yield


@fault(
    name="aura-opinion-undecided",
    breaks="nobody has decided on what a user said ten days ago",
    fails=[REVIEWED],
    message=r"of 6 that users said more than 7 days ago: unreviewed is 1, want == 0",
    touches=[TABLE],
)
def undecided(deployment: Deployment) -> Iterator[None]:
    yield from _said(deployment, 10)


@fault(
    name="aura-opinions-closed-by-robot",
    breaks="what users said is closed by a program, since nothing happened to it for a week",
    fails=[REVIEWED],
    message=r"is declined, decided by stale-robot, who is none of those who decide",
    touches=[TABLE],
    hard=True,
)
def closed_by_robot(deployment: Deployment) -> Iterator[None]:
    closed = "status = 'declined', decision = 'Closed: nothing happened for a week', decided_by = 'stale-robot'"
    there = [f"update feedback set {closed} where {_of(o)}" for o in LATE]  # noqa: S608
    kept = "status, decision, decided_by"
    with deployment.sql(PRODUCT) as connection:
        rows = {o: connection.execute(f"select {kept} from feedback where {_of(o)}").fetchone() for o in LATE}  # noqa: S608
    with changed(deployment, PRODUCT, there, []):
        try:
            yield
        finally:
            with deployment.sql(PRODUCT) as connection:
                for opinion, row in rows.items():
                    connection.execute(f"update feedback set ({kept}) = (%s, %s, %s) where {_of(opinion)}", row)  # noqa: S608


@fault(
    name="aura-opinions-unlike-record",
    breaks="the record of the week's review says less than what users said",
    fails=[REVIEWED],
    message=r"last-week\.md says 4 received, the store has 5",
    touches=[TABLE],
    hard=True,
)
def unlike_record(deployment: Deployment) -> Iterator[None]:
    yield from _said(deployment, 6, status="declined", decision="It is as quick as it gets", decided_by="Iris Lund")


@fault(
    name="aura-opinions-unanswered",
    breaks="a user who asked for an answer got none",
    fails=[REVIEWED],
    message=r"what a user said on .*: its user asked for an answer, and got none",
    touches=[TABLE],
    hard=True,
)
def unanswered(deployment: Deployment) -> Iterator[None]:
    asks = next(o for o in LATE if o.asks)
    move = f"update feedback set answered_at = {{}} where {_of(asks)}"  # noqa: S608
    with changed(deployment, PRODUCT, [move.format("null")], [move.format("decided_at")]):
        yield


def _of(opinion: Opinion) -> str:
    return f"id = '{opinion_id(opinion)}'"
