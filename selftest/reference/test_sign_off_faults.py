"""The faults of signed records, each under the real fixtures and judges, over records that the reference signs.

They need no deployment: what runs there is made up here. The proofs show them on a deployment, too.
"""

from __future__ import annotations

import re
import shutil
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from fixtures.attestations import Attestations, SignOffs
from golive.attestation import Records, sha256_of
from golive.catalogue import load_catalogue
from golive.target import ProductTarget
from reference.attestations import LEADS, Desk
from reference.aws.images import image
from reference.faults import briefing, load_faults, sign_offs
from reference.sign_offs import reports, sign_all_off, sign_briefing
from reference.simulators.github_history import COMPONENTS
from tests.judges.sign_offs import Deployed, problems
from tests.readiness.test_briefing import test_decision_makers_know_how_it_stands as verify_briefing
from tests.readiness.test_sign_offs import given_of, others_of

VERSION, COMMIT = "1.4.0", "6cb20dde1e9831bc0801c5d5a2cd69f185124808"
PEOPLE = ("elif.aydin@seiketsu.example", "farah.haddad@seiketsu.example", "kenji.mori@seiketsu.example")
BRIEFING = briefing.LINE
NAMES = sorted(f.name for f in load_faults().values() if f.module in (sign_offs.__name__, briefing.__name__))

pytestmark = pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not on this machine")


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """As much of a deployment as these faults touch."""
    folder = tmp_path_factory.mktemp("reference")
    product = SimpleNamespace(release=SimpleNamespace(version=VERSION, commit=COMMIT))
    settings = SimpleNamespace(products={"seiketsu": product}, part_folder=lambda part: folder / part)
    plan = folder / "terraform" / "seiketsu" / "plan.out"
    plan.parent.mkdir(parents=True)
    plan.write_text("the plan as it was reviewed\n")
    desk = Desk(settings, "seiketsu")  # type: ignore[arg-type]
    desk.open()
    sign_all_off(desk, plan)
    sign_briefing(desk)
    return SimpleNamespace(settings=settings, desk=desk, plan=plan)


def verdicts(deployment: Any) -> dict[str, str]:
    """Line to its message; empty: it holds."""
    desk: Desk = deployment.desk
    section = {
        "release": {"version": VERSION, "commit": COMMIT},
        "attestations": {"folder": str(desk.folder), "reports": str(reports(desk))},
    }
    target = ProductTarget.model_validate(section)
    assert target.attestations is not None
    signed, catalogue = SignOffs(target.attestations, target.release), load_catalogue()
    digests = frozenset(image("seiketsu", c, VERSION, COMMIT).digest for c in COMPONENTS)
    now = datetime.now(UTC)
    plan = sha256_of(deployment.plan)
    deployed = Deployed("seiketsu", str(target.release), digests, plan, now - timedelta(hours=7))
    found = {}
    for line_id in LEADS:
        line, record = catalogue[line_id], None
        broken: list[str | None] = [*signed.broken(line_id)]
        if not broken and (record := signed.newest(line_id)) is None:
            broken = [f"{signed} hold no sign-off of {line_id}"]
        if record is not None:
            others = others_of(catalogue, line, signed)
            given = given_of(signed, record)
            broken = problems(line, catalogue, given, others, signed.reports(), deployed, PEOPLE, now)
        found[line_id] = "\n".join(p for p in broken if p)
    try:
        verify_briefing(catalogue[BRIEFING], target, Attestations(Records(desk.folder), target.release), signed)
        found[BRIEFING] = ""
    except AssertionError as error:
        found[BRIEFING] = str(error)
    return found


def test_everything_holds_before(deployment: Any) -> None:
    assert {line: why for line, why in verdicts(deployment).items() if why} == {}


@pytest.mark.parametrize("name", NAMES)
def test_just_its_lines_fail_under_a_fault(deployment: Any, name: str) -> None:
    fault = load_faults()[name]
    files = {p: p.read_bytes() for p in deployment.desk.folder.rglob("*") if p.is_file()}
    with fault.enter(deployment):
        found = {line: why for line, why in verdicts(deployment).items() if why}
    assert set(found) == set(fault.fails), found
    for line, why in found.items():
        assert re.search(fault.messages[line], why), why
    assert {p: p.read_bytes() for p in deployment.desk.folder.rglob("*") if p.is_file()} == files, "not healed"
