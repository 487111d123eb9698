"""Each lead has signed exactly this release off; the CTO and after them the CEO have authorised its going live."""

from __future__ import annotations

import pytest

from fixtures.attestations.sign_offs import SignOffs
from fixtures.aws.ecs import Cluster
from fixtures.aws.running_images import running_images
from fixtures.oncall import Desk
from fixtures.terraform import Infrastructure
from golive import clock
from golive.attestation import Record
from golive.catalogue import Catalogue, Line, load_catalogue
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import Unobservable
from tests.judges.sign_offs import Deployed, Given, problems

LEADS = ("SEI-6.1.1", "SEI-6.1.2", "SEI-6.1.3", "SEI-6.1.4", "SEI-6.2.1", "SEI-6.2.2", "SEI-6.2.3", "SEI-6.2.4")
OFFICERS = ("SEI-6.3.1", "SEI-6.3.2")


@verifies(*LEADS, *OFFICERS)
def test_signed_off(
    line: Line,
    target: ProductTarget,
    sign_offs: SignOffs,
    ecs: Cluster,
    infrastructure: Infrastructure,
    request: pytest.FixtureRequest,
) -> None:
    broken = sign_offs.broken(line.id)
    if broken:
        raise AssertionError("\n".join(broken))
    record = sign_offs.newest(line.id)
    if record is None:
        raise AssertionError(f"{sign_offs} hold no sign-off of {line.id}: sign with `python -m golive sign-off`")
    catalogue = load_catalogue()
    desk: Desk | None = request.getfixturevalue("oncall") if line.follows else None
    found = problems(
        line, catalogue, given_of(sign_offs, record), others_of(catalogue, line, sign_offs), sign_offs.reports(),
        _deployed(line, target, ecs, infrastructure), _people(desk) if desk else (), clock.now(),
    )  # fmt: skip
    conclude(found)


def given_of(sign_offs: SignOffs, record: Record) -> Given:
    return Given(record, sign_offs.digest(record), tuple(sign_offs.problems(record)), sign_offs.key(record))


def others_of(catalogue: Catalogue, line: Line, sign_offs: SignOffs) -> dict[str, Given]:
    """The newest sign-off of each line of the product that has one; of an unsound file nothing is known."""
    found = {}
    for other in catalogue.items(line.product):
        if other.covers and not sign_offs.broken(other.id) and (record := sign_offs.newest(other.id)):
            found[other.id] = given_of(sign_offs, record)
    return found


def _deployed(line: Line, target: ProductTarget, ecs: Cluster, infrastructure: Infrastructure) -> Deployed:
    images = frozenset(image.digest for image in running_images(ecs))
    at = max(service.deployed_at for service in ecs.services)
    return Deployed(line.product, str(target.release), images, infrastructure.digest("plan_file"), at)


def _people(desk: Desk) -> set[str]:
    """The addresses of everybody in the on-call register."""
    found = {str(user.get("email", "")).lower() for user in desk.list("users")} - {""}
    if not found:
        raise Unobservable(f"{desk} knows nobody", "Is the token one that may read users?")
    return set(observed(desk, "people", sorted(found), source="GET /users"))
