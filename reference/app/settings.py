"""What one process of a product is told by its environment, in the product's own names."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

DEFAULT_JWT_SECRET = "your-secret-key-change-in-production"  # noqa: S105 - known, and refused
"""The secret that the products' sources fall back to; a deployment must not sign with it."""


@dataclass(frozen=True)
class AppSettings:
    """Secrets are left out of `repr`. Times in seconds. URLs without a slash at the end."""

    product: str
    environment: str
    version: str
    commit: str
    instance: str
    database_url: str = field(repr=False)
    replica_url: str = field(repr=False)
    database_pool: int
    redis_url: str = field(repr=False)
    broker_url: str = field(repr=False)
    cache_ttl: int
    jwt_secret: str = field(repr=False)
    jwt_previous_secret: str = field(repr=False)
    field_key: str = field(repr=False)
    jwt_issuer: str
    jwt_audience: str
    access_seconds: int
    refresh_seconds: int
    cors_origins: tuple[str, ...]
    rate_limit_per_minute: int
    rate_window_seconds: int
    guess_window_seconds: int
    most_in_flight: int
    """Requests that a process answers at once; those beyond are refused at the door. 0: as many as come."""
    openai_url: str
    openai_key: str = field(repr=False)
    embedding_model: str
    embedding_dimension: int
    vector_store: str
    pinecone_url: str
    pinecone_key: str = field(repr=False)
    pinecone_index: str
    google_url: str
    google_key: str = field(repr=False)
    deepl_url: str
    deepl_key: str = field(repr=False)
    elevenlabs_url: str
    elevenlabs_key: str = field(repr=False)
    bucket: str
    region: str
    aws_endpoint: str | None
    ca_file: str | None
    control_token: str = field(repr=False)
    log_file: str | None
    sentry_dsn: str = field(default="", repr=False)
    stripe_url: str = ""
    """Of the payment provider; empty: nobody is billed."""
    stripe_key: str = field(default="", repr=False)
    stripe_test_key: str = field(default="", repr=False)
    """Of test mode, by which synthetic tenants are billed."""
    stripe_webhook_secret: str = field(default="", repr=False)
    hubspot_url: str = ""
    """Of the sales' CRM; empty: what the site is told stays here."""
    hubspot_token: str = field(default="", repr=False)
    hubspot_client_secret: str = field(default="", repr=False)
    hubspot_webhook_url: str = ""
    """Where the CRM sends its events: it signs the address as it knows it."""
    support_url: str = ""
    """Of the help desk, where feedback becomes tickets; empty: nowhere."""
    verification_users: tuple[str, ...] = ()
    started: datetime = field(default_factory=lambda: datetime.now(UTC))


def load(product: str, environ: Mapping[str, str] = os.environ) -> AppSettings:
    """Raises KeyError for a variable that has no safe default."""

    def url(name: str, default: str, *, without: str = "") -> str:
        return (environ.get(name) or default).rstrip("/").removesuffix(without)

    studio = product == "aurastudio"
    secret = (
        environ.get("JWT_SECRET_KEY" if studio else "SECRET_KEY") or environ.get("JWT_SECRET") or DEFAULT_JWT_SECRET
    )
    access = int(environ.get("JWT_EXPIRATION_HOURS", "24")) * 3600 if studio else 1800
    origins = environ.get("CORS_ORIGINS", "http://localhost:3000")
    return AppSettings(
        product=product,
        environment=environ.get("API_ENV" if studio else "ENVIRONMENT", "development"),
        version=environ["APP_VERSION"],
        commit=environ["GIT_SHA"],
        instance=environ.get("INSTANCE_ID", f"{product}-{os.getpid()}"),
        database_url=environ["DATABASE_URL"],
        replica_url=environ.get("DATABASE_REPLICA_URL", ""),
        database_pool=int(environ.get("DATABASE_POOL_SIZE", "5")),
        redis_url=environ["REDIS_URL"],
        broker_url=environ.get("CELERY_BROKER_URL", ""),
        cache_ttl=int(environ.get("REDIS_CACHE_TTL", "86400")),
        jwt_secret=secret,
        jwt_previous_secret=environ.get("JWT_PREVIOUS_SECRET", ""),
        field_key=environ.get("FIELD_ENCRYPTION_KEY", ""),
        jwt_issuer="aurastudio" if studio else "seiketsu-ai",
        jwt_audience="aurastudio-api" if studio else "seiketsu-ai-client",
        access_seconds=access,
        refresh_seconds=7 * 86400,
        cors_origins=tuple(origin.strip().rstrip("/") for origin in origins.split(",") if origin.strip()),
        rate_limit_per_minute=int(environ.get("RATE_LIMIT_PER_MINUTE", "100")),
        rate_window_seconds=int(environ.get("RATE_LIMIT_WINDOW_SECONDS", "60")),
        guess_window_seconds=int(environ.get("GUESS_WINDOW_SECONDS", "900")),
        most_in_flight=20 if studio else 0,
        openai_url=url("OPENAI_BASE_URL", "https://api.openai.com", without="/v1"),
        openai_key=environ.get("OPENAI_API_KEY", ""),
        embedding_model=environ.get("OPENAI_MODEL_EMBEDDINGS", "text-embedding-3-small"),
        embedding_dimension=int(environ.get("OPENAI_EMBEDDING_DIMENSION", "1536")),
        vector_store=environ.get("VECTOR_DB_TYPE", "pgvector"),
        pinecone_url=url("PINECONE_HOST", "https://api.pinecone.io"),
        pinecone_key=environ.get("PINECONE_API_KEY", ""),
        pinecone_index=environ.get("PINECONE_INDEX_NAME", ""),
        google_url=url("GOOGLE_TRANSLATE_URL", "https://translation.googleapis.com"),
        google_key=environ.get("GOOGLE_TRANSLATE_API_KEY", ""),
        deepl_url=url("DEEPL_URL", "https://api.deepl.com", without="/v2"),
        deepl_key=environ.get("DEEPL_API_KEY", ""),
        elevenlabs_url=url("ELEVENLABS_BASE_URL", "https://api.elevenlabs.io", without="/v1"),
        elevenlabs_key=environ.get("ELEVENLABS_API_KEY") or environ.get("ELEVEN_LABS_API_KEY", ""),
        bucket=environ.get("AWS_S3_BUCKET", f"{product}-assets"),
        region=environ.get("AWS_REGION", "us-east-1"),
        aws_endpoint=environ.get("AWS_ENDPOINT_URL"),
        ca_file=environ.get("GOLIVE_CA_FILE"),
        control_token=environ.get("REFERENCE_CONTROL_TOKEN") or environ.get("GOLIVE_CONTROL_TOKEN", ""),
        log_file=environ.get("REQUEST_LOG_FILE"),
        sentry_dsn=environ.get("SENTRY_DSN", ""),
        stripe_url=url("STRIPE_URL", ""),
        stripe_key=environ.get("STRIPE_SECRET_KEY", ""),
        stripe_test_key=environ.get("STRIPE_TEST_SECRET_KEY", ""),
        stripe_webhook_secret=environ.get("STRIPE_WEBHOOK_SECRET", ""),
        hubspot_url=url("HUBSPOT_URL", ""),
        hubspot_token=environ.get("HUBSPOT_TOKEN", ""),
        hubspot_client_secret=environ.get("HUBSPOT_CLIENT_SECRET", ""),
        hubspot_webhook_url=url("HUBSPOT_WEBHOOK_URL", ""),
        support_url=url("SUPPORT_URL", ""),
        verification_users=tuple(environ.get("VERIFICATION_USERS", "").split()),
    )
