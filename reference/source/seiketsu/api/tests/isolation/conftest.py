"""Two organisations in a database made by the migrations, and the application between them.

`DATABASE_URL` leads to the database as the application's role, `OWNER_URL` as who may set things up in it.
"""

from __future__ import annotations

import os
import secrets
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from psycopg.rows import dict_row

PACKAGE = types.ModuleType("reference")
PACKAGE.__path__ = [str(Path(__file__).parents[2])]  # the checkout's application, not one that is installed
sys.modules["reference"] = PACKAGE
NOWHERE = "http://127.0.0.1:9"
os.environ |= {
    "SECRET_KEY": secrets.token_urlsafe(32), "FIELD_ENCRYPTION_KEY": secrets.token_urlsafe(32),
    "APP_VERSION": "0", "GIT_SHA": "0" * 40, "ENVIRONMENT": "test",
    "REDIS_URL": "redis://127.0.0.1:9/0", "REQUEST_LOG_FILE": os.devnull, "OPENAI_BASE_URL": NOWHERE,
    "ELEVENLABS_BASE_URL": NOWHERE, "AWS_ENDPOINT_URL": NOWHERE, "AWS_MAX_ATTEMPTS": "1",
    **dict.fromkeys(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), "none"),
}  # fmt: skip

from fastapi.testclient import TestClient  # noqa: E402

from reference.app.cache import Quota  # noqa: E402
from reference.app.seiketsu import app  # noqa: E402
from reference.app.sessions import Sessions  # noqa: E402

# The application is made by now. Its queue, which is looked for later, is in this process.
os.environ["CELERY_BROKER_URL"] = "memory://"

THINGS = """
with u as (insert into users (organization_id, email, username, full_name, password_hash, role)
             values (%(org)s, %(mark)s || '@example.com', %(mark)s, %(mark)s, '-', 'org_admin') returning id),
  a as (insert into voice_agents (organization_id, name, voice_id, greeting)
          values (%(org)s, %(mark)s, 'voice', 'Hello') returning id),
  l as (insert into leads (organization_id, first_name, last_name, lead_score, next_follow_up_date)
          values (%(org)s, 'Ann', %(mark)s, 90, now()) returning id),
  p as (insert into properties (organization_id, mls_number, title, address, city, price)
          values (%(org)s, %(mark)s, %(mark)s, '1 Main St', 'Springfield', 1) returning id),
  w as (insert into webhooks (organization_id, url, events, secret)
          values (%(org)s, 'https://' || %(mark)s || '.invalid', '{lead.updated}', '-') returning id),
  r as (insert into reports (organization_id, report_type, content)
          values (%(org)s, 'leads', to_jsonb(%(mark)s::text)) returning id)
select u.id as "user", a.id as agent, l.id as lead, p.id as property, w.id as webhook, r.id as report
from u, a, l, p, w, r
"""
TALKS = """
with c as (insert into conversations (organization_id, call_id, voice_agent_id, lead_id, caller_name, transcript)
             values (%(org)s, %(mark)s, %(agent)s, %(lead)s, %(mark)s, %(mark)s) returning id),
  m as (insert into conversation_messages (conversation_id, speaker, content) select id, 'caller', %(mark)s from c)
insert into realtime_conversation_sessions (agent_id, conversation_id, session_id)
  select %(agent)s, c.id, %(mark)s from c returning conversation_id as conversation, session_id as session
"""


class Kept:
    """What the application wants of its cache, in this process."""

    broker = None

    def __init__(self) -> None:
        self.values: dict[str, Any] = {}

    async def get(self, key: str) -> Any:
        return self.values.get(key)

    async def put(self, key: str, value: Any, _: int) -> None:
        self.values[key] = value

    async def forget(self, key: str) -> None:
        self.values.pop(key, None)

    async def is_revoked(self, names: list[str]) -> bool:
        return any(f"revoked:{name}" in self.values for name in names)

    async def revoke(self, name: str, _: int) -> None:
        self.values[f"revoked:{name}"] = 1

    async def admit_again(self, name: str) -> None:
        self.values.pop(f"revoked:{name}", None)

    async def count(self, _: str, limit: int, seconds: int = 60) -> Quota:
        return Quota(limit, limit, seconds)

    async def close(self) -> None:
        self.values.clear()


@dataclass
class Organization:
    """`mark` stands in everything that it has; `ids` by kind."""

    id: str
    mark: str
    ids: dict[str, str]
    client: TestClient
    headers: dict[str, str] = field(default_factory=dict)

    def call(self, method: str, path: str, **how: Any) -> Any:
        headers = self.headers | how.pop("headers", {})
        return self.client.request(method, path, headers=headers, **how)


@pytest.fixture(scope="session")
def owner() -> Iterator[psycopg.Connection[dict[str, Any]]]:
    """Past row security: sets up, and looks whether something changed."""
    with psycopg.connect(os.environ["OWNER_URL"], autocommit=True, row_factory=dict_row) as connection:
        yield connection


@pytest.fixture(scope="session")
def client() -> Iterator[TestClient]:
    kept = Kept()
    services = app.state.services
    app.state.services = replace(services, cache=kept, sessions=Sessions(kept, services.database))
    with TestClient(app, raise_server_exceptions=False) as started:
        yield started


@pytest.fixture(scope="session")
def make(owner: psycopg.Connection[dict[str, Any]], client: TestClient) -> Any:
    def made(word: str) -> Organization:
        org, mark = str(uuid4()), f"{word}{secrets.token_hex(6)}"
        owner.execute(
            "insert into organizations (id, name, slug, plan) values (%s, %s, %s, 'enterprise')", (org, mark, mark)
        )
        ids = owner.execute(THINGS, {"org": org, "mark": mark}).fetchone()
        ids |= owner.execute(TALKS, {"org": org, "mark": mark, **ids}).fetchone()
        claims = {"org_id": org, "role": "org_admin", "plan": "enterprise", "email": f"{mark}@example.com"}
        token = app.state.services.tokens.issue(str(ids["user"]), "access", claims)
        return Organization(
            org, mark, {k: str(v) for k, v in ids.items()}, client, {"Authorization": f"Bearer {token}"}
        )

    return made


@pytest.fixture(scope="session")
def ours(make: Any) -> Organization:
    return make("ours")


@pytest.fixture(scope="session")
def theirs(make: Any) -> Organization:
    return make("theirs")
