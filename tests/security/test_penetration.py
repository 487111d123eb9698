"""Others tried to break in, lately, everywhere, and what they found is mended; and the API withstands it now."""

from __future__ import annotations

from datetime import timedelta

import pytest

from fixtures.api import ApiClient
from fixtures.attestations import Attestations
from fixtures.attestations.contents import changed, contents
from fixtures.attestations.penetration import PenetrationTest
from fixtures.injection.generated import Generated
from fixtures.injection.hostile import Hostile, forged_host
from fixtures.tenancy.matrix import Matrix
from fixtures.tenancy.temporary import ADMIN, temporary_tenant
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable
from tests.judges.made_requests import (
    broke,
    found_wrong,
    headers_injected,
    hosts_believed,
    read_anything,
    read_outside,
    taken,
)
from tests.judges.penetration import SUBJECTS, not_independent, open_grave, uncovered
from tests.readiness.attested import holding

DAY = timedelta(days=1)


@verifies("SEI-1.3.1.4.1")
@pytest.mark.writes
@pytest.mark.timeout(400)
def test_others_tried_to_break_in(
    line: Line, target: ProductTarget, attestations: Attestations, api: ApiClient
) -> None:
    record = holding(attestations, line)
    test = contents(record, PenetrationTest, "penetration test")
    shown = {f.id: f"{f.severity}, {f.state}" for f in test.finding}
    observed(record, f"tested by {test.company}, findings", shown, source="record")
    public = observed(target.environment, "public addresses", _public(target), source="target")
    if not public:
        raise NotConfigured("the target names no public address", f"Add [{line.product}.api] or [{line.product}.web]")
    outside = uncovered(test, public)
    lost = [f.id for f in test.finding if f.retest and changed(record, f.retest)]
    grave = open_grave(test.finding, lost)
    hint = "; ".join(f"{finding} {why}" for finding, why in grave.items())
    of = f"the test by {test.company}"
    inside = not_independent(test, [role.person for role in attestations.records.roles])
    conclude(
        [
            line.limit("report_age").problem((clock.now() - test.ended) / DAY, of=of),
            line.limit("uncovered_hosts").problem(len(outside), of=of, hint=f"Not in its scope: {', '.join(outside)}"),
            line.limit("open_high_findings").problem(len(grave), of=of, hint=hint),
            *(f"{of}: {who} is of the house" for who in inside),
            *(f"{of} did not look at {subject}" for subject in SUBJECTS if subject not in test.subjects),
            *(f"{record}: {why}" for why in [changed(record, test.report)] if why),
            f"{of} ends {test.ended:%Y-%m-%d}, which is yet to come" if test.ended > clock.now() else None,
        ]
    )
    _withstands(line, target, api)


def _withstands(line: Line, target: ProductTarget, api: ApiClient) -> None:
    """Try what such a test begins with, as somebody of a tenant of this run: the record is of then, this of now."""
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    with temporary_tenant(api) as tenant:
        matrix = Matrix(tenant, tenancy)
        allowed = [n for n, o in matrix.operations() if matrix.may(tenant.api.identity(ADMIN).role, o) and not o.files]
        own = {name: matrix.values(name) for name in allowed}
        hostile = Hostile(tenant.api, ADMIN, own)
        files, nothing = hostile.files()
        if useless := read_anything(nothing):
            raise Unobservable("; ".join(useless), "Name an operation that reads files by their names")
        headers, hosts, deep, large = hostile.headers(), hostile.forged_hosts(), hostile.deep(), hostile.large()
        hostile.well()
        tried = Generated(tenant.api, ADMIN, own).tried()
    replies = [*files, *headers, *hosts, *deep, *large]
    observed(api, "hostile texts sent", len(replies), source="places of the target", unit="count")
    crashed = [*found_wrong(tried, "crash").values(), *broke([*files, *headers, *hosts])]
    crashed += broke(deep, api.settings.hostile.slowest)
    let_in = [*read_outside(files), *headers_injected(headers), *hosts_believed(hosts, forged_host()), *taken(large)]
    accepted, strange = found_wrong(tried, "accepted"), found_wrong(tried, "undescribed")
    made = f"{len(tried)} requests made of the API's description"
    conclude([
        line.limit("crashes").problem(len(crashed), of=api, hint="; ".join(crashed[:4])),
        line.limit("attacks_let_in").problem(len(let_in), of=api, hint="; ".join(let_in[:4])),
        line.limit("forbidden_taken").problem(len(accepted), of=made, hint="; ".join([*accepted.values()][:4])),
        line.limit("undescribed_answers").problem(len(strange), of=made, hint="; ".join([*strange.values()][:4])),
    ])  # fmt: skip


def _public(target: ProductTarget) -> list[str]:
    """All addresses under which the product is public."""
    found = list(target.dns.hosts) if target.dns else []
    found += [section.base_url for section in (target.api, target.web) if section]
    found += target.web.hosts if target.web else []
    if target.websocket:
        found += [target.websocket.url, *(other.url for other in target.websocket.others.values())]
    return found
