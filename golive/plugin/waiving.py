"""Applies the waivers of each product's records to results."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from golive.attestation import Records
from golive.catalogue import Catalogue
from golive.redaction import redact
from golive.results import LineResult
from golive.target import Target
from golive.waivers import apply_waivers


def with_waivers(
    catalogue: Catalogue, results: Iterable[LineResult], target: Target, now: datetime
) -> tuple[list[LineResult], str]:
    """Return the results with the waivers that hold, and one text about those that do not or are not needed."""
    given = list(results)
    remarks: list[str] = []
    for name, product in target.products.items():
        if product.attestations is None:
            continue
        mine = [r for r in given if r.product == name]
        done = apply_waivers(
            catalogue, mine, Records.kept(product.attestations), version=product.release.version,
            commit=product.release.commit, now=now,
        )  # fmt: skip
        changed = {r.id: r for r in done.results}
        given = [changed.get(r.id, r) for r in given]
        remarks += done.remarks
    return given, redact("; ".join(remarks))
