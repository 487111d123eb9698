"""Another tenant's ids read, change and reveal nothing, wherever an operation or a stream takes them."""

from __future__ import annotations

import pytest

from fixtures.api import ApiClient
from fixtures.postgres import Database
from fixtures.tenancy.foreign import Foreign
from fixtures.tenancy.things import Things, owners, things, unmapped
from fixtures.websocket import WebSocketClient
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges import foreign_ids as judge

HINT = "Have the handler look for the id among the caller's own tenant's, and answer as for one that is not there"


@verifies("SEI-2.2.2.1.3")
@pytest.mark.writes
@pytest.mark.timeout(240)
def test_other_tenants_ids_are_as_good_as_none(
    line: Line, target: ProductTarget, api: ApiClient, app_database: Database, websocket: WebSocketClient
) -> None:
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    settings = configured(target.postgres, f"{line.product}.postgres")
    ring = list(owners(api))
    if len(ring) < 2:
        raise Unobservable("the target has one synthetic tenant alone", "Give identities of at least two, with markers")
    strange = unmapped(api, tenancy)
    with things(api, tenancy, settings, app_database) as shop:
        pair = Foreign(shop, ring[0], ring[1])
        late = _late(line, shop, pair)
        trials = [*pair.streams(_streams(websocket, api)), *pair.trials()]
        ids = pair.made
    leaks = [problem for trial in trials if (problem := judge.leak(trial))]
    if not leaks and not strange and (unseen := judge.blind(trials)):
        raise Unobservable(
            f"the owner itself is answered as for ids of nothing by {', '.join(unseen)}",
            f"Check [{line.product}.tenancy.things]: their values, and which placeholder takes the id",
        )
    observed(api, "calls with another tenant's ids", len(trials), source="HTTP", unit="count")
    share = 100 * (len(trials) - len(leaks)) / len(trials)
    conclude(
        [
            *strange,
            *leaks,
            *judge.guessable(ids),
            *late,
            line.limit("refused_attempts").problem(share, of=api, hint=HINT),
            line.limit("changed_rows").problem(sum(t.changed for t in trials), of=app_database, hint=HINT),
        ]
    )


def _streams(websocket: WebSocketClient, api: ApiClient) -> dict[str, WebSocketClient]:
    others = {
        word: WebSocketClient(stream, api, websocket.timeouts) for word, stream in websocket.settings.others.items()
    }
    return {"main": websocket, **others}


def _late(line: Line, shop: Things, pair: Foreign) -> list[str | None]:
    """Judge how long the first call takes that only reads and costs nothing."""
    pairs = int(line.limit("timing_pairs").value)  # type: ignore[arg-type]
    for word, operation, place in pair.calls():
        called = shop.api.operation(operation)
        if called.reading and not called.paid and shop.tenancy.things[word].create:
            hint = "An id of another tenant must take the way of one that is not there"
            return [
                line.limit("timing_pairs").problem(pairs, of=operation),
                line.limit("timing_difference").problem(pair.delay(word, operation, place, pairs), operation, hint),
            ]
    raise Unobservable("no operation that only reads takes an id", "Map one in [tenancy.things]")
