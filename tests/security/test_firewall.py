"""Malicious requests are stopped before the API, and one client's limit is one for all instances."""

from __future__ import annotations

import pytest

from fixtures.api import ApiClient
from fixtures.api.corpus import ATTACKS, BENIGN
from fixtures.api.firewall import Door
from fixtures.api.quota import Burst, UsedQuota, window_seconds
from fixtures.aws.account import Account
from fixtures.aws.balancing import LoadBalancer
from fixtures.aws.waf import acl_before, log_destinations
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import NotConfigured, Unobservable
from tests.judges.firewall import passed, settings_problems, stopped

NEIGHBOURS = 5
"""Requests of somebody else while one client is refused."""


@verifies("SEI-1.1.2.1.3")
@pytest.mark.disrupts
@pytest.mark.timeout(300)
def test_attacks_are_blocked_and_one_limit_holds_over_all_instances(
    line: Line, api: ApiClient, aws: Account, load_balancer: LoadBalancer
) -> None:
    conclude(_firewall(line, api, aws, load_balancer))
    conclude(_limit(line, api))


def _firewall(line: Line, api: ApiClient, aws: Account, balancer: LoadBalancer) -> list[str | None]:
    door, block = Door(api), int(str(line.limit("block_status").value))
    plain = {place: door.plain(place) for place in ("query", "body", "header")}  # type: ignore[arg-type]
    if shut := [place for place, status in plain.items() if status == block]:
        raise Unobservable(
            f"a plain request ({', '.join(shut)}) is answered {block} as well: who is blocked says nothing"
        )
    through = passed([(str(p), s) for p, s in door.statuses(ATTACKS)], block)
    held = stopped([(str(p).removesuffix(", encoded twice"), s) for p, s in door.statuses(BENIGN)], plain)
    acl = acl_before(aws, balancer.arn)
    logs = log_destinations(aws, str(acl["ARN"])) if acl else []
    return [
        line.limit("attack_requests").problem(len(ATTACKS), of="the corpus"),
        line.limit("benign_requests").problem(len(BENIGN), of="the corpus"),
        line.limit("blocked_attacks").problem(_share(through, ATTACKS), of=api, hint="; ".join(through[:5])),
        line.limit("passed_benign").problem(_share(held, BENIGN), of=api, hint="; ".join(held[:5])),
        *settings_problems(acl, logs),
    ]


def _share(wrong: list[str], of: tuple[object, ...]) -> float:
    return round(100 * (len(of) - len(wrong)) / len(of), 1)


def _limit(line: Line, api: ApiClient) -> list[str | None]:
    quota = UsedQuota(api)
    wanted = quota.settings.requests
    if wanted is None:
        raise NotConfigured(
            f"the target has no {api.product}.api.quota.requests", "Say how many are admitted in a window"
        )
    allowed = float(str(line.limit("limit_deviation").value)) / 100
    most = int(wanted * (1 + allowed)) + 20
    first = quota.use_up(most * len(quota.instances), disguised=True)
    of = f"{len(first.answers)} requests of {quota.settings.identity}, each as if for another address"
    if not first.refused:
        raise AssertionError(
            f"{of}: all were admitted by {len(quota.instances)} instances, want {wanted} in a window. Is the limit one "
            "for all instances, and does it know its clients by more than X-Forwarded-For?"
        )
    quota.wait(first)
    burst = quota.burst(most, disguised=True)
    problems = _burst_problems(line, quota, burst, wanted)
    neighbour = next(name for name in api.settings.identities if name != quota.settings.identity)
    refused = [a for a in (quota.other_is_served(neighbour) for _ in range(NEIGHBOURS)) if a.status == 429]
    problems.append(line.limit("neighbour_rejections").problem(len(refused), of=f"{neighbour} meanwhile"))
    if burst.refused:
        quota.wait(burst)
        if late := quota.burst(len(quota.instances)).refused:
            problems.append(f"{late[0]} in the window after: the limit does not end")
    return problems


def _burst_problems(line: Line, quota: UsedQuota, burst: Burst, wanted: int) -> list[str | None]:
    admitted = len(burst.admitted)
    window = window_seconds(burst)
    if window is not None and burst.seconds > window * 0.8:
        raise Unobservable(
            f"{len(burst.answers)} requests took {burst.seconds:.0f} s of a window of {window:.0f} s: it may be two",
            "Run from nearer by, or raise budget.calls_per_second",
        )
    shares = {i.id: sum(a.instance == i.id for a in burst.admitted) for i in quota.instances if i}
    observed(quota.settings.identity, "admitted by instance", shares, source="API")
    of = f"{admitted} of {len(burst.answers)} requests in one window were admitted, want {wanted}; by instance {shares}"
    off = round(100 * abs(admitted - wanted) / wanted, 1)
    problems = [line.limit("limit_deviation").problem(off, of=of, hint="Do all instances count together?")]
    if not burst.refused:
        return problems
    problems.append(line.limit("rejection_status").problem(burst.refused[0].status, of="the refusal"))
    if without := [a for a in burst.refused if not str(a.headers.get("Retry-After", "")).isdigit()]:
        problems.append(f"{len(without)} of {len(burst.refused)} refusals give no Retry-After in seconds")
    return problems
