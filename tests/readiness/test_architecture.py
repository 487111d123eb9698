"""The architecture document tells of what runs."""

from __future__ import annotations

from datetime import UTC, datetime

from fixtures.aws.account import Account
from fixtures.documents import Documents
from fixtures.documents.inventory import live_names, newest_component
from fixtures.documents.parts import empty, filler, reviewed
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.target import ProductTarget
from tests.judges.inventory import RUNNING, unmentioned
from tests.readiness.freshness import review_problem
from tests.readiness.third_parties import providers


@verifies("AURA-2.1.3.2")
def test_the_architecture_document_tells_of_what_runs(
    line: Line, target: ProductTarget, aws: Account, documents: Documents
) -> None:
    place, document = documents.place("architecture"), documents.section("architecture")
    assert document is not None, f"there is no {place}: nobody knows what belongs to the system"
    live = {kind: names for kind, names in live_names(aws).items() if kind in RUNNING}
    observed(aws, "components", {kind: sorted(names) for kind, names in live.items()}, source="aws")
    third = providers(target)
    source = "ecs:ListServices, rds:DescribeDBInstances, ..."
    components = Found("components", [f"{k} {n}" for k, ns in live.items() for n in sorted(ns)], source=source)
    lacking = unmentioned(document, live, third)
    of = f"{place}, of {len(list(components)) + len(third)} components"
    problems = [
        line.limit("components_missing").problem(len(lacking), of=of, hint=f"It does not tell of {', '.join(lacking)}"),
        review_problem(line.limit("document_age"), place, document),
        *(f"{place}: '{s.heading}' {why}" for s in document.walk() if s.text and (why := filler(s.text))),
    ]
    day, newest = reviewed(document), newest_component(aws)
    if day is not None and newest is not None:
        behind = (min(newest[1], datetime.now(UTC)).date() - day).days
        hint = f"{newest[0]} was made on {newest[1]:%Y-%m-%d}"
        problems.append(line.limit("days_behind_infrastructure").problem(max(behind, 0), of=place, hint=hint))
    if empty(document.whole_text):
        problems.append(f"{place} {empty(document.whole_text)}")
    conclude(problems)
