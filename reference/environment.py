"""The environment of the products' processes, in the products' own names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from reference.schema.canaries import AURASTUDIO_USERS

if TYPE_CHECKING:
    from reference.settings import Product, Settings


RATE_WINDOW_SECONDS, GUESS_WINDOW_SECONDS = 20, 30
SENTRY_PROJECTS = {"aurastudio": "1", "seiketsu": "2"}


def app_environment(settings: Settings, product: str, instance: str) -> dict[str, str]:
    """Variables of one process of `product`; `instance` is its id, as `aurastudio-1` or `worker`. Raises KeyError."""
    described = settings.products[product]
    account = settings.aws.accounts[product]
    key = account.keys["app"]
    shared = {
        **settings.process_environment(),
        "PRODUCT": product,
        "INSTANCE_ID": instance,
        "APP_VERSION": described.release.version,
        "GIT_SHA": described.release.commit,
        "LOG_LEVEL": "INFO",
        "DATABASE_URL": _writer(described, instance),
        "DATABASE_REPLICA_URL": described.database.dsn("app", replica=True),
        "REDIS_URL": described.cache_url,
        "CORS_ORIGINS": described.web_url,
        # The signing key was replaced once: what it signed before lives on until it expires.
        "JWT_PREVIOUS_SECRET": settings.secret(f"{product}/jwt-former"),
        "AWS_ENDPOINT_URL": settings.aws.endpoint_url,
        "AWS_ACCESS_KEY_ID": key.id,
        "AWS_SECRET_ACCESS_KEY": key.secret,
        "AWS_REGION": account.region,
        "AWS_DEFAULT_REGION": account.region,
        "AWS_EC2_METADATA_DISABLED": "true",
        "CELERY_BROKER_URL": settings.celery.broker_url,
        "CELERY_RESULT_BACKEND": settings.celery.result_backend,
        "REFERENCE_CONTROL_TOKEN": settings.control_token,
        **_providers(settings),
    }
    shared["SUPPORT_URL"] = f"{settings.simulators['zendesk'].base_url}/{product}"
    shared["SENTRY_DSN"] = sentry_dsn(settings, product)
    shared["VERIFICATION_USERS"] = " ".join(user.email for user in AURASTUDIO_USERS if user.product == product)
    if instance == "worker":
        shared["METRICS_PORT"] = str(settings.celery.metrics_port)
    return shared | (_aurastudio(settings) if product == "aurastudio" else _seiketsu(settings))


def sentry_dsn(settings: Settings, product: str) -> str:
    """Where the product's SDK sends errors: the public key stands before the address, the project's number last."""
    scheme, _, rest = settings.simulators["sentry"].base_url.partition("://")
    return f"{scheme}://{settings.secret('sentry/public', 32)}@{rest}/{SENTRY_PROJECTS[product]}"


def _writer(product: Product, process: str) -> str:
    """Each instance has its own way to the writer, and says who it is; the worker takes the common one."""
    for instance in [*product.instances, *product.spares]:
        if instance.id == process:
            return f"{product.database.dsn('app', port=instance.database_port)}&application_name={process}"
    return product.database.dsn("app")


def _providers(settings: Settings) -> dict[str, str]:
    providers = settings.simulators.providers
    return {
        "OPENAI_API_KEY": providers["openai"].key,
        "OPENAI_BASE_URL": providers["openai"].base_url,
        "PINECONE_API_KEY": providers["pinecone"].key,
        "PINECONE_HOST": providers["pinecone"].base_url,
        "GOOGLE_TRANSLATE_API_KEY": providers["google"].key,
        "GOOGLE_TRANSLATE_URL": providers["google"].base_url,
        "DEEPL_API_KEY": providers["deepl"].key,
        "DEEPL_URL": providers["deepl"].base_url,
        "ELEVENLABS_API_KEY": providers["elevenlabs"].key,
        "ELEVENLABS_BASE_URL": providers["elevenlabs"].base_url,
    }


def _aurastudio(settings: Settings) -> dict[str, str]:
    return {
        "API_ENV": settings.products["aurastudio"].environment,
        "JWT_SECRET_KEY": settings.products["aurastudio"].jwt_secret,
        "JWT_ALGORITHM": "HS256",
        "JWT_EXPIRATION_HOURS": "24",
        "VECTOR_DB_TYPE": "pgvector",
        "PINECONE_INDEX_NAME": "auraudio-embeddings",
        "OPENAI_MODEL_EMBEDDINGS": "text-embedding-3-small",
        "OPENAI_EMBEDDING_DIMENSION": "1536",
        "REDIS_CACHE_TTL": "86400",
        # Who sees that a window ends has not to wait for a minute; the target says that it is this short.
        "RATE_LIMIT_WINDOW_SECONDS": str(RATE_WINDOW_SECONDS),
        "GUESS_WINDOW_SECONDS": str(GUESS_WINDOW_SECONDS),
        "REDIS_ENABLED": "true",
        "AWS_S3_BUCKET": "aurastudio-assets",
    }


def _seiketsu(settings: Settings) -> dict[str, str]:
    return {
        "ENVIRONMENT": settings.products["seiketsu"].environment,
        "SECRET_KEY": settings.products["seiketsu"].jwt_secret,
        "FIELD_ENCRYPTION_KEY": settings.secret("seiketsu/fields"),
        "ELEVEN_LABS_API_KEY": settings.simulators.providers["elevenlabs"].key,
        "ENABLE_MULTI_TENANT": "true",
        "VOICE_RESPONSE_TIMEOUT_MS": "2000",
        "RATE_LIMIT_PER_MINUTE": "100",
        "RATE_LIMIT_WINDOW_SECONDS": str(RATE_WINDOW_SECONDS),
        "GUESS_WINDOW_SECONDS": str(GUESS_WINDOW_SECONDS),
        "AWS_S3_BUCKET": "seiketsu-production-recordings",
        "STRIPE_URL": settings.simulators["stripe"].base_url,
        "STRIPE_SECRET_KEY": settings.simulators["stripe"].key,
        "STRIPE_TEST_SECRET_KEY": settings.secret("stripe/staging", 40),
        "STRIPE_WEBHOOK_SECRET": settings.secret("stripe/webhook"),
        "HUBSPOT_URL": settings.simulators["hubspot"].base_url,
        "HUBSPOT_TOKEN": settings.simulators["hubspot"].key,
        "HUBSPOT_CLIENT_SECRET": settings.secret("hubspot/webhook"),
        "HUBSPOT_WEBHOOK_URL": f"{settings.products['seiketsu'].api_url}/api/v1/crm/events/hubspot",
    }
