"""The manual of the reference tells of every call that its API has: whoever adds one writes it down."""

from __future__ import annotations

from pathlib import Path

import reference
from fixtures.api.description import METHODS, Described
from fixtures.documents.markdown import read
from reference.app.seiketsu.application import create_app
from reference.app.settings import load
from selftest.reference.test_app_edge import ENVIRONMENT
from tests.judges.api_description import differences, handbook
from tests.judges.manuals import features, unlisted

CHECKOUT = Path(reference.__file__).parent / "source" / "seiketsu"


def test_the_manual_tells_of_every_call() -> None:
    paths = create_app(load("seiketsu", ENVIRONMENT)).openapi()["paths"]
    calls = [Described(m.upper(), path, item[m]) for path, item in paths.items() for m in METHODS if m in item]
    catalogue = features(read((CHECKOUT / "docs" / "features.md").read_text()))
    told: dict[str, str] = {}
    for feature in catalogue:
        told |= handbook(read((CHECKOUT / feature.manual).read_text()))
    assert differences(calls, told, "the manual") == []
    assert unlisted([call.path for call in calls], catalogue) == []
