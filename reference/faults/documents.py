"""Documents of operations that are gone, or that tell of another deployment."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

KEYS = "AURA-6.1.2.1"
STEPS = "AURA-6.1.2.4"
FOLDER = Path("docs") / "operations"


@contextmanager
def rewritten(
    deployment: Deployment, name: str, change: Callable[[str], str], product: str = "aurastudio"
) -> Iterator[None]:
    """Inside the block a document of a product's checkout reads otherwise. Raises RuntimeError if that changes
    nothing."""
    path = deployment.settings.part_folder("source") / product / FOLDER / name
    before = path.read_text()
    after = change(before)
    if after == before:
        raise RuntimeError(f"{name} is as it was")
    path.write_text(after)
    try:
        yield
    finally:
        path.write_text(before)


def without_section(text: str, heading: str) -> str:
    """The text without a section of level two, to the next of its level or the end."""
    return re.sub(rf"^## {re.escape(heading)}\n.*?(?=^## |\Z)", "", text, flags=re.MULTILINE | re.DOTALL)


@fault(
    name="aura-cache-keys-not-written-down",
    breaks="nothing is written about what the cache holds",
    fails=[KEYS],
    message=r"cache\.md#Key families has no table of key families",
    touches=["source:aurastudio:docs:cache"],
)
def cache_keys_not_written_down(deployment: Deployment) -> Iterator[None]:
    with rewritten(deployment, "cache.md", lambda text: without_section(text, "Key families")):
        yield


@fault(
    name="aura-cache-holds-state-of-jobs",
    breaks="the state of jobs lives in the cache for ever, where the document says that all can be made anew",
    fails=[KEYS],
    message=r"1 keys job_state:\.\.\. that never expire",
    touches=["redis:aurastudio:job_state"],
    hard=True,
)
def cache_holds_state(deployment: Deployment) -> Iterator[None]:
    with deployment.redis(deployment.settings.products["aurastudio"].cache_database) as cache:
        cache.set("job_state:render:7f3a", '{"step": 3}')
        try:
            yield
        finally:
            cache.delete("job_state:render:7f3a")


@fault(
    name="aura-redis-recovery-not-written-down",
    breaks="there is no procedure for a lost Redis",
    fails=[STEPS],
    message=r"recovery of redis: there is no .*#Redis",
    touches=["source:aurastudio:docs:recovery"],
)
def redis_recovery_not_written_down(deployment: Deployment) -> Iterator[None]:
    with rewritten(deployment, "recovery.md", lambda text: without_section(text, "Redis")):
        yield


@fault(
    name="aura-vectors-can-not-be-made-anew",
    breaks="the procedure for lost vectors has steps, and none of them makes vectors",
    fails=[STEPS],
    message=r"recovery of vectors .* has no command that rebuilds",
    touches=["source:aurastudio:docs:recovery"],
    hard=True,
)
def vectors_not_made_anew(deployment: Deployment) -> Iterator[None]:
    def change(text: str) -> str:
        text = re.sub(r"`psql [^`]*reindex[^`]*`", '`psql "$DATABASE_URL" -c "vacuum user_memory"`', text)
        return re.sub(r"`python -m api\.tools\.embed[^`]*`", "`python -m api.tools.status`", text)

    with rewritten(deployment, "recovery.md", change):
        yield


@fault(
    name="aura-recovery-names-a-retired-database",
    breaks="the procedure restores from a database instance that was retired",
    fails=[STEPS],
    message=r"database instance aurastudio-old of .*#PostgreSQL is not there",
    touches=["source:aurastudio:docs:recovery"],
    hard=True,
)
def recovery_names_retired_database(deployment: Deployment) -> Iterator[None]:
    old = "--source-db-instance-identifier aurastudio"
    with rewritten(deployment, "recovery.md", lambda text: text.replace(f"{old} ", f"{old}-old ")):
        yield
