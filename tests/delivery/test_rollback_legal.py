"""What may break the law: seen, judged by counsel in time, and told to the regulator before the clock runs out."""

from __future__ import annotations

from datetime import timedelta

from fixtures.attestations import Attestations
from fixtures.attestations.contents import contents
from fixtures.attestations.watch import LegalWatch
from fixtures.aws.account import Account
from fixtures.aws.buckets import Bucket
from fixtures.helpdesk import Helpdesk
from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.windows import Live, Window
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.release import deployed_at
from golive.verdict import Unobservable
from tests.judges.complaints import denied, undecided, unnotified
from tests.judges.rollback_rules import number
from tests.readiness.attested import age_problem, holding

RECORDED, WITHOUT = "recorded_calls", "recorded_without_consent"
HOUR = timedelta(hours=1)
SEEN = Window(3 * HOUR, timedelta(minutes=5))
"""Where a deployment is younger, what is there of it."""


@verifies("SEI-4.1.2.1.4")
def test_what_may_break_the_law_is_judged_by_counsel(
    line: Line, target: ProductTarget, attestations: Attestations, helpdesk: Helpdesk, metrics: SeriesReader,
    aws: Account, buckets: Found[Bucket],
) -> None:  # fmt: skip
    now, deployed = clock.now(), deployed_at(target.release, line.product)
    record = holding(attestations, line)
    watch = contents(record, LegalWatch, "watch")
    observed(record, "watched", [s.name for s in watch.source], source="record")
    tickets = helpdesk.tagged(deployed, helpdesk.settings.legal_tags)
    seen = [ticket for ticket in tickets if ticket.created <= record.said.date]
    most, clock_of_regulators = HOUR * number(line, "decision"), HOUR * number(line, "regulator_clock")
    conclude(
        [
            age_problem(line.limit("entry_age"), record),
            *(f"{record}: {why}" for why in [denied(watch, seen)] if why),
            *(f"{record}: {why}, want within {line.limit('decision')}" for why in undecided(watch, tickets, now, most)),
            *(f"{record}: {why}" for why in unnotified(watch.case, now, clock_of_regulators)),
            _recorded(line, metrics, watch),
            _abroad(line, aws, buckets),
        ]
    )


def _recorded(line: Line, metrics: SeriesReader, watch: LegalWatch) -> str | None:
    """Whether calls were recorded whose callers had not agreed, in the last hours."""
    live = Live(metrics)
    calls, without = live.counts(RECORDED, SEEN), live.counts(WITHOUT, SEEN)
    if not calls.values or not without.values:
        silent = calls if not calls.values else without
        raise Unobservable(f"{silent} told nothing in the last {SEEN.length}", "Does whoever records still count?")
    said = "counsel's record says 'none'" if watch.finding == "none" else "counsel knows of cases"
    hint = f"of {calls.total:.0f} that were recorded, and {said}. Stop recording them, and tell counsel"
    return line.limit("calls_without_consent").problem(round(without.total), of="calls of late", hint=hint)


def _abroad(line: Line, aws: Account, buckets: Found[Bucket]) -> str | None:
    """Whether what is kept lies where it may: in the region of the deployment, or in that of its recovery."""
    allowed = {aws.region, aws.settings.dr_region}
    abroad = [f"{bucket} is in {at}" for bucket in buckets if (at := bucket.location) not in allowed]
    return line.limit("records_outside_region").problem(len(abroad), of="buckets elsewhere", hint="; ".join(abroad))
