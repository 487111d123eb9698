"""Reviews are held when they are due, on figures of their own, and what they decide gets done."""

from __future__ import annotations

from datetime import timedelta

from fixtures.attestations import Attestations, SignOffs
from fixtures.attestations.contents import contents
from fixtures.attestations.review import Review
from golive import clock
from golive.attestation import Record
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.release import deployed_at
from tests.judges.reviews import FEWEST, forgotten, overdue, retrospective_delay, unchanged
from tests.readiness.attested import age_problem, holding


@verifies("SEI-5.2.2.1.4")
def test_reviews_lead_to_something(
    line: Line, target: ProductTarget, attestations: Attestations, sign_offs: SignOffs
) -> None:
    record = holding(attestations, line)
    review = contents(record, Review, "review")
    observed(record, "actions", {a.title: a.closed or a.due for a in review.action}, source="record")
    deployed, now = deployed_at(target.release, line.product), clock.now()
    age = line.limit("review_age")
    assert isinstance(age.value, (int, float))
    late = overdue(review, now)
    held = [r.said.date for r in attestations.holding(line.id) if contents(r, Review, "review").kind == "retrospective"]
    problems: list[str | None] = [
        age_problem(age, record),
        line.limit("overdue_actions").problem(len(late), of=record, hint="; ".join(late)),
        line.limit("retrospective_delay").problem(retrospective_delay(deployed, held, now), of=str(target.release)),
    ]
    if len(set(review.attendees)) < FEWEST:
        problems.append(f"{record}: {review.attendees[0]} was alone at it")
    report = next((r for r in sign_offs.reports() if r.sha256 == review.report_sha256), None)
    if report is None:
        problems.append(f"{record}: its figures are of a report that is not among the reports")
    elif not timedelta(0) <= record.said.date - report.finished <= timedelta(days=age.value):
        problems.append(f"{record}: {report} was finished {report.finished:%Y-%m-%d}, it was held on {_day(record)}")
    before = next((r for r in attestations.records.of(line.id) if r.said.date < record.said.date), None)
    if before is not None:
        former = contents(before, Review, "review")
        problems += [f"{record}: {why} ({_day(before)})" for why in unchanged(review, former)]
        problems += [f"{record}: does not tell what became of '{title}'" for title in forgotten(review, former)]
    conclude(problems)


def _day(record: Record) -> str:
    return f"{record.said.date:%Y-%m-%d}"
