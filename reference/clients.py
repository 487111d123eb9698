"""Clients for the supervisor, the controller and the faults."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from reference.settings import Settings

_known: dict[tuple[str, ...], Any] = {}
_making = threading.Lock()


def aws_client(settings: Settings, product: str, service: str, holder: str = "admin", region: str | None = None) -> Any:
    """A boto3 client of a product's account as `holder` (admin, app, reader). Raises KeyError for an unknown holder.

    Made once and shared by threads: making one reads megabytes of service models, and the controller asks each second.
    """
    account = settings.aws.accounts[product]
    key = account.keys[holder]
    where = (settings.aws.endpoint_url, key.id, key.secret, service, region or account.region)
    with _making:
        if where not in _known:
            _known[where] = _make(*where)
        return _known[where]


def _make(endpoint_url: str, key_id: str, secret: str, service: str, region: str) -> Any:
    import boto3
    from botocore.config import Config

    # A session of its own: the default session is shared state between threads.
    session = boto3.session.Session(aws_access_key_id=key_id, aws_secret_access_key=secret, region_name=region)
    config = Config(connect_timeout=3, read_timeout=120, retries={"max_attempts": 1}, s3={"addressing_style": "path"})
    return session.client(service, endpoint_url=endpoint_url, config=config)  # type: ignore[call-overload] - by name
