"""What a ledger holds: verdicts, each about exactly one release of a product on a target."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from golive.results import LineResult


class LedgerError(Exception):
    """The ledger can't be used. The message names it and says what to do."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What verdicts are about: exactly this release of a product on this target."""

    target: str
    environment: str
    product: str
    version: str
    commit: str


@dataclass(frozen=True, slots=True)
class Entry:
    """One verdict as the ledger holds it."""

    run: str
    subject: Subject
    at: datetime
    attempted: bool
    result: LineResult


def subjects(target: str, products: Mapping[str, Any]) -> Iterable[Subject]:
    """The subjects of a target: one for each product that it deploys."""
    for name, product in products.items():
        release = product.release
        yield Subject(target, product.environment, name, release.version.lstrip("v"), release.commit)
