"""Seed what belongs to one deployment: digests of the applied migrations, passwords, canary accounts and their marked rows.

    seed(settings)                       both databases, over the superuser's socket
    seed_product(connection, product, secret)   one database; `secret(name) -> str` gives the value for a name

Secrets by name: `<product>/identity/<user name>` is a password (users: `reference.schema.canaries`), `seiketsu/api-key/<slug>`
the API key of an organisation's org_admin, `seiketsu/webhook/<slug>` the signing secret of its webhook.
Repeating it changes nothing but password hashes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import psycopg

from reference.app.passwords import hash_password
from reference.schema import PRODUCTS, files
from reference.schema.canaries import (
    AURASTUDIO_USERS,
    ORGANIZATIONS,
    PLATFORM,
    SUPER_ADMIN,
    Organization,
    User,
    marker,
    stable_id,
)

if TYPE_CHECKING:
    from reference.settings import Settings

Secret = Callable[[str], str]
LEDGER = {"aurastudio": "schema_migrations", "seiketsu": "schema_ledger"}


def seed(settings: Settings) -> None:
    """Raises psycopg.Error when a database is away or its schema was not applied."""
    for product in PRODUCTS:
        with psycopg.connect(settings.postgres.superuser_dsn(product)) as connection:
            seed_product(connection, product, settings.secret)


def seed_product(connection: psycopg.Connection[Any], product: str, secret: Secret) -> None:
    record_migrations(connection, product)
    if product == "aurastudio":
        for user in AURASTUDIO_USERS:
            _studio_user(connection, user, secret)
    else:
        _organization(connection, PLATFORM)
        _user(connection, PLATFORM, SUPER_ADMIN, secret)
        for organization in ORGANIZATIONS:
            _organization(connection, organization)
            for user in organization.users:
                _user(connection, organization, user, secret)
            _business_rows(connection, organization, secret)


def record_migrations(connection: psycopg.Connection[Any], product: str) -> None:
    """One ledger row for each file with the SHA-256 of its bytes."""
    rows = [
        (path.stem.split("_")[0], path.name, hashlib.sha256(path.read_bytes()).hexdigest()) for path in files(product)
    ]
    connection.cursor().executemany(
        f"INSERT INTO {LEDGER[product]} (version, name, sha256) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING", rows
    )


def _studio_user(connection: psycopg.Connection[Any], user: User, secret: Secret) -> None:
    connection.execute(
        "INSERT INTO user_profiles (id, email, name, password_hash, subscription_tier, is_beta)"
        " VALUES (%s, %s, %s, %s, %s, true)"
        " ON CONFLICT (id) DO UPDATE SET password_hash = excluded.password_hash",
        (user.id, user.email, user.name.title(), hash_password(secret(user.secret)), user.role),
    )
    mark, own = marker(user), lambda kind: stable_id("aurastudio", user.name, kind)
    connection.execute(
        "INSERT INTO projects (id, user_id, title, description, script_text) VALUES (%s, %s, %s, %s, %s) ON CONFLICT DO"
        " NOTHING",
        (own("project"), user.id, f"{mark} launch film", f"{mark} description", f"{mark} opening scene"),
    )
    connection.execute(
        "INSERT INTO user_memory (id, user_id, summary, full_text, memory_type) VALUES (%s, %s, %s, %s, 'note') ON"
        " CONFLICT DO NOTHING",
        (own("memory"), user.id, f"{mark} memory", f"{mark} likes quiet mornings and strong coffee"),
    )
    connection.execute(
        "INSERT INTO actor_dna (id, user_id, name, type, base_voice, mesh_path, thumbnail_url)"
        " VALUES (%s, %s, %s, 'custom', '21m00Tcm4TlvDq8ikWAM', %s, '/assets/avatars/aria.png') ON CONFLICT DO NOTHING",
        (own("avatar"), user.id, f"{mark} avatar", f"meshes/users/{user.id}/own.glb"),
    )
    connection.execute(
        "INSERT INTO effect_library (id, user_id, name, pitch_multiplier) VALUES (%s, %s, %s, 1.2) ON CONFLICT DO"
        " NOTHING",
        (own("effect"), user.id, f"{mark} effect"),
    )
    connection.execute(
        "INSERT INTO asset_vault (id, user_id, name, type, s3_url) VALUES (%s, %s, %s, 'audio', %s) ON CONFLICT DO"
        " NOTHING",
        (own("asset"), user.id, f"{mark}.wav", f"users/{user.id}/{mark}.wav"),
    )
    connection.execute(
        "INSERT INTO export_jobs (id, project_id, user_id, status) VALUES (%s, %s, %s, 'completed') ON CONFLICT DO"
        " NOTHING",
        (own("export"), own("project"), user.id),
    )
    connection.execute(
        "INSERT INTO conversation_history (id, user_id, user_message, ai_response) VALUES (%s, %s, %s, %s) ON CONFLICT"
        " DO NOTHING",
        (own("conversation"), user.id, f"{mark} good morning", f"{mark} good morning to you"),
    )
    connection.execute(
        "INSERT INTO persona_sync (id, user_id, user_preferences) VALUES (%s, %s, jsonb_build_object('marker',"
        " %s::text)) ON CONFLICT DO NOTHING",
        (own("persona"), user.id, mark),
    )
    connection.execute(
        "INSERT INTO studio_records (id, user_id, kind, payload) VALUES (%s, %s, 'product',"
        " jsonb_build_object('product_name', %s::text)) ON CONFLICT DO NOTHING",
        (own("product"), user.id, f"{mark} mug"),
    )


def _organization(connection: psycopg.Connection[Any], organization: Organization) -> None:
    platform = organization == PLATFORM
    connection.execute(
        "INSERT INTO organizations (id, name, slug, domain, plan, is_canary, max_users, settings)"
        " VALUES (%s, %s, %s, %s, %s, %s, 50, %s::text::jsonb) ON CONFLICT DO NOTHING",
        (organization.id, organization.name, organization.slug, f"{organization.slug}.example",
         "custom" if platform else "professional", not platform, '{"max_agents": 5, "voice_minutes": 1000}'),
    )  # fmt: skip
    connection.execute(
        "INSERT INTO clients (id, slug, database_schema, contact_email, tier, provisioning_step)"
        " VALUES (%s, %s, %s, %s, 'standard', 'active') ON CONFLICT DO NOTHING",
        (
            organization.id,
            organization.slug,
            f"client_{organization.slug.replace('-', '_')}",
            f"owner@{organization.slug}.example",
        ),
    )


def _user(connection: psycopg.Connection[Any], organization: Organization, user: User, secret: Secret) -> None:
    key = secret(f"seiketsu/api-key/{organization.slug}") if user.role == "org_admin" else None
    connection.execute(
        "INSERT INTO users (id, organization_id, email, username, full_name, password_hash, role, api_key)"
        " VALUES (%s, %s, %s, %s, %s, %s, %s, %s) ON CONFLICT (id) DO UPDATE"
        " SET password_hash = excluded.password_hash, api_key = excluded.api_key",
        (user.id, organization.id, user.email, user.name, f"{organization.name} {user.role}",
         hash_password(secret(user.secret)), user.role, key and hashlib.sha256(key.encode()).hexdigest()),
    )  # fmt: skip


def _business_rows(connection: psycopg.Connection[Any], organization: Organization, secret: Secret) -> None:
    mark, tenant, row = organization.marker, organization.id, organization.row_id
    admin = organization.users[0]
    statements: list[tuple[str, tuple[Any, ...]]] = [
        ("voice_agents (id, organization_id, name, voice_id, greeting, system_prompt) VALUES (%s, %s, %s, %s, %s, %s)",
         (row("voice_agents"), tenant, f"{organization.name} assistant", organization.voice_id,
          f"Hello, this is the AI assistant of {organization.name}. This call may be recorded.", f"{mark}: speak for {organization.name} only")),
        ("leads (id, organization_id, first_name, last_name, email, source, lead_score, budget_max, notes) VALUES (%s, %s, %s, %s, %s, 'referral', 85, 900000, %s)",
         (row("leads"), tenant, "Canary", mark, f"lead@{organization.slug}.example", f"{mark} planted lead")),
        ("leads (id, organization_id, first_name, last_name, email, lead_score, notes) VALUES (%s, %s, %s, %s, %s, 40, %s)",
         (row("leads", 2), tenant, "Second", mark, f"second@{organization.slug}.example", f"{mark} second lead")),
        ("properties (id, organization_id, mls_number, title, description, address, city, price, bedrooms, square_feet) VALUES (%s, %s, %s, %s, %s, %s, %s, 750000, 3, 1800)",
         (row("properties"), tenant, f"MLS-{mark}", f"{mark} garden house", f"{mark} three bedrooms with a quiet garden in {organization.city}",
          f"1 {organization.name} Way", organization.city)),
        ("conversations (id, organization_id, call_id, voice_agent_id, lead_id, caller_name, status, transcript, duration_seconds, ended_at) VALUES (%s, %s, %s, %s, %s, %s, 'completed', %s, 42, now())",
         (row("conversations"), tenant, f"call-{organization.slug}", row("voice_agents"), row("leads"), f"Caller {mark}", f"{mark} asked for a garden house")),
        ("conversation_messages (id, conversation_id, speaker, content) VALUES (%s, %s, 'caller', %s)",
         (row("conversation_messages"), row("conversations"), f"{mark} do you have a garden house?")),
        ("voice_quality_metrics (id, conversation_id, first_audio_ms, total_ms, quality_score) VALUES (%s, %s, 450, 900, 0.94)",
         (row("voice_quality_metrics"), row("conversations"))),
        ("voice_agent_learning_data (id, agent_id, question, answer) VALUES (%s, %s, %s, %s)",
         (row("voice_agent_learning_data"), row("voice_agents"), f"{mark} which agency are you?", f"We are {organization.name}.")),
        ("webhooks (id, organization_id, url, events, secret, is_active) VALUES (%s, %s, %s, %s, %s, false)",
         (row("webhooks"), tenant, f"https://hooks.{organization.slug}.example/{mark}", ["lead.created"], secret(f"seiketsu/webhook/{organization.slug}"))),
        ("integrations (id, organization_id, provider, settings) VALUES (%s, %s, 'hubspot', jsonb_build_object('marker', %s::text))",
         (row("integrations"), tenant, mark)),
        ("analytics_events (id, organization_id, event_type, properties) VALUES (%s, %s, 'canary', jsonb_build_object('marker', %s::text))",
         (row("analytics_events"), tenant, mark)),
        ("subscriptions (id, organization_id, plan, monthly_usd) VALUES (%s, %s, 'silver', 149)", (row("subscriptions"), tenant)),
        ("client_third_party_accounts (id, client_id, provider, external_id) VALUES (%s, %s, 'elevenlabs', %s)",
         (row("client_third_party_accounts"), tenant, f"account-{mark}")),
        ("client_provisioning_logs (id, client_id, step, detail) VALUES (%s, %s, 'active', %s)", (row("client_provisioning_logs"), tenant, mark)),
        ("client_audit_logs (id, client_id, actor_id, actor_organization_id, event_type, object_type, object_id) VALUES (%s, %s, %s, %s, 'data.create', 'lead', %s)",
         (row("client_audit_logs"), tenant, admin.id, tenant, str(row("leads")))),
        ("reports (id, organization_id, report_type, status, content, completed_at) VALUES (%s, %s, 'leads', 'completed', jsonb_build_object('marker', %s::text), now())",
         (row("reports"), tenant, mark)),
    ]  # fmt: skip
    for statement, values in statements:
        connection.execute(f"INSERT INTO {statement} ON CONFLICT DO NOTHING", values)
