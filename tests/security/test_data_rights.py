"""Somebody in the European Union gets what is theirs: nothing without consent, a copy, a correction, an end."""

from __future__ import annotations

import time
from typing import Any

import pytest
from bs4 import BeautifulSoup

from fixtures.api import ApiClient
from fixtures.aws.account import Account
from fixtures.documents import Documents
from fixtures.documents.parts import days_since, reviewed
from fixtures.pages import Library
from fixtures.postgres import Database
from fixtures.privacy.person import Person, temporary_person
from fixtures.privacy.stored import stored
from fixtures.privacy.traces import Search
from fixtures.web import Page, Site
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.privacy import Privacy
from golive.target.product import configured
from golive.target.stores import Postgres
from golive.verdict import Unobservable
from tests.judges.data_rights import (
    foreign,
    leaves,
    not_exported,
    objects_not_exported,
    transfer_problem,
    uninvited,
    without_contract,
)
from tests.readiness.third_parties import providers

LOADING = {"script": "src", "img": "src", "iframe": "src", "link": "href", "embed": "src", "video": "src"}


@verifies("AURA-8.2.1.3")
@pytest.mark.writes
@pytest.mark.timeout(240)
def test_people_have_their_rights(
    line: Line,
    target: ProductTarget,
    api: ApiClient,
    all_rows: Database,
    privacy: Privacy,
    search: Search,
    site: Site,
    pages: Library,
    documents: Documents,
    aws: Account,
) -> None:
    settings = configured(target.postgres, f"{line.product}.postgres")
    with temporary_person(api) as person:
        person.leave_behind(privacy.data)
        problems = [
            *_strangers(target, privacy, site),
            *_choices(privacy, person),
            *_export_problems(line, privacy, settings, all_rows, search, person),
            *_correction_problems(settings, all_rows, person),
            *_end(person),
        ]
    conclude([*problems, *_papers(line, target, pages, documents, aws)])


def _strangers(target: ProductTarget, privacy: Privacy, site: Site) -> list[str]:
    """What the site does to somebody who has consented to nothing."""
    web = configured(target.web, "web")
    found = []
    for path in Found("public pages", web.public_paths, source="the target", remedy="Give web.public_paths"):
        page = site.get(path, fresh=True)
        if page.status != 200:
            raise Unobservable(f"{page} answered {page.status}", "Correct web.public_paths")
        set_at_once = _cookies(page)
        observed(str(page), "cookies", [c.partition("=")[0] for c in set_at_once], source="Set-Cookie")
        found += [
            f"{page} sets the cookie {c} before anybody has consented" for c in uninvited(set_at_once, privacy.cookies)
        ]
        soup = BeautifulSoup(page.text, "html.parser")
        urls = [str(tag[name]) for kind, name in LOADING.items() for tag in soup.find_all(kind) if tag.get(name)]
        away = [url for url in urls if url.startswith(("http://", "https://"))]
        allowed = [*privacy.origins, *([web.api_origin] if web.api_origin else [])]
        found += [f"{page} loads from {o} before anybody has consented" for o in foreign(away, site.base_url, allowed)]
    return found


def _cookies(page: Page) -> list[str]:
    headers: Any = page.response.raw.headers
    return list(headers.getlist("Set-Cookie"))


def _choices(privacy: Privacy, person: Person) -> list[str]:
    """What becomes of consents that are given and taken back, and of an objection."""
    found = []

    def granted() -> list[Any]:
        return list(person.call("consents").field("granted"))

    if assumed := granted():
        found.append(f"a new account has consented to {', '.join(map(str, assumed))}, and nobody has asked")
    for purpose in Found("purposes", privacy.purposes, source="the target", remedy="Give privacy.purposes"):
        person.call("consent_change", purpose=purpose, granted=True)
        if purpose not in granted():
            raise Unobservable(f"a consent to {purpose} is not kept", "Correct privacy.purposes")
        person.call("consent_change", purpose=purpose, granted=False)
        if purpose in granted():
            found.append(f"the consent to {purpose} stays when it is taken back")
    if privacy.objection is None:
        return found
    right = privacy.objection
    if not person.call(right.stops).all("items"):
        raise Unobservable(f"{right.stops} shows nothing before the objection", "Leave something for it: privacy.data")
    made = person.call("objection_make", purpose=right.purpose)
    if made.status != person.api.operation("objection_make").status:
        found.append(f"nobody can object to {right.purpose}: {made}")
    elif still := person.call(right.stops).all("items"):
        found.append(f"{right.stops} still shows {len(still)} after the objection to {right.purpose}")
    return found


def _export_problems(
    line: Line, privacy: Privacy, settings: Postgres, every_row: Database, search: Search, person: Person
) -> list[str | None]:
    """What the copy of everything lacks."""
    held = stored(every_row, settings, person.id)  # before: the export itself is on record afterwards
    keys = [key for found in search.object_keys(person.id).values() for key in found]
    if not any(held.values()) or not keys:
        raise Unobservable(f"nothing of {person} is stored, so that any export would be complete", "See privacy.data")
    begun = time.monotonic()
    answer = person.call("account_export", timeout=60)
    minutes = round((time.monotonic() - begun) / 60, 3)
    if answer.status != person.api.operation("account_export").status:
        return [f"nobody gets a copy of their data: {answer}"]
    texts = list(leaves(answer.json))
    lacking = not_exported(held, texts, privacy.withheld)
    lost = objects_not_exported(keys, texts)
    of = f"the export of {person}"
    total = sum(lacking.values()) + len(lost)
    return [
        *(f"the export lacks {count} of what is in {column}" for column, count in lacking.items()),
        *([f"the export leads to none of {len(lost)} recordings or files of {len(keys)}"] if lost else []),
        line.limit("export_differences").problem(total, of=of),
        line.limit("export_time").problem(minutes, of=of),
        line.limit("legal_export_time").problem(round(minutes / 1440, 4), of=of),
    ]


def _correction_problems(settings: Postgres, every_row: Database, person: Person) -> list[str]:
    """What of a wrong name is still there after it was corrected."""
    wrong, right = str(person.call("profile").field("name")), f"Sam {person.mark}"
    answer = person.call("profile_change", name=right)
    if answer.status != person.api.operation("profile_change").status:
        return [f"nobody can correct their name: {answer}"]
    shown = person.call("profile").field("name")
    found = [] if shown == right else [f"a corrected name is answered {answer.status} and is not shown by profile"]
    old = [c for c, texts in stored(every_row, settings, person.id).items() if any(wrong in t for t in texts)]
    return [*found, *(f"{column} still holds the name of before the correction" for column in old)]


def _end(person: Person) -> list[str]:
    answer = person.erase()
    if not person.gone:
        return [f"nobody can delete their account: {answer}"]
    again = person.api.call("sign_in", identity=person.name, token=None)
    return [f"who deleted the account can still sign in: {again}"] if again.status < 400 else []


def _papers(line: Line, target: ProductTarget, pages: Library, documents: Documents, aws: Account) -> list[str | None]:
    """What the policy and the record of processing do not say."""
    policy = pages.page("privacy")
    if policy.absent:
        return [f"{policy} {policy.absent}: there is no privacy policy"]
    observed(aws, "region", aws.region, source="the target")
    place, record = documents.place("processing_record"), documents.section("processing_record")
    if record is None:
        return [transfer_problem(aws.region, policy.text), f"{place} is missing: there is no record of processing"]
    rows = [row for part in record.walk() for table in part.tables for row in table]
    processors = [*providers(target), "AWS"]
    day = reviewed(record)
    return [
        transfer_problem(aws.region, policy.text),
        *(f"{place} has no link to a contract with {name}" for name in without_contract(processors, rows)),
        f"{place} does not say when it was reviewed (`Reviewed: 2026-10-13`)"
        if day is None
        else line.limit("record_age").problem(max(days_since(day), 0.0), of=f"{place}, reviewed on {day}"),
    ]
