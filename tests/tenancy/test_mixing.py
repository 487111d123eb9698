"""Nothing that a tenant can reach, and nothing that is kept for it, holds anything of another tenant's."""

from __future__ import annotations

import pytest

from fixtures.api import ApiClient
from fixtures.aws.buckets import Bucket
from fixtures.aws.logs import LogGroup
from fixtures.postgres import Database
from fixtures.redis import Store
from fixtures.tenancy.behind import in_files, in_log, in_queue
from fixtures.tenancy.cached import kept
from fixtures.tenancy.reach import Reach, overheard
from fixtures.tenancy.things import Owner, Things, owners, things
from fixtures.websocket import WebSocketClient
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from golive.target import ProductTarget, Target
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges import mixing as judge

TURNS = 4
HINT = "Look at the filter and the key of that store; it must carry the tenant"


@verifies("SEI-2.2.2.1.2")
@pytest.mark.writes
@pytest.mark.timeout(240)
def test_no_store_mixes_tenants(
    line: Line,
    whole_target: Target,
    target: ProductTarget,
    api: ApiClient,
    app_database: Database,
    redis_primary: Store,
    websocket: WebSocketClient,
    buckets: Found[Bucket],
    log_groups: Found[LogGroup],
) -> None:
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    settings = configured(target.postgres, f"{line.product}.postgres")
    if not tenancy.keys:
        raise NotConfigured(f"the target has no {line.product}.tenancy.keys", "Say which families of keys Redis holds")
    ring = list(owners(api))
    if len(ring) < 2:
        raise Unobservable("the target has one synthetic tenant alone", "Give identities of at least two, with markers")
    if not tenancy.jobs:
        raise NotConfigured(
            f"the target has no {line.product}.tenancy.jobs", "Name things of whose making workers hear"
        )
    waiting = configured(target.celery, f"{line.product}.celery")
    broker = Store(waiting.broker, whole_target.timeouts, "broker", waiting.ca_file)
    streams = {w: WebSocketClient(s, api, websocket.timeouts) for w, s in websocket.settings.others.items()}
    with things(api, tenancy, settings, app_database) as shop:
        reach = Reach(shop, ring)
        reached = [r for owner in ring for r in reach.read(owner)]
        reached += reach.read_back(ring[0])
        reached += in_files(reach, buckets, tenancy.objects, ring[0])
        reached += in_queue(reach, broker, waiting.queues, _announced(shop, ring))
        reached += overheard(streams, ring[0], ring[1])
        reached += in_log(reach, log_groups)
        totals = [t for owner in ring for t in reach.totals(owner)]
    users = {who.id: who.tenant for who in api.settings.identities.values() if who.id}
    keys = kept(redis_primary, tenancy.keys, reach.words, users)
    mixed, lost, strange = judge.mixed(reached), judge.lost(reached), judge.kept_wrong(keys, tenancy.keys)
    if not mixed and not strange and not any(k.tenant in reach.words for k in keys):
        raise Unobservable(f"{redis_primary} keeps nothing of a synthetic tenant", "Check [tenancy.keys]")
    foreign = sum(len(r.foreign) for r in reached) + sum(len(k.foreign) for k in keys)
    conclude(
        [
            *mixed,
            *judge.miscounted(totals),
            *strange,
            *lost,
            line.limit("foreign_markers").problem(foreign, of=f"{len(reached)} ways and {len(keys)} keys", hint=HINT),
        ]
    )


def _announced(shop: Things, ring: list[Owner]) -> dict[str, Owner]:
    """Make things of whose making workers hear, as all tenants that may; returns whose each is, by its id."""
    words = shop.tenancy.jobs
    creators = [str(shop.tenancy.things[word].create) for word in words]
    makers = [owner for owner in ring if all(shop.may(owner, name) for name in creators)]
    made = {shop.make(word, owner): owner for word in words for owner in makers}
    # To and fro, so that each follows the other on every instance.
    turns = [owner for n in range(TURNS) for owner in (makers if n % 2 else makers[::-1])]
    return made | {shop.make(words[-1], owner): owner for owner in turns}
