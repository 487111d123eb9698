"""Those who answer tickets after Zendesk: agents, groups, prepared answers, hours, and what becomes of a request.

Source: developer.zendesk.com, Users, Groups, Group Memberships, Macros, Schedules, Ticket Comments, SLA side-loads.
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, Depends

from reference.simulators.github_history import identifier
from reference.simulators.zendesk_guide import article_address

if TYPE_CHECKING:
    from reference.simulators.zendesk import Zendesk

BRAND = "seiketsu"
AGENTS = {"lucia.ferri": "Lucia Ferri", "samir.haddad": "Samir Haddad", "noemi.keller": "Noemi Keller"}
ENGINEERING = "Seiketsu engineering"
MACROS = ("Ask for the number of the call", "Explain an invoice", "Hand over to engineering", "Say thank you")
ANSWERED_AFTER, PROMISED, WEEK = 1.0, 15, 7 * 24 * 60
"""Seconds until somebody answers; minutes in which the policy promises an answer; minutes."""


@dataclass(frozen=True)
class Rule:
    """A trigger: a request with one of the words goes to the group; whoever answers it names the article."""

    words: tuple[str, ...]
    group: str
    priority: str
    article: str


RULES = {
    "voice": Rule(("forward", "voice"), "Seiketsu voice", "high", "Forward your number to Seiketsu"),
    "billing": Rule(("invoice", "amount"), "Seiketsu billing", "normal", "Read your invoice"),
    "account": Rule(("second factor", "password"), "Seiketsu accounts", "high", "Sign in with a second factor"),
    "integration": Rule(("salesforce", "crm"), "Seiketsu product", "normal", "Send leads to your CRM"),
    "privacy": Rule(("personal data",), "Seiketsu accounts", "high", "Answer a request for personal data"),
}
GROUPS = sorted({rule.group for rule in RULES.values()} | {ENGINEERING})
GROUP_IDS = {"Support": 360001} | {name: 360100 + number for number, name in enumerate(GROUPS)}


def matching(ticket: dict[str, Any]) -> str | None:
    """The word of the rule that is about a ticket of the brand."""
    if BRAND not in ticket.get("tags", []):
        return None
    said = str(ticket["subject"]).lower()
    return next((w for w, rule in RULES.items() if any(re.search(rf"\b{each}\b", said) for each in rule.words)), None)


def routed(zendesk: Zendesk, ticket: dict[str, Any]) -> dict[str, Any]:
    """The ticket after the triggers ran over it."""
    word = matching(ticket)
    if word is None:
        return ticket
    if word in zendesk.behaviour.rules_off:  # whoever takes what is nobody's answers it, too
        return ticket | {"rule": word}
    rule = RULES[word]
    return ticket | {"rule": word, "group_id": GROUP_IDS[rule.group], "priority": rule.priority}


def comments(zendesk: Zendesk, ticket: dict[str, Any]) -> list[dict[str, Any]]:
    """What was said in a ticket: the request, and an agent's answer once somebody has looked at it."""
    at = zendesk.at(ticket)
    said = [_comment(ticket["id"] * 10, 7001, str(ticket.get("description", "")), at)]
    rule = RULES.get(str(ticket.get("rule")))
    if rule is not None and time.time() - at >= ANSWERED_AFTER:
        title = zendesk.behaviour.rule_articles.get(str(ticket["rule"]), rule.article)
        text = f"Thank you for writing. This article says what to do: {article_address(zendesk, BRAND, title)}"
        said.append(_comment(ticket["id"] * 10 + 1, identifier("agent", "lucia.ferri"), text, at + ANSWERED_AFTER))
    return said


def policy_metrics(zendesk: Zendesk, ticket: dict[str, Any]) -> list[dict[str, Any]]:
    """The clock of the first answer. It stands still while support is closed, and runs on when it opens."""
    if "rule" not in ticket:
        return []
    made = datetime.fromtimestamp(zendesk.at(ticket), UTC)
    waiting = minutes_until_open(intervals(zendesk), made)
    stage = "achieved" if len(comments(zendesk, ticket)) > 1 else "paused" if waiting else "active"
    due = made + timedelta(minutes=waiting + PROMISED)
    return [{"metric": "first_reply_time", "stage": stage, "breach_at": due.strftime("%Y-%m-%dT%H:%M:%SZ")}]


def intervals(zendesk: Zendesk) -> list[dict[str, int]]:
    """When support is open, in minutes since Sunday 00:00 UTC."""
    if not zendesk.behaviour.closed_now:
        return [{"start_time": 0, "end_time": WEEK}]
    opens = (minute_of_week(datetime.now(UTC)) + 360) % WEEK
    return [{"start_time": opens, "end_time": min(opens + 480, WEEK)}]


def minute_of_week(at: datetime) -> int:
    return (at.isoweekday() % 7) * 1440 + at.hour * 60 + at.minute


def minutes_until_open(open_: list[dict[str, int]], at: datetime) -> int:
    now = minute_of_week(at)
    if any(each["start_time"] <= now < each["end_time"] for each in open_):
        return 0
    return min((each["start_time"] - now) % WEEK for each in open_)


def staff_router(zendesk: Zendesk) -> APIRouter:
    router = APIRouter(prefix="/api/v2", dependencies=[Depends(zendesk.authorise)])

    def page(key: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
        return {key: rows, "count": len(rows), "next_page": None, "previous_page": None}

    @router.get("/users.json")
    async def users() -> dict[str, Any]:
        off = zendesk.behaviour.suspended_agents
        rows = [
            {"id": identifier("agent", login), "name": name, "email": f"{login}@{BRAND}.example", "role": "agent",
             "active": True, "suspended": f"{login}@{BRAND}.example" in off}
            for login, name in AGENTS.items()
        ]  # fmt: skip
        return page("users", rows)

    @router.get("/groups.json")
    async def groups() -> dict[str, Any]:
        return page("groups", [{"id": id_, "name": name, "deleted": False} for name, id_ in GROUP_IDS.items()])

    @router.get("/group_memberships.json")
    async def memberships() -> dict[str, Any]:
        pairs = [(login, group) for login in AGENTS for group in GROUP_IDS.values()]
        rows = [
            {"id": n, "user_id": identifier("agent", login), "group_id": group}
            for n, (login, group) in enumerate(pairs, 1)
        ]
        return page("group_memberships", rows)

    @router.get("/macros/active.json")
    async def macros() -> dict[str, Any]:
        there = [name for name in MACROS if name not in zendesk.behaviour.without_macros]
        return page("macros", [{"id": n, "title": name, "active": True} for n, name in enumerate(there, 1)])

    @router.get("/business_hours/schedules.json")
    async def schedules() -> dict[str, Any]:
        return page("schedules", [{"id": 1, "name": "Support", "time_zone": "UTC", "intervals": intervals(zendesk)}])

    @router.get("/tickets/{id_}/comments.json")
    async def said(id_: int) -> dict[str, Any]:
        return page("comments", comments(zendesk, zendesk.known(id_)))

    return router


def _comment(id_: int, author: int, text: str, at: float) -> dict[str, Any]:
    made = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {"id": id_, "author_id": author, "body": text, "public": True, "created_at": made}
