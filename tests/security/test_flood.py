"""Floods and guesses from one client are stopped; nobody else notices."""

from __future__ import annotations

import time

import pytest

from fixtures.api import ApiClient
from fixtures.web import Site
from fixtures.web.flood import PAUSE, Flooder, wait_for, wait_out
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget, Target
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges.flood import Flood, flood_problems
from tests.judges.guessing import Guesses, guess_problems

NEIGHBOURS = 3
BEYOND = 20
"""Guesses beyond the limit."""
WRONG = "golive-wrong-password"


@verifies("AURA-4.1.4.5")
@pytest.mark.disrupts
@pytest.mark.timeout(240)
def test_a_flood_of_the_site_is_throttled(line: Line, whole_target: Target, target: ProductTarget, site: Site) -> None:
    web = configured(target.web, f"{line.product}.web")
    if not web.throttled_paths:
        raise NotConfigured(f"the target has no {line.product}.web.throttled_paths", "Name the paths of its forms")
    flooder = Flooder(target, line.product, whole_target.timeouts, web.base_url, web.ca_file)
    burst, window = (int(float(str(line.limit(name).value))) for name in ("burst", "window"))
    problems: list[str | None] = []
    for path in web.throttled_paths:
        if (status := flooder.send("GET", path).status_code) >= 400:
            raise Unobservable(f"{path} is answered {status} before any flood", "Correct web.throttled_paths")
        answers = flooder.flood(burst, window, lambda number, p=path: flooder.send("GET", p, number))  # type: ignore[misc]
        neighbour = [site.get(path).status for _ in range(NEIGHBOURS)]
        after = flooder.send("GET", path).status_code if wait_for(answers) else None
        said = [(a.status_code, str(a.headers.get("Retry-After", ""))) for a in answers]
        flood = Flood(path, said, neighbour, after)
        hint = f"{flooder} asked, each time as if for another address"
        of = f"{path}, flooded by {burst} requests"
        problems.append(line.limit("requests_admitted").problem(flood.admitted, of=of, hint=hint))
        problems += flood_problems(flood)
    conclude(problems)


@verifies("AURA-8.1.3.3")
@pytest.mark.disrupts
@pytest.mark.timeout(300)
def test_guessing_is_stopped_for_each_account_and_address(
    line: Line, whole_target: Target, target: ProductTarget, api: ApiClient
) -> None:
    quota = configured(api.settings.quota, f"{line.product}.api.quota")
    victim = api.identity(quota.identity)
    flooder = Flooder(target, line.product, whole_target.timeouts, api.settings.base_url, api.settings.ca_file)
    sign_in, renew = api.operation("sign_in"), api.operation("refresh")
    limit = int(float(str(line.limit("attempts").value)))
    others = [name for name in api.settings.identities if name != quota.identity]

    def guess(email: str, password: str, number: int) -> tuple[int, str]:
        return flooder.sign_in(sign_in, email, password, number)

    def renewal(number: int) -> tuple[int, str]:
        time.sleep(PAUSE)
        body = {"refresh_token": f"golive.guess.{number}"}
        answer = flooder.send(renew.method, renew.path, number, json=body)
        return answer.status_code, str(answer.headers.get("Retry-After", ""))

    api.sign_in(quota.identity)  # the control: the right password is right
    account = [guess(victim.email, WRONG, n) for n in range(limit + BEYOND)]
    locked = api.call("sign_in", identity=quota.identity, token=None).status
    neighbours = [api.call("sign_in", identity=name, token=None).status for name in others[:NEIGHBOURS]]
    address = [guess(f"golive-{n}@guess.invalid", WRONG, n) for n in range(limit + BEYOND)]
    refreshed = [renewal(n) for n in range(limit + BEYOND)]
    seen = [
        Guesses(f"wrong passwords for {quota.identity}", account, locked, neighbours),
        Guesses("wrong passwords for many accounts from one address", address, None, []),
        Guesses("wrong refresh tokens from one address", refreshed, None, []),
    ]
    window = float(str(line.limit("window").value)) * 60
    wait_out([series[-1][1] for series in (account, address, refreshed)])
    conclude([
        *(line.limit("attempts").problem(g.admitted, of=f"{g.what}: attempts before the first refusal") for g in seen),
        *(problem for g in seen for problem in guess_problems(g, window)),
    ])  # fmt: skip
