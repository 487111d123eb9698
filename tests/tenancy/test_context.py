"""Whose data a request sees is said by its token alone, and is forgotten with it."""

from __future__ import annotations

import time

import pytest

from fixtures.api import ApiClient
from fixtures.postgres import Database
from fixtures.tenancy import Canaries
from fixtures.tenancy.play import Play, Step, ways
from fixtures.tenancy.stories import SEED, play_stories
from fixtures.tenancy.things import owners, things
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget, Target
from golive.target.product import configured
from golive.thorough import is_thorough, more, seed
from golive.verdict import NotConfigured, Unobservable

HINT = "Take the tenant from the verified token, set it for the transaction alone (SET LOCAL), and reset it on errors"

THOROUGHLY = 180.0
"""Seconds of stories in a thorough run, which is as many as come."""


@verifies("SEI-1.2.1.1.3")
@pytest.mark.writes
@pytest.mark.timeout(240)
def test_tenant_comes_from_the_token_and_ends_with_the_request(
    line: Line,
    whole_target: Target,
    target: ProductTarget,
    api: ApiClient,
    app_database: Database,
    canaries: Canaries,
) -> None:
    begun = time.monotonic()
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    settings = configured(target.postgres, f"{line.product}.postgres")
    if api.settings.tenant_header is None:
        raise NotConfigured(
            f"the target has no {line.product}.api.tenant_header", "Name the header that names a tenant"
        )
    if not (pool := settings.pool_size):
        raise NotConfigured(f"the target has no {line.product}.postgres.pool_size", "Give one process's connections")
    ring = list(owners(api))
    if len(ring) < 2:
        raise Unobservable("the target has one synthetic tenant alone", "Give identities of at least two, with markers")
    wanted, together, chosen = tenancy.requests, tenancy.together, seed(SEED)
    longest = THOROUGHLY if is_thorough() else 0.7 * whole_target.timeouts.check
    with things(api, tenancy, settings, app_database) as shop:
        play = Play(shop, ring, ways(shop, canaries.operations()), together)
        try:
            play.prepare()
            named = play.together([Step(n, "switch", n + 1) for n in range(len(ring))])
            story = None if named else play_stories(play, more(wanted), together, begun + longest, chosen)
        finally:
            play.close()
        play.told()
    problems = named or (story.problems if story else [])
    if not problems and play.requests < wanted:
        raise Unobservable(
            f"{play.requests} requests were made in the time of a check, want {wanted}",
            f"Raise timeouts.check, or set {line.product}.tenancy.requests",
        )
    told = [f"The story (seed {chosen}), rounds at once: {' | '.join(story.rounds)}"] if story else []
    conclude(
        [
            *problems,
            line.limit("foreign_rows").problem(len(problems), of=f"{play.requests} requests", hint=HINT),
            None if problems else line.limit("requests").problem(play.requests, of=api),
            None if problems else line.limit("concurrency").problem(together, of=api),
            None if problems else line.limit("requests_per_connection").problem(together / pool, of=api),
            *told,
        ]
    )
