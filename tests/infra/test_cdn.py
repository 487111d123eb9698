"""The content network before the assets: enabled, over TLS alone, signing what it asks of the bucket, and caching."""

from __future__ import annotations

import pytest

from fixtures.aws.account import Account
from fixtures.aws.cdn import Distribution
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target.product import configured
from tests.judges.cdn import is_copy, plain_behaviours, protocol_of

TRIES = 5
"""Fetches until a copy comes: a content network has many places, each with its own copies."""


@pytest.fixture
def distribution(aws: Account, line: Line) -> Distribution:
    """The distribution before the product's assets."""
    return Distribution(aws, configured(aws.settings.cdn, f"{line.product}.aws.cdn"))


@verifies("AURA-1.1.1.4")
def test_assets_come_through_a_sound_content_network(line: Line, aws: Account, distribution: Distribution) -> None:
    bucket = aws.settings.buckets.get(distribution.settings.bucket, distribution.settings.bucket)
    version, year = protocol_of(distribution.minimum_protocol)
    policy = f"Its security policy is {distribution.minimum_protocol or 'not set'}"
    plain = plain_behaviours(distribution.protocols)
    problems: list[str | None] = [
        None if distribution.enabled else f"{distribution}: is disabled",
        None if distribution.status == "Deployed" else f"{distribution}: is {distribution.status}, not Deployed",
        line.limit("plain_http_behaviours").problem(len(plain), of=distribution, hint=f"Path {', '.join(plain)}"),
        line.limit("min_tls_version").problem(version, of=distribution, hint=policy),
        line.limit("tls_policy_year").problem(year, of=distribution, hint=policy),
        *_origin_problems(distribution, bucket),
    ]
    conclude([*problems, *_fetch_problems(distribution)])


def _origin_problems(distribution: Distribution, bucket: str) -> list[str]:
    mine = {o: control for o, control in distribution.origins.items() if distribution.is_of_bucket(o, bucket)}
    if not mine:
        return [f"{distribution}: no origin is bucket {bucket}, they are {', '.join(distribution.origins) or 'none'}"]
    return [
        f"{distribution}: its origin {origin} has no origin access control, so the bucket must be open to everybody"
        for origin, control in mine.items()
        if not control
    ]


def _fetch_problems(distribution: Distribution) -> list[str]:
    """Fetch an asset until a copy comes; the plain twin must not serve it."""
    site, asset = distribution.site, distribution.settings.asset
    problems, copy = [], False
    for _ in range(TRIES):
        page = site.get(asset)
        if page.status != 200:
            return [f"{distribution}: {asset} answers {page.status} over TLS, want 200"]
        copy = is_copy(page.headers)
        if copy:
            break
    observed(distribution, "gives copies", copy, source=f"GET {asset}, X-Cache and Age")
    if not copy:
        problems.append(f"{distribution}: of {TRIES} fetches of {asset} none came from its cache (X-Cache, Age)")
    for door in site.plain_doors:
        answer = site.get(f"{door}{asset}")
        if answer.status < 300 or (300 <= answer.status < 400 and not answer.location.startswith("https://")):
            problems.append(f"{distribution}: {asset} is served over plain http (status {answer.status})")
    return problems
