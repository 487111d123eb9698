"""Nobody reads or changes another organisation's things by any endpoint, header or cache."""

from __future__ import annotations

from typing import Any

import pytest

from conftest import Organization, app

ROUTES = sorted(f"{method.upper()} {path}" for path, methods in app.openapi()["paths"].items() for method in methods)
LOOK = """
select (select jsonb_agg(to_jsonb(x)) from (select * from {table} where {column} = %s order by 1) x)::text as seen
"""
WATCHED = {
    "organizations": "id", "users": "organization_id", "leads": "organization_id", "properties": "organization_id",
    "conversations": "organization_id", "voice_agents": "organization_id", "webhooks": "organization_id",
    "reports": "organization_id",
}  # fmt: skip


def address(route: str, of: Organization) -> tuple[str, str]:
    """The route with the ids of an organisation's things."""
    method, _, path = route.partition(" ")
    names = {f"{{{kind}_id}}": id_ for kind, id_ in of.ids.items()} | {"{user_id}": of.ids["user"]}
    for name, id_ in names.items():
        path = path.replace(name, id_)
    return method, path


def everything(of: Organization) -> dict[str, Any]:
    """A body that any endpoint takes what it wants of: each id in it is of that organisation."""
    ids = {f"{kind}_id": id_ for kind, id_ in of.ids.items()}
    return ids | {
        "voice_agent_id": of.ids["agent"], "agent_user_id": of.ids["user"], "lead_ids": [of.ids["lead"]],
        "action": "add_tags", "data": {"tags": ["taken"]}, "status": "lost", "content": "taken", "first_name": "taken",
        "last_name": "taken", "text": "taken", "texts": ["taken"], "reason": "taken", "outcome": "taken",
        "query": of.mark, "role": "viewer", "report_type": "leads",
    }  # fmt: skip


def state(owner: Any, of: Organization) -> dict[str, str]:
    return {
        table: owner.execute(LOOK.format(table=table, column=column), (of.id,)).fetchone()["seen"]
        for table, column in WATCHED.items()
    }


@pytest.mark.parametrize("route", ROUTES)
def test_no_endpoint_gives_or_takes_what_is_not_ours(
    route: str, ours: Organization, theirs: Organization, owner: Any
) -> None:
    before = state(owner, ours)
    method, path = address(route, ours)
    asked = {"params": {"q": "ours", "search": "ours"}} if method == "GET" else {"json": everything(ours)}
    answer = theirs.call(method, path, **asked)
    assert ours.mark not in answer.text
    assert not ("{" in route and method == "GET" and answer.status_code == 200), answer.text
    assert state(owner, ours) == before


def test_we_see_what_is_ours(ours: Organization) -> None:
    for path in (
        f"leads/{ours.ids['lead']}",
        f"conversations/{ours.ids['conversation']}",
        "leads/search?q=ours",
        "leads",
    ):
        assert ours.mark in ours.call("GET", f"/api/v1/{path}").text


@pytest.mark.parametrize("header", ["X-Tenant-ID", "X-Organization-ID"])
@pytest.mark.parametrize("path", ["/api/v1/leads", "/api/v1/conversations", "/api/v1/voice-agents"])
def test_a_header_chooses_no_organisation(path: str, header: str, ours: Organization, theirs: Organization) -> None:
    answer = theirs.call("GET", path, headers={header: ours.id})
    assert ours.mark not in answer.text
    assert answer.status_code == 403


def test_figures_are_not_kept_for_others(make: Any, ours: Organization) -> None:
    assert ours.call("GET", "/api/v1/analytics/dashboard").json()["cached"] is False
    assert make("new").call("GET", "/api/v1/analytics/dashboard").json()["cached"] is False
