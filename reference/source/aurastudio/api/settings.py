"""The variables of an API process. A field without a default must be set, or the process does not start."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    API_ENV: str
    APP_VERSION: str
    GIT_SHA: str
    LOG_LEVEL: str = "INFO"
    DATABASE_URL: SecretStr
    DATABASE_POOL_SIZE: int = 5
    REDIS_URL: SecretStr
    REDIS_CACHE_TTL: int = 86400
    CELERY_BROKER_URL: SecretStr
    CELERY_RESULT_BACKEND: SecretStr
    JWT_SECRET_KEY: SecretStr
    JWT_ALGORITHM: str = "HS256"
    JWT_EXPIRATION_HOURS: int = 24
    CORS_ORIGINS: str
    OPENAI_API_KEY: SecretStr
    OPENAI_MODEL_EMBEDDINGS: str = "text-embedding-3-small"
    OPENAI_EMBEDDING_DIMENSION: int = 1536
    VECTOR_DB_TYPE: str = "pgvector"
    PINECONE_API_KEY: SecretStr
    PINECONE_INDEX_NAME: str = "auraudio-embeddings"
    GOOGLE_TRANSLATE_API_KEY: SecretStr
    DEEPL_API_KEY: SecretStr
    ELEVENLABS_API_KEY: SecretStr
    AWS_REGION: str
    AWS_S3_BUCKET: str
