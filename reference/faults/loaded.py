"""Loaded data that does not hang together: rows that refer to nothing, letters that were lost, files that are gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.kept_data import LINE as KEPT
from reference.faults.ledger import PHRASES, SCHEMA, SEED
from reference.faults.schema import PRODUCT, TABLES, changed
from reference.faults.soundness import LINE as SOUND
from reference.faults.soundness import NOWHERE, ORPHAN
from reference.schema.canaries import AURASTUDIO_USERS, marker

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE = "AURA-6.2.1.3"
PROJECTS = f"postgres:{PRODUCT}:table:projects"
BUCKET = "aurastudio-assets"
ORPHANED = (
    f"insert into projects (id, user_id, title, actor_id) select '{ORPHAN}', id, 'Loaded', '{NOWHERE}'"  # noqa: S608
    " from user_profiles order by email limit 1"
)


@fault(
    name="aura-loaded-project-without-actor",
    breaks="a project was loaded whose actor was not",
    fails=[LINE, SOUND],
    message={
        LINE: r"1 rows of projects\.actor_id refer to no actor_dna\.id",
        SOUND: r"1 rows of projects break foreign key projects_actor_id_fkey",
    },
    touches=[PROJECTS],
)
def project_without_actor(deployment: Deployment) -> Iterator[None]:
    there = ["set local session_replication_role = replica", ORPHANED]
    with changed(deployment, PRODUCT, there, [f"delete from projects where id = '{ORPHAN}'"]):  # noqa: S608
        yield


@fault(
    name="aura-loaded-actor-without-key",
    breaks="a project's actor is not there, and the foreign key that would have told was dropped for the load",
    fails=[LINE, TABLES, SCHEMA],
    message={
        LINE: r"1 rows of projects\.actor_id refer to no actor_dna\.id",
        TABLES: r"projects: foreign key projects_actor_id_fkey .*does not exist",
        SCHEMA: r"constraint public\.projects\.projects_actor_id_fkey does not exist",
    },
    touches=[PROJECTS],
    hard=True,
)
def actor_without_key(deployment: Deployment) -> Iterator[None]:
    table, key = "alter table projects", "projects_actor_id_fkey"
    back = f"{table} add constraint {key} foreign key (actor_id) references actor_dna (id) on delete set null"
    there = [f"{table} drop constraint {key}", ORPHANED]
    with changed(deployment, PRODUCT, there, [f"delete from projects where id = '{ORPHAN}'", back]):  # noqa: S608
        yield


@fault(
    name="aura-loaded-letters-lost",
    breaks="a Tamil phrase was loaded through a character set that has no Tamil: it is question marks",
    fails=[LINE, SEED],
    message={
        LINE: r"1 texts of translation_cache\.translated_text lost their letters",
        SEED: r"translation_cache: row வரவேற்கிறோம் of the seed file is missing",
    },
    touches=[f"{PHRASES}:tamil"],
    hard=True,
)
def letters_lost(deployment: Deployment) -> Iterator[None]:
    phrase = "where source_text = 'Welcome' and source_language = 'en' and target_language = 'ta'"
    with deployment.sql(PRODUCT) as connection:
        row = connection.execute(f"select translated_text from translation_cache {phrase}").fetchone()  # noqa: S608
    assert row
    change = f"update translation_cache set translated_text = '{{}}' {phrase}"  # noqa: S608
    with changed(deployment, PRODUCT, [change.format("?" * len(row[0]))], [change.format(row[0])]):
        yield


@fault(
    name="aura-loaded-file-gone",
    breaks="rows are all right, and the file of one was not copied to the bucket",
    fails=[LINE, KEPT],
    message={
        LINE: r"asset_vault\.s3_url: users/\S+\.wav is not in bucket aurastudio-assets",
        KEPT: r"lost is 1, want == 0.*object users/\S+\.wav in bucket files",
    },
    touches=[f"aws:{PRODUCT}:s3:{BUCKET}:users"],
    hard=True,
)
def file_gone(deployment: Deployment) -> Iterator[None]:
    user, s3 = AURASTUDIO_USERS[0], deployment.aws(PRODUCT, "s3")
    key = f"users/{user.id}/{marker(user)}.wav"
    whole = s3.get_object(Bucket=BUCKET, Key=key)
    content, kept = whole["Body"].read(), {k: whole[k] for k in ("ServerSideEncryption", "SSEKMSKeyId") if k in whole}
    s3.delete_object(Bucket=BUCKET, Key=key)
    try:
        yield
    finally:
        s3.put_object(Bucket=BUCKET, Key=key, Body=content, **kept)
