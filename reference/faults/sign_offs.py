"""Sign-offs that are not there, not by who may, not about this release, or not about what their signer says."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import tomlkit

from reference.attestations import LEADS, Desk, digest
from reference.faults import fault
from reference.sign_offs import HOUR, path_of, reports, sign_all_off, sign_off, write_report

if TYPE_CHECKING:
    from reference.deployment import Deployment

DEVELOPMENT, INFRASTRUCTURE, SECURITY, QA, PRODUCT, CLIENTS, OPERATIONS, SPONSOR, CTO, CEO = LEADS
CHAIN = [CTO, CEO]
# Those who sign after a lead find that what they have seen does not hold; each such fault turns theirs too.
BROKEN_CHAIN = r"SEI-6\.\d\.\d (does not hold|was not given|is another record now)"
TOUCHES = "attestations:sign-offs"
BRIEFING = "SEI-2.3.1.2.4"
"""It has its figures from the same report."""
UNBRIEFED = {BRIEFING: r"its figures are of a report that is not among the reports"}


def _messages(lines: list[str], pattern: str) -> dict[str, str]:
    return dict.fromkeys(lines, pattern) | {line: BROKEN_CHAIN for line in CHAIN if line not in lines}


@contextmanager
def _desk(deployment: Deployment) -> Iterator[tuple[Desk, Path, Path]]:
    """The desk, the plan and the report that was read; after the block every file is as before."""
    desk = Desk(deployment.settings, "seiketsu")
    plan = deployment.settings.part_folder("terraform") / "seiketsu" / "plan.out"
    files = {path: path.read_bytes() for path in _files(desk)}
    try:
        yield desk, plan, reports(desk) / "verification.json"
    finally:
        for path in _files(desk):
            if path not in files:
                path.unlink()
        for path, content in files.items():
            path.write_bytes(content)


def _files(desk: Desk) -> list[Path]:
    found = [*desk.folder.glob("sign-off-*"), *reports(desk).glob("*.json")]
    return [*found, desk.folder / "roles.toml", desk.folder / "allowed_signers"]


def _remove(desk: Desk, line: str) -> None:
    path = path_of(desk, line)
    path.unlink()
    path.with_name(path.name + ".sig").unlink(missing_ok=True)


def _role_of(document: Any, line: str) -> Any:
    return next(row for row in document["role"] if row["name"] == LEADS[line][0])


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@fault(
    name="sei-sign-off-development-missing",
    breaks="the record of the Development Team Lead's approval is gone",
    fails=[DEVELOPMENT, *CHAIN],
    message=_messages([DEVELOPMENT], r"hold no sign-off of SEI-6\.1\.1"),
    touches=TOUCHES,
)
def development_missing(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, _, _):
        _remove(desk, DEVELOPMENT)
        yield


@fault(
    name="sei-sign-off-development-of-another-commit",
    breaks="the Development Team Lead's approval is valid, for the commit before",
    fails=[DEVELOPMENT, *CHAIN],
    message=_messages([DEVELOPMENT], r"is about commit [0-9a-f]{7}, not"),
    touches=TOUCHES,
    hard=True,
)
def development_of_another_commit(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, plan, report):
        before = desk.settings.products["seiketsu"].release.commit[::-1]
        sign_off(desk, DEVELOPMENT, report, plan, commit=before)
        yield


@fault(
    name="sei-sign-off-infrastructure-by-a-strange-key",
    breaks="the infrastructure approval is signed with a key that nobody registered",
    fails=[INFRASTRUCTURE, *CHAIN],
    message=_messages([INFRASTRUCTURE], r"its signature is not tomas@"),
    touches=TOUCHES,
)
def infrastructure_by_a_strange_key(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, plan, report):
        desk.make_key("stranger")
        sign_off(desk, INFRASTRUCTURE, report, plan, by="stranger", person=desk.address("tomas"))
        yield


@fault(
    name="sei-sign-off-infrastructure-of-an-older-plan",
    breaks="the infrastructure approval names the right images, and the plan of an earlier change",
    fails=[INFRASTRUCTURE, *CHAIN],
    message=_messages([INFRASTRUCTURE], r"is about plan 0{12}, the release's is"),
    touches=TOUCHES,
    hard=True,
)
def infrastructure_of_an_older_plan(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, plan, report):
        sign_off(desk, INFRASTRUCTURE, report, plan, sign_off__plan_sha256="0" * 64)
        yield


@fault(
    name="sei-sign-off-security-before-the-report",
    breaks="the security approval was signed before the newest report was finished",
    fails=[SECURITY, *CHAIN],
    message=_messages([SECURITY], r"was signed \S+ \S+Z, before report verification\.json was finished"),
    touches=TOUCHES,
)
def security_before_the_report(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, plan, report):
        sign_off(desk, SECURITY, report, plan, date=_now() - 12 * HOUR)
        yield


@fault(
    name="sei-sign-off-security-role-ended",
    breaks="the Security Team Lead signed a day after the role had ended",
    fails=[SECURITY, *CHAIN],
    message=_messages([SECURITY], r"did not have the role Security Team Lead on"),
    touches=TOUCHES,
    hard=True,
)
def security_role_ended(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, _, _):
        path = desk.folder / "roles.toml"
        document = tomlkit.parse(path.read_text())
        _role_of(document, SECURITY)["until"] = _now() - timedelta(days=1)
        path.write_text(tomlkit.dumps(document))
        yield


@fault(
    name="sei-sign-off-security-by-the-developer",
    breaks="one person holds two roles, and has signed as Development and as Security Team Lead",
    fails=[DEVELOPMENT, SECURITY, *CHAIN],
    message=_messages([DEVELOPMENT, SECURITY], r"aiko@\S+ has signed SEI-6\.1\.[13] too"),
    touches=TOUCHES,
    hard=True,
)
def security_by_the_developer(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, plan, report):
        path = desk.folder / "roles.toml"
        document = tomlkit.parse(path.read_text())
        _role_of(document, SECURITY)["person"] = desk.address("aiko")
        path.write_text(tomlkit.dumps(document))
        sign_off(desk, SECURITY, report, plan, by="aiko")
        yield


@fault(
    name="sei-sign-off-report-changed",
    breaks="the report that everybody has read was changed by a byte afterwards",
    fails=[*LEADS, BRIEFING],
    message=dict.fromkeys(LEADS, r"cites report [0-9a-f]{12}, which is not among the reports") | UNBRIEFED,
    touches=TOUCHES,
)
def report_changed(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (_, _, report):
        report.write_text(report.read_text() + "\n")
        yield


@fault(
    name="sei-sign-off-of-what-was-skipped",
    breaks="all have signed a report in which nothing failed, since a line that QA answers for was not verified",
    fails=[QA, *CHAIN, BRIEFING],
    message=dict.fromkeys([QA, *CHAIN], r"SEI-2\.3\.1\.1\.1 is unverified and not among the accepted risks")
    | UNBRIEFED,
    touches=TOUCHES,
    hard=True,
)
def signed_what_was_skipped(deployment: Deployment) -> Iterator[None]:
    # Infrastructure answers for 2.1, Client Success for 2.2: of 2.3.1.1 just QA speaks, and the officers of all.
    with _desk(deployment) as (desk, plan, _):
        sign_all_off(desk, plan, write_report(desk, changes={"SEI-2.3.1.1.1": "unverified"}))
        yield


@fault(
    name="sei-sign-off-product-without-date",
    breaks="the date of the product approval was left empty",
    fails=[PRODUCT, *CHAIN],
    message=_messages([PRODUCT], r"record sign-off-product-manager\.toml: date: "),
    touches=TOUCHES,
)
def product_without_date(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, plan, report):
        sign_off(desk, PRODUCT, report, plan, date="")
        yield


@fault(
    name="sei-sign-off-product-conditional",
    breaks="the product approval is one, subject to something that is still open",
    fails=[PRODUCT, *CHAIN],
    message=_messages([PRODUCT], r"is conditional, it says 'subject to'"),
    touches=TOUCHES,
    hard=True,
)
def product_conditional(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, plan, report):
        sign_off(desk, PRODUCT, report, plan, statement="Approved subject to the new onboarding being translated.")
        yield


@fault(
    name="sei-sign-off-clients-by-somebody-else",
    breaks="the client success approval names a person who does not have the role",
    fails=[CLIENTS, *CHAIN],
    message=_messages([CLIENTS], r"jonas@\S+ does not have the role Client Success Manager"),
    touches=TOUCHES,
)
def clients_by_somebody_else(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, plan, report):
        sign_off(desk, CLIENTS, report, plan, by="jonas")
        yield


@fault(
    name="sei-sign-off-clients-by-the-predecessor",
    breaks="the client success approval is by who held the role until last week",
    fails=[CLIENTS, *CHAIN],
    message=_messages([CLIENTS], r"oscar@\S+ did not have the role Client Success Manager on"),
    touches=TOUCHES,
    hard=True,
)
def clients_by_the_predecessor(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, _, _):
        path = desk.folder / "roles.toml"
        document = tomlkit.parse(path.read_text())
        old = _role_of(document, CLIENTS)
        new = dict(old) | {"person": desk.address("jonas"), "since": _now() - timedelta(days=7)}
        old["until"] = new["since"]
        document["role"].append(tomlkit.item(new))
        path.write_text(tomlkit.dumps(document))
        yield


@fault(
    name="sei-sign-off-operations-expired",
    breaks="the operations approval expired yesterday",
    fails=[OPERATIONS, *CHAIN],
    message=_messages([OPERATIONS], r"expired on \d{4}-\d\d-\d\d"),
    touches=TOUCHES,
)
def operations_expired(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, plan, report):
        sign_off(desk, OPERATIONS, report, plan, expires=_now() - timedelta(days=1))
        yield


@fault(
    name="sei-sign-off-operations-of-tomorrow",
    breaks="the operations approval has a time of the wrong zone, so that it was given in the future",
    fails=[OPERATIONS, *CHAIN],
    message=_messages([OPERATIONS], r"is dated \S+ \S+Z, which is yet to come"),
    touches=TOUCHES,
    hard=True,
)
def operations_of_tomorrow(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, plan, report):
        there = (_now() + HOUR).replace(tzinfo=timezone(timedelta(hours=-9)))
        sign_off(desk, OPERATIONS, report, plan, date=there)
        yield


@fault(
    name="sei-sign-off-sponsor-taken-back",
    breaks="the sponsor has taken the approval back",
    fails=[SPONSOR, *CHAIN],
    message=_messages([SPONSOR], r"was taken back on \S+: The budget was cut"),
    touches=TOUCHES,
)
def sponsor_taken_back(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, _, _):
        path = desk.folder / "roles.toml"
        taken = {"sha256": digest(path_of(desk, SPONSOR)), "on": _now() - HOUR, "reason": "The budget was cut."}
        path.write_text(path.read_text() + tomlkit.dumps({"revoked": [taken]}))
        yield


@fault(
    name="sei-sign-off-sponsor-omits-a-risk",
    breaks="a line is waived that is not among the risks which the sponsor accepts",
    fails=[SPONSOR],
    message=r"SEI-2\.3\.2\.1\.4 is waived and not among the accepted risks",
    touches=TOUCHES,
    hard=True,
)
def sponsor_omits_a_risk(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, plan, report):
        sign_all_off(desk, plan, report, SEI_6_2_4={"accepts": []})
        yield


@fault(
    name="sei-sign-off-cto-missing",
    breaks="the record of the CTO's authorisation is gone",
    fails=CHAIN,
    message={CTO: r"hold no sign-off of SEI-6\.3\.1", CEO: r"SEI-6\.3\.1 was not given"},
    touches=TOUCHES,
)
def cto_missing(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, _, _):
        _remove(desk, CTO)
        yield


@fault(
    name="sei-sign-off-cto-before-a-lead",
    breaks="the CTO signed before one of the eight had",
    fails=CHAIN,
    message={CTO: r"SEI-6\.2\.1 was given later", CEO: r"SEI-6\.3\.1 is another record now"},
    touches=TOUCHES,
    hard=True,
)
def cto_before_a_lead(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, plan, report):
        sign_off(desk, PRODUCT, report, plan, date=_now() - 4 * HOUR)
        sign_off(desk, CTO, report, plan)
        yield


@fault(
    name="sei-sign-off-cto-accepts-a-leak",
    breaks="the CTO accepts as a risk what keeps tenants apart, which nobody can",
    fails=CHAIN,
    message={CTO: r"SEI-2\.2\.2\.1\.2 is accepted as a risk, and no line of its kind can be", CEO: BROKEN_CHAIN},
    touches=TOUCHES,
    hard=True,
)
def cto_accepts_a_leak(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, plan, report):
        sign_off(desk, CTO, report, plan, accepts=["SEI-2.3.2.1.4", "SEI-2.2.2.1.2"])
        yield


@fault(
    name="sei-sign-off-ceo-of-another-release",
    breaks="the CEO's authorisation is for another release",
    fails=[CEO],
    message=r"is about release 1\.3\.9, not 1\.4\.0",
    touches=TOUCHES,
)
def ceo_of_another_release(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, plan, report):
        sign_off(desk, CEO, report, plan, release="1.3.9")
        yield


@fault(
    name="sei-sign-off-ceo-with-the-key-of-the-cto",
    breaks="the CEO's authorisation is signed with the CTO's key, which is registered for both",
    fails=CHAIN,
    message=r"the key SHA256:\S+ of (victor|noor)@\S+ has signed SEI-6\.3\.[12] too",
    touches=TOUCHES,
    hard=True,
)
def ceo_with_the_key_of_the_cto(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, plan, report):
        with (desk.folder / "allowed_signers").open("a") as signers:
            signers.write(f'{desk.address("victor")} namespaces="golive" {desk.make_key("noor").read_text()}')
        sign_off(desk, CEO, report, plan, by="noor", person=desk.address("victor"))
        yield


@fault(
    name="sei-sign-off-built-anew",
    breaks="the release was built anew under the same tag after all had signed",
    fails=list(LEADS),
    message=r"does not name image sha256:[0-9a-f]{12}, which runs",
    touches=TOUCHES,
    hard=True,
)
def built_anew(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, plan, report):
        old = {"sign_off__images": [f"sha256:{'0' * 64}", f"sha256:{'1' * 64}"]}
        sign_all_off(desk, plan, report, **{line.replace("-", "_").replace(".", "_"): old for line in LEADS})
        yield


@fault(
    name="sei-sign-off-ceo-outside-the-window",
    breaks="the release goes live after the window that the CEO allowed",
    fails=[CEO],
    message=r"goes live \S+ \S+Z, outside the window",
    touches=TOUCHES,
    hard=True,
)
def ceo_outside_the_window(deployment: Deployment) -> Iterator[None]:
    with _desk(deployment) as (desk, plan, report):
        window = {"opens": _now() - 6 * HOUR, "closes": _now() - HOUR}
        sign_off(desk, CEO, report, plan, sign_off__window=window)
        yield
