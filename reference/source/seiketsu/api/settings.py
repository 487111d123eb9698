"""The variables of an API process. A field without a default must be set, or the process does not start."""

from pydantic import SecretStr
from pydantic_settings import BaseSettings


class Settings(BaseSettings):
    ENVIRONMENT: str
    APP_VERSION: str
    GIT_SHA: str
    LOG_LEVEL: str = "INFO"
    DATABASE_URL: SecretStr
    REDIS_URL: SecretStr
    CELERY_BROKER_URL: SecretStr
    CELERY_RESULT_BACKEND: SecretStr
    SECRET_KEY: SecretStr
    CORS_ORIGINS: str
    ENABLE_MULTI_TENANT: bool = True
    RATE_LIMIT_PER_MINUTE: int = 100
    VOICE_RESPONSE_TIMEOUT_MS: int = 2000
    OPENAI_API_KEY: SecretStr
    ELEVEN_LABS_API_KEY: SecretStr
    AWS_REGION: str
    AWS_S3_BUCKET: str
