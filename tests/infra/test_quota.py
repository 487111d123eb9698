"""How many requests a user has, whichever instance answers."""

from __future__ import annotations

import pytest

from fixtures.api import ApiClient
from fixtures.api.quota import UsedQuota, window_seconds
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.verdict import Unobservable
from tests.judges.quota_of_users import Enforcement, enforcement_problems

MORE = 20
"""Requests beyond the quota."""


@verifies("AURA-5.1.2.4")
@pytest.mark.disrupts
@pytest.mark.timeout(300)
def test_user_quota_is_enforced_over_all_instances(line: Line, api: ApiClient) -> None:
    quota = UsedQuota(api)
    wanted = int(float(str(line.limit("admitted_per_window").value)))
    window = float(str(line.limit("window").value)) * 60
    used = quota.use_up((wanted + MORE) * len(quota.instances))
    if not used.refused and (fits := len(used.answers) / used.seconds * window) < wanted + MORE:
        raise Unobservable(
            f"only {fits:.0f} requests fit into a window of {window:.0f} s, too few to use up a quota of {wanted}",
            "Run from nearer by, or raise budget.calls_per_second",
        )
    if not used.refused:
        raise AssertionError(
            f"{len(used.answers)} requests of {quota.settings.identity} in {used.seconds:.0f} s were all admitted by "
            f"{len(quota.instances)} instances, want {wanted} in a window. Is the rate limit switched on?"
        )
    quota.wait(used)
    burst = quota.burst(wanted + MORE)
    if burst.seconds > window * 0.8:
        raise Unobservable(
            f"{wanted + MORE} requests took {burst.seconds:.0f} s of a window of {window:.0f} s: they may be of two",
            "Run from nearer by, or raise budget.calls_per_second",
        )
    seen = Enforcement(
        sent=len(burst.answers),
        admitted=len(burst.admitted),
        instances=len(quota.instances),
        retry_after=[str(answer.headers.get("Retry-After", "")) for answer in burst.refused],
        remaining=[quota.remaining(answer) for answer in burst.admitted],
        remaining_promised=quota.settings.remaining_header is not None,
        window=window_seconds(burst),
    )
    problems = enforcement_problems(line, seen)
    probe = api.identity()
    other = next((name for name, who in api.settings.identities.items() if who == probe), "")
    if other and burst.refused and (answer := quota.other_is_served(other)).status == 429:
        problems.append(f"{answer} for {other}, whose quota is not used up: one user's quota is another's too")
    conclude(problems)
    quota.wait(burst)
    after = quota.burst(len(quota.instances))
    if after.refused:
        raise AssertionError(f"{after.refused[0]} in the window after: the quota does not come back")
