"""Features and pages of a manual, made up."""

from __future__ import annotations

import pytest

from fixtures.documents.markdown import read
from tests.judges.manuals import Feature, behind, features, samples, unlisted

TABLE = (
    "| feature | manual | changed | api |\n|---|---|---|---|\n| Leads | m/leads.md | 2026-10-01 | `/v1/leads` `/` |\n"
)


def test_the_catalogue_of_features() -> None:
    (leads,) = features(read(TABLE))
    assert leads == Feature("Leads", "m/leads.md", "2026-10-01", ("/v1/leads", "/"))
    assert unlisted(["/", "/v1/leads", "/v1/leads/{id}"], [leads]) == []
    assert unlisted(["/v1/leadsheets", "/api/v1/calls/{id}", "/api/v1/calls"], [leads]) == [
        "/v1/leadsheets",
        "/api/v1/calls",
    ]


@pytest.mark.parametrize(
    ("text", "late"),
    [("For version 1.4.", 0), ("For version 1.2, release 1.3", 1), ("Version 2.4", 100), ("version one", None)],
)
def test_how_far_a_page_is_behind(text: str, late: int | None) -> None:
    assert behind(text, "1.4.0") == late


def test_samples_are_whole_calls() -> None:
    page = read("Try `GET /v1/leads`, not `curl x`:\n\n```\nGET /v1/leads?limit=5\nGET /v1/leads/{id}\n```\n")
    assert samples(page) == [("GET", "/v1/leads"), ("GET", "/v1/leads?limit=5")]
