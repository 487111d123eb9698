"""What is written about recovery, held against what is really there."""

from __future__ import annotations

from fixtures.aws.account import Account
from fixtures.documents import Documents
from fixtures.documents.families import families
from fixtures.documents.inventory import live_names
from fixtures.documents.recovery import STORES, procedure
from fixtures.redis import Store, Topology
from fixtures.redis.keyspace import sample
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from tests.judges.keyspace import family_of, unmapped
from tests.judges.recovery import procedure_problems, unknown_names

ENOUGH_KEYS = 10_000


@verifies("AURA-6.1.2.1")
def test_cached_key_families_say_how_they_come_back(
    line: Line, redis_primary: Store, redis_topology: Topology, documents: Documents
) -> None:
    place = documents.place("cache_keys")
    section = documents.section("cache_keys")
    known = families(section, place) if section else []
    seen = sample(redis_primary, ENOUGH_KEYS)
    problems: list[str | None] = []
    if not known:
        problems.append(f"{place} has no table of key families with source of truth, expiry and recovery")
    strange = unmapped(seen.keys, known)
    of = f"{len(seen.keys)} keys of {redis_primary}"
    problems.append(line.limit("unmapped_prefixes").problem(len(strange), of=of, hint="; ".join(strange)))
    staying = [key for key in seen.keys if key.seconds is None]
    for key in staying:
        family = family_of(key, known)
        if family and family.longest is not None:
            problems.append(f"{key.shown} never expires, though {place} says that {family} does")
        elif family and not family.backed_up:
            problems.append(f"{family} never expires and is in no backup, says {place}: '{family.recovery}'")
    group = redis_topology.group
    if group and any(family.longest is None for family in known) and not group.snapshot_retention:
        problems.append(f"{group}: keeps no snapshots, though {place} relies on backups for what never expires")
    conclude(problems)


@verifies("AURA-6.1.2.4")
def test_every_store_has_recovery_steps_that_fit(line: Line, aws: Account, documents: Documents) -> None:
    found = {store: procedure(documents, store) for store in STORES}
    complete, problems = 0, list[str | None]()
    for store, steps in found.items():
        place = documents.place(f"recovery_{store}")
        wrong = procedure_problems(store, steps, place)
        complete += not wrong
        problems += wrong
    problems.append(line.limit("stores_covered").problem(complete, of="recovery procedures that are complete"))
    names = live_names(aws)
    observed(aws, "names of what it holds", {kind: len(known) for kind, known in names.items()}, source="AWS lists")
    unknown = unknown_names([steps for steps in found.values() if steps], names)
    hint = "; ".join(unknown)
    problems.append(line.limit("unknown_resources").problem(len(unknown), of="recovery procedures", hint=hint))
    conclude(problems)
