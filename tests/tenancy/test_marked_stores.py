"""Synthetic tenants have something marked in every store: without that, to find nothing of another's shows nothing."""

from __future__ import annotations

import secrets as random

import pytest

from fixtures.api import ApiClient
from fixtures.aws.buckets import Bucket
from fixtures.parallel import each
from fixtures.postgres import Database
from fixtures.redis import Store
from fixtures.tenancy.creation import creation
from fixtures.tenancy.life import left_of
from fixtures.tenancy.planting import LARGE, Places, Planting
from fixtures.tenancy.temporary import ADMIN
from fixtures.tenancy.things import owners
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges import planting as judge

WORDS = {"small": 1, "large": LARGE, "twin": 1}
"""Tenants of this run, and how many things of one kind they have; small and twin have such of one name."""


@verifies("SEI-2.2.2.1.1")
@pytest.mark.writes
@pytest.mark.timeout(240)
def test_every_store_holds_a_mark_of_each_synthetic_tenant(
    line: Line,
    target: ProductTarget,
    api: ApiClient,
    app_database: Database,
    all_rows: Database,
    redis_primary: Store,
    buckets: Found[Bucket],
) -> None:
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    settings = configured(target.postgres, f"{line.product}.postgres")
    if not tenancy.stores or not tenancy.plans:
        raise NotConfigured(f"the target has no {line.product}.tenancy.stores", "Say where tenants' data is kept")
    places = Places(all_rows, settings, redis_primary, {b.word: b for b in buckets}, tenancy)
    nonce = random.token_hex(5)
    standing = {str(owner): places.empty_for(owner.id) for owner in owners(api)}
    with creation(api, "marked") as made:
        people = [made.person(a) for a in each(lambda _: made.make(plan=tenancy.plans[0]), WORDS)]
        planted = [
            Planting(tenant, word, nonce, tenancy, many)
            for tenant, (word, many) in zip(people, WORDS.items(), strict=True)
        ]
        answers = each(lambda p: p.plant(), planted)
        same = each(lambda p: p.api.call("create_lead", identity=ADMIN, name=nonce, text=nonce,
                                         email=f"{p.word}@example.com").status, [planted[0], planted[2]])  # fmt: skip
        looked = each(lambda pair: pair[0].marks(places, pair[1]), zip(planted, answers, strict=True))
        marks = [mark for found in looked for mark in found]
        unpaid = {p.word: places.synthetic(p.tenant.id) for p in planted}
        prefixes = [{b: tenancy.objects[b.word].replace("{tenant}", t.id) for b in buckets if b.word in tenancy.objects}
                    for t in people]  # fmt: skip
    if not all(200 <= status < 300 for status in same):
        raise Unobservable(f"two tenants can't have a lead of one name: {same}")
    rows = [
        f"{s.row} holds {n} rows" for s in tenancy.stores.values() if s.row and (n := places.rows(s.row, None, nonce))
    ]
    left = [f"{x.count} of tenant {t.id} in {x.where}" for t, p in zip(people, prefixes, strict=True)
            for x in left_of(t.id, app_database, settings, redis_primary, p) if x.count]  # fmt: skip
    unseen = judge.unseen(marks)
    conclude(
        [
            *(f"{what} keeps tenants' data and no store of [tenancy.stores] marks it" for what in places.unmapped()),
            *unseen,
            *judge.empty(standing),
            *(f"tenant {word} is not kept as synthetic ({tenancy.synthetic})" for word, yes in unpaid.items()
              if yes is False),
            *(f"after removal {what}" for what in rows + left),
            line.limit("stores_marked").problem(judge.share(marks), of=f"{len(tenancy.stores)} stores"),
            line.limit("leftovers").problem(len(rows + left), of="tenants that were removed"),
            line.limit("tenants").problem(len(people), of=api),
        ]
    )  # fmt: skip
