"""The sign-offs of the story, judged as those of a deployment are; what is deployed is made up."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

from fixtures.attestations.sign_offs import SignOffs
from golive import clock
from golive.catalogue import Line, load_catalogue
from golive.target import ProductTarget
from tests.judges.sign_offs import Deployed, problems
from tests.readiness.test_sign_offs import given_of, others_of

IMAGES = frozenset({"sha256:" + "a" * 64, "sha256:" + "b" * 64})
DEPLOYED_AT = datetime(2026, 11, 1, tzinfo=UTC)
ON_CALL = ("aiko@example.com", "kenji@example.com")


def judged(line: Line, target: ProductTarget, sign_offs: SignOffs) -> list[str | None]:
    """Everything that keeps the sign-off of the line from holding."""
    if broken := sign_offs.broken(line.id):
        return [*broken]
    record = sign_offs.newest(line.id)
    if record is None:
        return [f"{sign_offs} hold no sign-off of {line.id}: sign with `python -m golive sign-off`"]
    catalogue, plan = load_catalogue(), sign_offs.records.folder.parent / "plan.out"
    deployed = Deployed(line.product, str(target.release), IMAGES, _digest(plan), DEPLOYED_AT)
    given, others = given_of(sign_offs, record), others_of(catalogue, line, sign_offs)
    return problems(line, catalogue, given, others, sign_offs.reports(), deployed, ON_CALL, clock.now())


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
