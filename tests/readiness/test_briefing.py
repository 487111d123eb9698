"""Decision makers were told, shortly before the release goes live, how it really stands."""

from __future__ import annotations

from datetime import timedelta

from fixtures.attestations import Attestations, SignOffs
from fixtures.attestations.briefing import briefing_of
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from tests.judges.briefing import absent, untold_risks, wrong_figures

HOUR = timedelta(hours=1)


@verifies("SEI-2.3.1.2.4")
def test_decision_makers_know_how_it_stands(
    line: Line, target: ProductTarget, attestations: Attestations, sign_offs: SignOffs
) -> None:
    settings = configured(target.attestations, f"{line.product}.attestations")
    holding = attestations.holding(line.id)
    if not holding:
        raise AssertionError("\n".join(attestations.refused(line.id)))
    record = holding[0]
    briefing, reports = briefing_of(record), sign_offs.reports()
    report = next((r for r in reports if r.sha256 == briefing.report_sha256), None)
    attendees = [(a.role, a.person, a.delegate) for a in briefing.attendee]
    missing = absent(settings.briefed, attendees, attestations.records.roles, record.said.date)
    problems: list[str | None] = [
        line.limit("briefing_age").problem((clock.now() - record.said.date) / HOUR, of=record),
        line.limit("missing_attendees").problem(len(missing), of=record, hint=f"Brief {', '.join(missing)}"),
    ]
    if report is None:
        problems.append(f"{record}: its figures are of a report that is not among the reports")
    else:
        told = [*wrong_figures(briefing.figures, report.verdicts), *untold_risks(record.said.accepts, report.verdicts)]
        problems += [f"{record}: {problem}" for problem in told]
        if report.release.get(line.product) != str(target.release):
            problems.append(f"{record}: {report} is about {report.release.get(line.product)}, not {target.release}")
        if later := [r for r in reports if r.finished > report.finished and line.product in r.release]:
            problems.append(f"{record}: {later[0]} is newer than {report}. Brief them anew")
    conclude(problems)
