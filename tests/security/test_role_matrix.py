"""Each role may do its own calls and no more, at once when it changes, and a key no more than its scope and time."""

from __future__ import annotations

import pytest

from fixtures.api import Answer, ApiClient
from fixtures.tenancy.matrix import Matrix, platform_reads
from fixtures.tenancy.temporary import temporary_tenant
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import Unobservable

SHOWN = 8
KEY_SECONDS = 1


@verifies("SEI-2.1.1.4.3")
@pytest.mark.writes
@pytest.mark.timeout(300)
def test_each_role_does_its_own_and_no_more(line: Line, api: ApiClient, target: ProductTarget) -> None:
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    with temporary_tenant(api) as tenant:
        matrix = Matrix(tenant, tenancy)
        cells = [*matrix.cells(), *platform_reads(api, tenant)]
        writing = "create_lead"
        above = api.operation(writing).role or matrix.roles[-1]
        late = matrix.after_downgrade(above, writing)
        reads = matrix.with_key("read", 60, "list_leads")
        writes = matrix.with_key("read", 60, writing)
        expired = matrix.with_key("all", KEY_SECONDS, "list_leads", wait=KEY_SECONDS + 0.5)
    if not any(c.wanted for c in cells) or all(c.wanted for c in cells):
        raise Unobservable("the matrix has no calls to allow, or none to refuse", "Give operations their role")
    wrong = [c for c in cells if not c.as_declared]
    share = 100 * (len(cells) - len(wrong)) / len(cells)
    shown = "; ".join(map(str, wrong[:SHOWN])) + (f"; {len(wrong) - SHOWN} more" if len(wrong) > SHOWN else "")
    if reads.status != api.operation("list_leads").status:
        raise Unobservable(f"a key that may read is refused: {reads}", "Correct api.key_header and create_key")
    conclude([
        line.limit("cells_as_declared").problem(share, of=f"{len(cells)} calls by role", hint=shown),
        _refusal(late, f"a token of {above}, after its user became {matrix.roles[0]},"),
        _refusal(writes, "a key that may only read"),
        _refusal(expired, "a key that has expired"),
    ])  # fmt: skip


def _refusal(answer: Answer, of: str) -> str | None:
    if answer.status in (401, 403):
        return None
    return f"{of} still works: {answer}. Ask for the present rights at each request, not only when a token is made"
