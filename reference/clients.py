"""Clients for the supervisor, the controller and the faults."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reference.settings import Settings


def aws_client(settings: Settings, product: str, service: str, holder: str = "admin", region: str | None = None) -> Any:
    """A boto3 client of a product's account as `holder` (admin, app, reader). Raises KeyError for an unknown holder."""
    import boto3
    from botocore.config import Config

    account = settings.aws.accounts[product]
    key = account.keys[holder]
    # A session of its own: the default session is shared state between threads.
    return boto3.session.Session(
        aws_access_key_id=key.id, aws_secret_access_key=key.secret, region_name=region or account.region
    ).client(
        service,  # type: ignore[call-overload] - the stubs know services by literal names
        endpoint_url=settings.aws.endpoint_url,
        config=Config(connect_timeout=3, read_timeout=30, retries={"max_attempts": 1}, s3={"addressing_style": "path"}),
    )
