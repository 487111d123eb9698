"""Which pages may call the API from a browser: the product's own site, and no other."""

from __future__ import annotations

import pytest

from fixtures.api import ApiClient
from fixtures.cors import CrossOrigin, Grant
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import NotConfigured, Unobservable
from tests.judges.cors import lacks, let_in, preflight_lacks, refused_pairs, strange_origins

LIST = "Look at the list of origins that the API admits, and at the layer that adds the header to errors"


@verifies("AURA-5.1.2.3")
@pytest.mark.smoke
def test_own_site_may_call_the_api(line: Line, api: ApiClient, cross_origin: CrossOrigin) -> None:
    settings = api.settings
    wanted = [
        (site, method, cross_origin.operation_for(method)) for site in _site(api) for method in settings.used_methods
    ]
    preflights = each(lambda w: cross_origin.preflight(w[0], w[2], settings.used_headers), wanted)
    refused: list[str] = []
    problems: list[str | None] = []
    for (site, method, _), grant in zip(wanted, preflights, strict=True):
        problems.append(preflight_lacks(grant))
        refused += [f"{pair} from {site}" for pair in refused_pairs(method, settings.used_headers, grant)]
    pairs = len(wanted) * len(settings.used_headers)
    share = 100 * (pairs - len(refused)) / pairs
    problems.append(line.limit("pairs_allowed").problem(share, of=api, hint=f"Refused: {', '.join(refused)}. {LIST}"))
    for site in _site(api):
        problems += [lacks(grant) for grant in (_good(api, cross_origin, site), *cross_origin.errors(site))]
    conclude(problems)


@verifies("AURA-8.1.3.4")
@pytest.mark.smoke
def test_other_origins_are_refused(line: Line, api: ApiClient, cross_origin: CrossOrigin) -> None:
    settings = api.settings
    # Refusals mean something only where a grant can be seen at all.
    for site in _site(api):
        if not _good(api, cross_origin, site).given:
            raise AssertionError(
                f"{api} grants nothing to its own site {site} either, so what others are refused shows nothing. {LIST}"
            )
    tricks = strange_origins(settings.site_origins, settings.foreign_origins)

    def granted(origin: str) -> list[Grant]:
        preflight = cross_origin.preflight(origin, cross_origin.probe, settings.used_headers)
        return [preflight, _good(api, cross_origin, origin), *cross_origin.errors(origin)]

    grants = dict(zip(tricks, each(granted, tricks), strict=True))
    problems = {origin: let_in(origin, trick, grants[origin]) for origin, trick in tricks.items()}
    admitted = observed(api, "origins_let_in", sorted(o for o, p in problems.items() if p), source="OPTIONS and GET")
    conclude([line.limit("grants").problem(len(admitted), of=f"{api} to other origins", hint=LIST), *problems.values()])


def _site(api: ApiClient) -> list[str]:
    if not api.settings.site_origins or not api.settings.used_methods or not api.settings.used_headers:
        raise NotConfigured(
            f"the target does not say who calls the API of {api.product} how",
            f"Give [{api.product}.api] site_origins, used_methods and used_headers",
        )
    return api.settings.site_origins


def _good(api: ApiClient, cross_origin: CrossOrigin, origin: str) -> Grant:
    """The answer to a call that succeeds; that it does is the control of all others."""
    grant = cross_origin.success(origin)
    if grant.status != api.operation(cross_origin.probe).status:
        raise Unobservable(f"{grant}, so the grant of a success is not seen", "See why the probing operation fails")
    return grant
