"""Others tried to break in, lately, everywhere, and what they found is mended."""

from __future__ import annotations

from datetime import timedelta

from fixtures.attestations import Attestations
from fixtures.attestations.contents import changed, contents
from fixtures.attestations.penetration import PenetrationTest
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import NotConfigured
from tests.judges.penetration import SUBJECTS, not_independent, open_grave, uncovered
from tests.readiness.attested import holding

DAY = timedelta(days=1)


@verifies("SEI-1.3.1.4.1")
def test_others_tried_to_break_in(line: Line, target: ProductTarget, attestations: Attestations) -> None:
    record = holding(attestations, line)
    test = contents(record, PenetrationTest, "penetration test")
    shown = {f.id: f"{f.severity}, {f.state}" for f in test.finding}
    observed(record, f"tested by {test.company}, findings", shown, source="record")
    public = observed(target.environment, "public addresses", _public(target), source="target")
    if not public:
        raise NotConfigured("the target names no public address", f"Add [{line.product}.api] or [{line.product}.web]")
    outside = uncovered(test, public)
    lost = [f.id for f in test.finding if f.retest and changed(record, f.retest)]
    grave = open_grave(test.finding, lost)
    hint = "; ".join(f"{finding} {why}" for finding, why in grave.items())
    of = f"the test by {test.company}"
    inside = not_independent(test, [role.person for role in attestations.records.roles])
    conclude(
        [
            line.limit("report_age").problem((clock.now() - test.ended) / DAY, of=of),
            line.limit("uncovered_hosts").problem(len(outside), of=of, hint=f"Not in its scope: {', '.join(outside)}"),
            line.limit("open_high_findings").problem(len(grave), of=of, hint=hint),
            *(f"{of}: {who} is of the house" for who in inside),
            *(f"{of} did not look at {subject}" for subject in SUBJECTS if subject not in test.subjects),
            *(f"{record}: {why}" for why in [changed(record, test.report)] if why),
            f"{of} ends {test.ended:%Y-%m-%d}, which is yet to come" if test.ended > clock.now() else None,
        ]
    )


def _public(target: ProductTarget) -> list[str]:
    """All addresses under which the product is public."""
    found = list(target.dns.hosts) if target.dns else []
    found += [section.base_url for section in (target.api, target.web) if section]
    found += target.web.hosts if target.web else []
    if target.websocket:
        found += [target.websocket.url, *(other.url for other in target.websocket.others.values())]
    return found
