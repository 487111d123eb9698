"""Seeds that are missing, changed, hidden, or without their pictures."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from psycopg import sql
from psycopg.types.json import Jsonb

from reference.faults import fault
from reference.schema.canaries import AURASTUDIO_USERS

if TYPE_CHECKING:
    from reference.deployment import Deployment

DATABASE = "aurastudio"
AVATARS, EFFECTS = "actor_dna", "effect_library"
AVATAR_ROWS, EFFECT_ROWS = f"postgres:{DATABASE}:table:{AVATARS}", f"postgres:{DATABASE}:table:{EFFECTS}"


def _without(deployment: Deployment, table: str, name: str, instead: dict[str, object] | None = None) -> Iterator[None]:
    """Take a seeded row away, or put `instead` in the place of some of its columns; in the end it is as before."""
    find = sql.SQL("SELECT to_jsonb(t) FROM {} t WHERE name = %s AND user_id IS NULL").format(sql.Identifier(table))
    away = sql.SQL("DELETE FROM {} WHERE id = %s").format(sql.Identifier(table))
    put = sql.SQL("INSERT INTO {0} SELECT * FROM jsonb_populate_record(NULL::{0}, %s)").format(sql.Identifier(table))
    with deployment.sql(DATABASE) as connection:
        found = connection.execute(find, (name,)).fetchone()
        if found is None:
            raise RuntimeError(f"{table} has no seeded row {name}")
        row = found[0]
        connection.execute(away, (row["id"],))
        if instead:
            connection.execute(put, (Jsonb(row | instead),))
    try:
        yield
    finally:
        with deployment.sql(DATABASE) as connection:
            connection.execute(away, (row["id"],))
            connection.execute(put, (Jsonb(row),))


@fault(
    name="aura-seed-avatar-missing",
    breaks="one of the stock avatars is deleted",
    fails=["AURA-6.2.1.1"],
    message=r"table actor_dna lacks Luna",
    touches=AVATAR_ROWS,
)
def avatar_missing(deployment: Deployment) -> Iterator[None]:
    yield from _without(deployment, AVATARS, "Luna")


@fault(
    name="aura-seed-avatar-soft-deleted",
    breaks="five stock avatars are in the table, one of them marked as deleted",
    fails=["AURA-6.2.1.1"],
    message=r"table actor_dna lacks Kai",
    touches=AVATAR_ROWS,
    hard=True,
)
def avatar_soft_deleted(deployment: Deployment) -> Iterator[None]:
    yield from _without(deployment, AVATARS, "Kai", {"deleted_at": "2026-01-01T00:00:00Z"})


@fault(
    name="aura-seed-avatar-renamed",
    breaks="five stock avatars are in the table, one of them under another name",
    fails=["AURA-6.2.1.1"],
    message=r"table actor_dna lacks Orion\n.*has Aria copy, which the target does not name",
    touches=AVATAR_ROWS,
    hard=True,
)
def avatar_renamed(deployment: Deployment) -> Iterator[None]:
    yield from _without(deployment, AVATARS, "Orion", {"name": "Aria copy"})


@fault(
    name="aura-seed-avatar-without-shapes",
    breaks="a stock avatar has no blend shapes",
    fails=["AURA-6.2.1.1"],
    message=r"avatar Sage has no blend_shapes",
    touches=AVATAR_ROWS,
    hard=True,
)
def avatar_without_shapes(deployment: Deployment) -> Iterator[None]:
    yield from _without(deployment, AVATARS, "Sage", {"blend_shapes": {}})


@fault(
    name="aura-seed-thumbnail-forbidden",
    breaks="the thumbnail of a stock avatar answers 403",
    fails=["AURA-6.2.1.1"],
    message=r"avatar Aria \S*/aria/\S+ answers 403",
    touches="app:aurastudio:behaviour:thumbnail",
    hard=True,
)
def thumbnail_forbidden(deployment: Deployment) -> Iterator[None]:
    switch = "status:/api/avatars/aria/"
    deployment.behave("aurastudio", {switch: 403})
    try:
        yield
    finally:
        deployment.behave("aurastudio", {switch: None})


@fault(
    name="aura-seed-effect-missing",
    breaks="one of the effect presets is deleted",
    fails=["AURA-6.2.1.2"],
    message=r"table effect_library lacks Chipmunk",
    touches=EFFECT_ROWS,
)
def effect_missing(deployment: Deployment) -> Iterator[None]:
    yield from _without(deployment, EFFECTS, "Chipmunk")


@fault(
    name="aura-seed-effect-parameter-changed",
    breaks="four effect presets are there, one with another formant",
    fails=["AURA-6.2.1.2"],
    message=r"Trickster \(Default\): formant_shift is 1(\.0+)?, want 0\.65",
    touches=EFFECT_ROWS,
    hard=True,
)
def effect_parameter_changed(deployment: Deployment) -> Iterator[None]:
    yield from _without(deployment, EFFECTS, "Trickster (Default)", {"formant_shift": 1.0})


@fault(
    name="aura-seed-effect-belongs-to-a-user",
    breaks="four effect presets are there, one belongs to a user, so that others don't see it",
    fails=["AURA-6.2.1.2"],
    message=r"table effect_library lacks Slow Motion",
    touches=EFFECT_ROWS,
    hard=True,
)
def effect_belongs_to_a_user(deployment: Deployment) -> Iterator[None]:
    yield from _without(deployment, EFFECTS, "Slow Motion", {"user_id": str(AURASTUDIO_USERS[0].id)})
