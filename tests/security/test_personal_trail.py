"""Who read or changed what somebody told the product is on record, also past the product, and nobody can change it."""

from __future__ import annotations

import pytest
from psycopg import sql

from fixtures.api import ApiClient
from fixtures.aws.buckets import Bucket
from fixtures.aws.trail import Trail
from fixtures.postgres import Database
from fixtures.privacy.person import Person, temporary_person
from fixtures.tenancy.audited import alterations
from fixtures.tenancy.temporary import expected
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.privacy import PersonalTrail, Privacy
from golive.target.product import configured
from golive.target.stores import Postgres
from golive.verdict import NotConfigured, Unobservable
from tests.judges.personal_trail import Entry, unrecorded, unwatched


@verifies("AURA-8.2.2.4")
@pytest.mark.writes
def test_accesses_to_what_is_personal_are_on_record(
    line: Line,
    target: ProductTarget,
    api: ApiClient,
    app_database: Database,
    all_rows: Database,
    privacy: Privacy,
    buckets: Found[Bucket],
    cloudtrail: Trail,
) -> None:
    settings = configured(target.postgres, f"{line.product}.postgres")
    trail = configured(privacy.trail, f"{line.product}.privacy.trail")
    if trail.word not in privacy.data:
        raise NotConfigured(f"privacy.trail is of {trail.word}, which privacy.data lacks")
    with temporary_person(api) as person:
        person.leave_behind({trail.word: privacy.data[trail.word]})
        thing = person.ids[-1]
        made = _played(trail, settings, person, thing, app_database)
        entries = _entries(all_rows, trail, person)
        tried = list(alterations(app_database, settings, trail.table, person.id))
    lacking = unrecorded(made, entries)
    accepted = [what for what, done in tried if done]
    watched = [bucket for bucket in buckets if bucket.word == trail.bucket]
    if not watched:
        raise NotConfigured(f"no bucket {trail.bucket} is described", f"Add it to [{line.product}.aws.buckets]")
    unseen = unwatched(cloudtrail.recorded_objects, watched[0].name)
    share = 100 * (len(made) - len(lacking)) / len(made)
    hint = f"The application's role may do {', '.join(accepted)} there: let it insert and read alone"
    conclude(
        [
            *(f"{what} is not on record in {trail.table}: {why}" for what, why in lacking.items()),
            line.limit("accesses_recorded").problem(round(share, 1), of=f"{len(made)} accesses to a {trail.word}"),
            line.limit("alterable_records").problem(len(accepted), of=f"table {trail.table}", hint=hint),
            *(f"{cloudtrail} does not record who does {kind} on objects of {watched[0]}" for kind in unseen),
            None if cloudtrail.logging else f"{cloudtrail} is not logging. Start it",
        ]
    )


def _played(
    trail: PersonalTrail, settings: Postgres, person: Person, thing: str, application: Database
) -> list[tuple[str, Entry]]:
    """Read, change and remove the thing, the change by SQL between; return what must be on record."""
    made = []
    operations = list(trail.accesses.items())
    planted = [o for o, _ in operations if person.api.operation(o).method == "POST"]
    for operation, event in operations:
        what = person.api.operation(operation)
        if operation == operations[-1][0]:
            made.append(("a change by SQL", _changed(trail, settings, person, thing, application)))
        if operation not in planted:
            answer = expected(person.api, person.call(operation, id=thing, text=person.mark, count=5), operation)
            if what.method == "GET" and thing not in answer.text:
                raise Unobservable(f"{answer} does not show the thing, so that no reading of it is due")
        made.append((operation, Entry(event, thing, person.id)))
    return made


def _changed(trail: PersonalTrail, settings: Postgres, person: Person, thing: str, application: Database) -> Entry:
    """Overwrite a column with what is in it, as somebody with the application's login would who goes past it."""
    table, _, column = trail.row.partition(".")
    query = sql.SQL("update {t} set {c} = {c} where id::text = {i}").format(
        t=sql.Identifier(application.schema, table), c=sql.Identifier(column), i=sql.Literal(thing)
    )
    with application.connect() as connection:
        who = connection.execute("select session_user::text as login").fetchone()
        with connection.transaction():
            if settings.tenant_setting:
                connection.execute("select set_config(%s, %s, true)", [settings.tenant_setting, person.id])
            changed = connection.execute(query).rowcount
    if changed != 1 or who is None:
        raise Unobservable(f"{changed} rows of {table} were changed instead of one", "Correct privacy.trail.row")
    observed(application, "rows changed past the product", changed, source="SQL UPDATE")
    return Entry(trail.by_sql, thing, "", str(who["login"]))


def _entries(every_row: Database, trail: PersonalTrail, person: Person) -> list[Entry]:
    columns = [sql.Identifier(c) for c in (trail.event, trail.object, trail.actor)]
    query = sql.SQL(
        "select {}::text as event, {}::text as thing, {}::text as actor, ({})::text as login from {}"
        " where {}::text = {}"
    ).format(
        *columns, sql.SQL(trail.login), sql.Identifier(every_row.schema, trail.table), sql.Identifier(trail.owner),
        sql.Literal(person.id),
    )  # fmt: skip
    rows = every_row.rows(query.as_string(), fresh=True)
    observed(every_row, f"entries of {person}", len(rows), source=f"SQL {trail.table}")
    return [Entry(r["event"] or "", r["thing"] or "", r["actor"] or "", r["login"] or "") for r in rows]
