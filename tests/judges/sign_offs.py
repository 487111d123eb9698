"""Whether a sign-off of a release holds: for what is deployed, on the report that was read, after those before it."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from golive.attestation import Record
from golive.catalogue import Catalogue, Line
from golive.report.kept import KeptReport
from golive.sign_offs import unanswered

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
LISTED = 5
_CONDITIONAL = re.compile(
    r"\b(subject to|provided( that)?|on (the )?condition|conditional(ly)?|contingent|pending|unless|as soon as|"
    r"once|assuming|as long as|if)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Given:
    """A sign-off as it lies there. `problems`: what keeps it from holding; `key`: fingerprint of what signed it."""

    record: Record
    sha256: str
    problems: tuple[str, ...] = ()
    key: str = ""

    def __str__(self) -> str:
        return str(self.record)


@dataclass(frozen=True)
class Deployed:
    """What is there. `release`: `VERSION (COMMIT)`; `plan`: SHA-256 of the plan, None where there is no Terraform."""

    product: str
    release: str
    images: frozenset[str]
    plan: str | None
    at: datetime


def another_build(given: Given, deployed: Deployed) -> list[str]:
    """Say what was signed and is not what is deployed, as after any new build or plan."""
    said = given.record.said.sign_off
    assert said is not None
    found = []
    if foreign := sorted(deployed.images - set(said.images)):
        found.append(f"{given}: does not name image {foreign[0][:19]}, which runs. Has it been built anew?")
    if gone := sorted(set(said.images) - deployed.images):
        found.append(f"{given}: names image {gone[0][:19]}, which does not run")
    if deployed.plan is not None and said.plan_sha256 != deployed.plan:
        signed = said.plan_sha256[:12] if said.plan_sha256 else "none"
        found.append(f"{given}: is about plan {signed}, the release's is {deployed.plan[:12]}")
    return found


def undecided(given: Given) -> list[str]:
    """Say why it is no approval: a rejection, or an approval with conditions, also when only its words have them."""
    said = given.record.said
    assert said.sign_off is not None
    if said.sign_off.decision != "approve":
        return [f"{given}: {said.role} rejects the release: {said.statement}"]
    open_ = [f"{given}: is conditional: {condition}" for condition in said.sign_off.conditions]
    if found := _CONDITIONAL.search(said.statement):
        open_.append(f"{given}: is conditional, it says {found.group(0)!r}. An approval has no conditions")
    return open_


def cited(given: Given, reports: Iterable[KeptReport], deployed: Deployed) -> tuple[KeptReport | None, list[str]]:
    """Return the report that the signer has read, and what is wrong with it: it must be the newest of the release."""
    said = given.record.said
    assert said.sign_off is not None
    newest = sorted(reports, key=lambda r: r.finished, reverse=True)
    report = next((r for r in newest if r.sha256 == said.sign_off.report_sha256), None)
    if report is None:
        short = said.sign_off.report_sha256[:12]
        return None, [f"{given}: cites report {short}, which is not among the reports. Was it changed since?"]
    problems = []
    if report.release.get(deployed.product) != deployed.release:
        about = report.release.get(deployed.product, "another product")
        problems.append(f"{given}: cites {report}, which is about {about}, not {deployed.release}")
    later = [r for r in newest if r.finished > report.finished and deployed.product in r.release]
    if later:
        problems.append(f"{given}: cites {report}, and {later[0]} is newer. Read that, and sign anew")
    if said.date < newest[0].finished:
        problems.append(f"{given}: was signed {said.date:%Y-%m-%d %H:%M}Z, before {newest[0]} was finished")
    return report, problems


def shared(given: Given, others: Mapping[str, Given]) -> dict[str, str]:
    """Return other sign-off lines to who has signed both, as a person or with the same key."""
    found = {}
    for line, other in others.items():
        if line == given.record.said.line:
            continue
        if other.record.said.person == given.record.said.person:
            found[line] = given.record.said.person
        elif given.key and other.key == given.key:
            found[line] = f"the key {given.key[:15]} of {given.record.said.person}"
    return found


def missing_links(given: Given, follows: Iterable[str], others: Mapping[str, Given]) -> dict[str, str]:
    """Return line to why the sign-off that must precede this one does not."""
    said = given.record.said
    assert said.sign_off is not None
    named = {link.line: link.sha256 for link in said.sign_off.follows}
    found = {}
    for line in follows:
        other = others.get(line)
        if other is None:
            found[line] = "was not given"
        elif other.problems:
            found[line] = f"does not hold: {other.problems[0]}"
        elif line not in named:
            found[line] = "is not named by it"
        elif named[line] != other.sha256:
            found[line] = f"is another record now ({other.record.path.name})"
        elif other.record.said.date >= said.date:
            found[line] = f"was given later, {other.record.said.date:%Y-%m-%d %H:%M}Z"
    return found


def outside_window(given: Given, deployed: Deployed, now: datetime) -> str | None:
    """Say that the release goes live when nobody allowed it to. What was deployed before goes live now."""
    said = given.record.said
    assert said.sign_off is not None
    window = said.sign_off.window
    if window is None:
        return f"{given}: names no window in which the release may go live"
    moment = max(deployed.at, now) if deployed.at <= said.date else deployed.at
    if window.opens <= moment <= window.closes:
        return None
    return (
        f"{given}: the release goes live {moment:%Y-%m-%d %H:%M}Z, outside the window "
        f"{window.opens:%Y-%m-%d %H:%M}Z to {window.closes:%Y-%m-%d %H:%M}Z"
    )


def nobody(given: Given, people: Collection[str]) -> list[str]:
    """Say which of the people that the authorisation must name the on-call register does not know."""
    said = given.record.said.sign_off
    assert said is not None
    named = {
        "the deployment's lead": said.lead,
        "the emergency contact": said.emergency_contact,
        "who decides on a rollback": said.rollback_authority,
    }
    return [
        f"{given}: does not name {what}" if not who else f"{given}: {what}, {who}, is not in the on-call register"
        for what, who in named.items()
        if who not in people
    ]


def refuted(catalogue: Catalogue, line: Line, given: Given, report: KeptReport) -> list[str]:
    """Say which lines of the report speak against the sign-off, the first few with why."""
    found = unanswered(catalogue, line, report.verdicts, given.record.said.accepts)
    told = [f"{given}: {i} {why}" for i, why in list(found.items())[:LISTED]]
    return told + ([f"{given}: and {len(found) - LISTED} more lines"] if len(found) > LISTED else [])


def problems(
    line: Line,
    catalogue: Catalogue,
    given: Given,
    others: Mapping[str, Given],
    reports: Iterable[KeptReport],
    deployed: Deployed,
    people: Collection[str],
    now: datetime,
) -> list[str | None]:
    """Return everything that keeps a sign-off from holding.

    Args:
        others: sign-off line to its newest record, this one's too.
        people: addresses that the on-call register knows; only for lines that follow others.
    """
    said = given.record.said
    report, wrong = cited(given, reports, deployed)
    against = refuted(catalogue, line, given, report) if report is not None else []
    found: list[str | None] = [*given.problems, *undecided(given), *another_build(given, deployed), *wrong, *against]
    if not line.follows:
        both = shared(given, others)
        covers = sum(p.find("is about release") < 0 and p.find("is about commit") < 0 for p in given.problems)
        here = int(covers == len(given.problems))
        found += [
            line.limit("approval_age").problem((now - said.date) / DAY, of=given),
            line.limit("releases_covered").problem(here, of=given, hint=f"Have {deployed.release} signed"),
            line.limit("shared_signers").problem(len(both), of=given, hint="One person signs in one role"),
            *(f"{given}: {who} has signed {other} too" for other, who in both.items()),
        ]
        return found
    broken = missing_links(given, line.follows, others)
    both = shared(given, others)
    preceding = len(line.follows) - len(broken)
    found += [
        line.limit("validity").problem((said.expires - said.date) / HOUR, of=given),
        line.limit("preceding_approvals").problem(preceding, of=given, hint="Have it signed after all of them"),
        *(f"{given}: {other} {why}" for other, why in broken.items()),
        *(f"{given}: {who} has signed {other} too" for other, who in both.items()),
        outside_window(given, deployed, now),
        *nobody(given, people),
    ]
    if report is not None:
        found.append(line.limit("unaccepted_lines").problem(len(against), of=given))
    return found
