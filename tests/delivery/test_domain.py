"""The public domain: each of its names and addresses presents a certificate that browsers take."""

from __future__ import annotations

import pytest

from fixtures.parallel import each
from fixtures.tls import Endpoint, endpoints_of
from golive.catalogue import Line
from golive.guard.tls import OLDEST_FIRST
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from golive.target import ProductTarget, Target


@verifies("AURA-4.2.1.5")
@pytest.mark.smoke
def test_public_domain_has_a_valid_certificate_at_every_address(
    line: Line, whole_target: Target, target: ProductTarget
) -> None:
    only_web = target.model_copy(update={"api": None, "websocket": None})
    endpoints = Found("addresses of the site's names", endpoints_of(whole_target, only_web), source="the resolver")
    conclude([problem for found in each(lambda e: _problems(line, e), endpoints) for problem in found])


def _problems(line: Line, endpoint: Endpoint) -> list[str | None]:
    wrong = endpoint.problem
    if not endpoint.negotiated:
        return [f"{endpoint}: {wrong or 'no handshake in TLS 1.2 or 1.3'}"]
    # That it shakes hands at all was the control: what it refuses now, it refuses by its own will.
    oldest = next(version for version in OLDEST_FIRST if endpoint.accepts(version))
    hint = "Renew it at this address; is the renewal automatic?"
    return [
        f"{endpoint}: {wrong}; it is for {', '.join(endpoint.names) or 'no name'}" if wrong else None,
        line.limit("certificate_left").problem(endpoint.days_left, of=endpoint, hint=hint),
        line.limit("min_tls_version").problem(oldest.removeprefix("TLSv"), of=endpoint, hint="Refuse what is older"),
    ]
