"""Seed what belongs to one deployment: digests of the migrations, passwords, canary accounts and their marked rows.

    seed(settings)                       both databases, over the superuser's socket
    seed_product(connection, product, secret)   one database; `secret(name) -> str` gives the value for a name

Secrets by name: `<product>/identity/<user name>` is a password (users: `reference.schema.canaries`),
`seiketsu/api-key/<slug>` the API key of an organisation's org_admin, `seiketsu/webhook/<slug>` its webhook's secret.
Stock media get the address of this deployment. Repeating it changes nothing but password hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from secrets import token_urlsafe
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from reference import accounting
from reference.app.passwords import hash_password
from reference.schema import PRODUCTS, files, incident, newcomers, testers
from reference.schema.canaries import (
    ADMINISTRATOR,
    AURASTUDIO_USERS,
    ORGANIZATIONS,
    PLATFORM,
    SMALL,
    SMALL_USER,
    SUPER_ADMIN,
    VOICES,
    Organization,
    User,
    kept_file,
    marker,
    second_factor,
    stable_id,
)

if TYPE_CHECKING:
    from reference.settings import Settings

Secret = Callable[[str], str]
Row = dict[str, Any]
APPLIED = "6 hours 30 minutes"
"""How long ago the migrations ran: after the backup that the account has of it, before the release was rolled out."""
LEDGER = {"aurastudio": "schema_migrations", "seiketsu": "schema_ledger"}


def seed(settings: Settings) -> None:
    """Raises psycopg.Error when a database is away or its schema was not applied."""
    for product in PRODUCTS:
        with psycopg.connect(settings.postgres.superuser_dsn(product)) as connection:
            seed_product(connection, product, settings.secret)
            if product == "aurastudio":
                connection.execute(
                    "UPDATE actor_dna SET thumbnail_url = %s || thumbnail_url WHERE thumbnail_url LIKE '/%%'",
                    (settings.products[product].api_url,),
                )


def seed_product(connection: psycopg.Connection[Any], product: str, secret: Secret) -> None:
    record_migrations(connection, product)
    if product == "aurastudio":
        for user in AURASTUDIO_USERS:
            _studio_user(connection, user, secret)
        _testers(connection)
    else:
        _organization(connection, PLATFORM)
        _user(connection, PLATFORM, SUPER_ADMIN, secret)
        _user(connection, PLATFORM, ADMINISTRATOR, secret)
        connection.execute(
            "UPDATE users SET two_factor_enabled = true, two_factor_secret = %s WHERE id = %s",
            (second_factor(secret(f"{ADMINISTRATOR.secret}/codes")), ADMINISTRATOR.id),
        )
        _organization(connection, SMALL)
        _user(connection, SMALL, SMALL_USER, secret)
        _voice_agent(connection, SMALL)
        for organization in ORGANIZATIONS:
            _organization(connection, organization)
            for user in organization.users:
                _user(connection, organization, user, secret)
            _business_rows(connection, organization, secret)
        for id_, properties, at in newcomers.events(datetime.now(UTC)):
            told: Row = {"event_type": "onboarding", "properties": properties, "created_at": at}
            _insert(connection, "analytics_events", id=id_, organization_id=PLATFORM.id, **told)
        for id_, properties, at in incident.failed_calls(datetime.now(UTC)):
            told = {"event_type": incident.EVENT, "properties": properties, "created_at": at}
            _insert(connection, "analytics_events", id=id_, organization_id=PLATFORM.id, **told)


def record_migrations(connection: psycopg.Connection[Any], product: str) -> None:
    """One ledger row for each file with the SHA-256 of its bytes."""
    rows = [
        (path.stem.split("_")[0], path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files(product)
    ]
    connection.cursor().executemany(
        f"INSERT INTO {LEDGER[product]} (version, name, sha256, applied_at) "  # noqa: S608
        f"VALUES (%s, %s, %s, now() - interval '{APPLIED}') ON CONFLICT DO NOTHING",
        rows,
    )


def _insert(connection: psycopg.Connection[Any], table: str, update: tuple[str, ...] = (), /, **row: Any) -> None:
    """Insert one row; dicts become JSON. Where it exists, the columns of `update` change and the rest stays."""
    values = {name: Jsonb(value) if isinstance(value, dict) else value for name, value in row.items()}
    columns = sql.SQL(", ").join(map(sql.Identifier, values))
    places = sql.SQL(", ").join(map(sql.Placeholder, values))
    conflict: sql.Composable = sql.SQL("DO NOTHING")
    if update:
        changes = [sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in update]
        conflict = sql.SQL("(id) DO UPDATE SET ") + sql.SQL(", ").join(changes)
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({}) ON CONFLICT ").format(sql.Identifier(table), columns, places)
    connection.execute(statement + conflict, values)


def _studio_user(connection: psycopg.Connection[Any], user: User, secret: Secret) -> None:
    mark, owner, thumbnail = marker(user), user.id, "/api/avatars/aria/thumbnail.svg"

    def plant(table: str, key: str, /, **row: Any) -> UUID:
        row_id = stable_id("aurastudio", user.name, key)
        _insert(connection, table, id=row_id, user_id=owner, **row)
        return row_id

    stored = hash_password(secret(user.secret))
    account = {"id": owner, "email": user.email, "name": user.name.title(), "subscription_tier": user.role}
    _insert(
        connection, "user_profiles", ("password_hash",), **account, password_hash=stored, is_beta=user.role == "pro"
    )
    text = {
        "title": f"{mark} launch film",
        "description": f"{mark} description",
        "script_text": f"{mark} opening scene",
    }
    project = plant("projects", "project", **text)
    plant("user_memory", "memory", summary=f"{mark} memory", full_text=f"{mark} likes quiet mornings and strong coffee")
    launched = plant("user_memory", "launch", summary=f"{mark} launch day", full_text=f"{mark} was there on launch day")
    mesh = f"meshes/users/{owner}/own.glb"
    plant("actor_dna", "avatar", name=f"{mark} avatar", base_voice=VOICES[0], mesh_path=mesh, thumbnail_url=thumbnail)
    plant("effect_library", "effect", name=f"{mark} effect", pitch_multiplier=1.2)
    plant("asset_vault", "asset", name=f"{mark}.wav", type="audio", s3_url=kept_file(user))
    plant("export_jobs", "export", project_id=project, status="completed")
    plant("conversation_history", "conversation", user_message=f"{mark} good morning", ai_response=f"{mark} good day")
    plant("persona_sync", "persona", user_preferences={"marker": mark})
    plant("studio_records", "product", kind="product", payload={"product_name": f"{mark} mug"})
    plant("feedback", "feedback", rating=5, message=f"{mark} is content")
    plant("audit_log", "audit", actor_id=owner, action="project.create", object_type="project", object_id=str(project))
    plant("audit_log", "stored", actor_id=owner, action="memory.store", object_type="memory", object_id=str(launched))
    analysis = stable_id("aurastudio", user.name, "analysis")
    _insert(connection, "script_analysis", id=analysis, project_id=project, sentiment="neutral", sentiment_score=0.0)


def _testers(connection: psycopg.Connection[Any]) -> None:
    """Those of the beta, who signed in, agreed and said what they think. Nobody knows their pass phrase."""
    now, stored = datetime.now(UTC), hash_password(token_urlsafe(24))
    for number, name in enumerate(testers.NAMES):
        user, seen = testers.user_id(number), testers.seen_at(number, now)
        came = now - timedelta(days=20, hours=8)
        account = {"email": testers.email(number), "name": name, "subscription_tier": "free", "is_beta": True}
        own: Row = {"password_hash": stored, "terms_version": "2026-10", "created_at": came}
        _insert(connection, "user_profiles", id=user, **account, **own)
        agreed: Row = {"user_preferences": {"granted": ["beta"]}}
        _insert(connection, "persona_sync", id=stable_id("persona", str(user)), user_id=user, **agreed)
        entry: Row = {"id": stable_id("seen", str(user)), "user_id": user, "actor_id": user, "created_at": seen}
        _insert(connection, "audit_log", **entry, action="auth.login", object_type="session")
    for opinion in testers.OPINIONS:
        at = testers.said_at(opinion, now)
        decided, by = at + timedelta(days=1), testers.REVIEWERS[opinion.days % 2]
        made: Row = {}
        if opinion.status != "new":
            made = {"decision": opinion.decision, "decided_by": by, "decided_at": decided}
        if opinion.asks:
            made |= {"answered_at": decided}
        _insert(
            connection, "feedback", id=testers.opinion_id(opinion), user_id=testers.user_id(opinion.by),
            rating=opinion.rating, message=opinion.message, page="/account", status=opinion.status,
            wants_answer=opinion.asks, created_at=at, **made,
        )  # fmt: skip


def _organization(connection: psycopg.Connection[Any], organization: Organization) -> None:
    slug, platform = organization.slug, organization == PLATFORM
    _insert(
        connection,
        "organizations",
        id=organization.id,
        name=organization.name,
        slug=slug,
        domain=f"{slug}.example",
        plan="custom" if platform else "starter" if organization == SMALL else "professional",
        is_canary=not platform,
        max_users=500,
        max_voice_agents=500,
        max_conversations_per_month=1_000_000,
        max_voice_minutes_per_month=100_000,
        settings={"max_agents": 5, "voice_minutes": 1000},
        created_at=datetime.now(UTC) - timedelta(days=200),
    )
    _insert(
        connection,
        "clients",
        id=organization.id,
        slug=slug,
        database_schema=f"client_{slug.replace('-', '_')}",
        contact_email=f"owner@{slug}.example",
        tier="standard",
        provisioning_step="active",
    )


def _user(connection: psycopg.Connection[Any], organization: Organization, user: User, secret: Secret) -> None:
    key = secret(f"seiketsu/api-key/{organization.slug}") if user.role == "org_admin" else None
    _insert(
        connection,
        "users",
        ("password_hash", "api_key"),
        id=user.id,
        organization_id=organization.id,
        email=user.email,
        username=user.name,
        full_name=f"{organization.name} {user.role}",
        password_hash=hash_password(secret(user.secret)),
        role=user.role,
        api_key=key and hashlib.sha256(key.encode()).hexdigest(),
    )


def _voice_agent(connection: psycopg.Connection[Any], organization: Organization) -> UUID:
    name, row_id = organization.name, organization.row_id("voice_agents")
    _insert(
        connection, "voice_agents", id=row_id, organization_id=organization.id, name=f"{name} assistant",
        voice_id=organization.voice_id,
        greeting=f"Hello, this is the AI assistant of {name}. This call may be recorded.",
        system_prompt=f"{organization.marker}: speak for {name} only.",
    )  # fmt: skip
    return row_id


def _business_rows(connection: psycopg.Connection[Any], organization: Organization, secret: Secret) -> None:
    mark, name, slug, admin = organization.marker, organization.name, organization.slug, organization.users[0]

    def plant(table: str, number: int = 1, /, *, tenant: str | None = "organization_id", **row: Any) -> UUID:
        row_id = organization.row_id(table, number)
        owner: Row = {tenant: organization.id} if tenant else {}
        _insert(connection, table, id=row_id, **owner, **row)
        return row_id

    agent = _voice_agent(connection, organization)
    person: Row = {"first_name": "Canary", "last_name": mark, "email": f"lead@{slug}.example"}
    lead = plant("leads", **person, source="referral", lead_score=85, budget_max=900_000, notes=f"{mark} planted lead")
    person = {"first_name": "Second", "last_name": mark, "email": f"second@{slug}.example"}
    plant("leads", 2, **person, lead_score=40, notes=f"{mark} second lead")
    house: Row = {"title": f"{mark} garden house", "address": f"1 {name} Way", "city": organization.city}
    text = f"{mark} three bedrooms with a quiet garden in {organization.city}"
    size: Row = {"price": 750_000, "bedrooms": 3, "square_feet": 1800}
    plant("properties", mls_number=f"MLS-{mark}", description=text, **house, **size)
    links: Row = {"call_id": f"call-{slug}", "voice_agent_id": agent, "lead_id": lead, "caller_name": f"Caller {mark}"}
    said = f"{mark} asked for a garden house"
    conversation = plant("conversations", **links, status="completed", transcript=said, duration_seconds=42)
    within: Row = {"tenant": None, "conversation_id": conversation}
    plant("conversation_messages", **within, speaker="caller", content=f"{mark} do you have a garden house?")
    plant("voice_quality_metrics", **within, first_audio_ms=450, total_ms=900, quality_score=0.94)
    plant("conversation_intents", **within, intent=f"buy {mark}", confidence=0.9)
    plant("emotion_detection_logs", **within, emotion="calm", confidence=0.8)
    plant("objection_handling_logs", **within, objection=f"{mark} too expensive", answer="We have smaller houses.")
    plant("conversation_flow_analytics", **within, turns=2)
    session: Row = {"session_id": f"session-{slug}", "status": "closed", "conversation_id": conversation}
    plant("realtime_conversation_sessions", tenant=None, agent_id=agent, **session)
    taught: Row = {"question": f"{mark} which agency are you?", "answer": f"We are {name}."}
    plant("voice_agent_learning_data", tenant=None, agent_id=agent, **taught)
    hook: Row = {"url": f"https://hooks.{slug}.example/{mark}", "secret": secret(f"seiketsu/webhook/{slug}")}
    plant("webhooks", **hook, events=["lead.created"], is_active=False)
    plant("integrations", provider="hubspot", settings={"marker": mark})
    plant("analytics_events", event_type="canary", properties={"marker": mark})
    plant("subscriptions", plan="silver", monthly_usd=149)
    plant("reports", report_type="leads", status="completed", content={"marker": mark})
    billed: Row = {"tenant": "client_id"}
    account = plant("client_third_party_accounts", **billed, provider="elevenlabs", external_id=f"account-{mark}")
    plant("third_party_usage_logs", tenant=None, account_id=account, unit="characters", quantity=1200)
    plant("third_party_webhooks", **billed, provider="stripe", payload={"marker": mark})
    plant("client_provisioning_logs", **billed, step="active", detail=mark)
    asked = datetime.now(UTC) - timedelta(minutes=12)
    plant("client_provisioning_logs", 2, **billed, step="requested", detail=mark, created_at=asked)
    plant("client_subscriptions", **billed, plan="silver")
    for number, day in enumerate((datetime.now(UTC).date(), datetime.now(UTC).date() - timedelta(days=1)), 1):
        at: Row = {"recorded_at": datetime(day.year, day.month, day.day, tzinfo=UTC)}
        quantity = accounting.used(organization.id, day)
        plant("client_usage_records", number, **billed, **at, metric=accounting.VOICE_SECONDS, quantity=quantity)
    period: Row = {"period_start": date(2026, 10, 1), "period_end": date(2026, 10, 31)}
    plant("client_billing_records", **billed, amount_usd=149, status="paid", **period)
    plant("compliance_reports", **billed, report_type="access", status="completed", content={"marker": mark})
    actor: Row = {"actor_id": admin.id, "actor_organization_id": organization.id, "event_type": "data.create"}
    plant("client_audit_logs", **billed, **actor, object_type="lead", object_id=str(lead))
