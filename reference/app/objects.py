"""Objects in the product's bucket. boto3 is loaded on first use and works in threads; its calls are bounded."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

from reference.app.settings import AppSettings


class ObjectStoreError(Exception):
    """The bucket refused or did not answer; the message has the operation and the service's code."""


class Objects:
    def __init__(self, settings: AppSettings) -> None:
        self.settings = settings
        self._client: Any = None
        self._lock = threading.Lock()

    def client(self) -> Any:
        with self._lock:
            if self._client is None:
                import boto3
                from botocore.config import Config

                config = Config(
                    signature_version="s3v4",
                    connect_timeout=2,
                    read_timeout=5,
                    retries={"max_attempts": 2},
                    s3={"addressing_style": "path"},
                )
                self._client = boto3.client(
                    "s3", region_name=self.settings.region, endpoint_url=self.settings.aws_endpoint, config=config
                )
            return self._client

    async def _call(self, operation: str, **arguments: Any) -> Any:
        def work() -> Any:
            from botocore.exceptions import BotoCoreError, ClientError

            try:
                return getattr(self.client(), operation)(Bucket=self.settings.bucket, **arguments)
            except ClientError as error:
                raise ObjectStoreError(f"{operation}: {error.response['Error']['Code']}") from error
            except BotoCoreError as error:
                raise ObjectStoreError(f"{operation}: {type(error).__name__}") from error

        return await asyncio.to_thread(work)

    async def check(self) -> None:
        """Raises ObjectStoreError."""
        await self._call("head_bucket")

    async def put(self, key: str, content: bytes, content_type: str) -> str:
        """Store under `key`, encrypted as the bucket says; returns the key. Raises ObjectStoreError."""
        await self._call("put_object", Key=key, Body=content, ContentType=content_type)
        return key

    async def get(self, key: str) -> bytes:
        """Raises ObjectStoreError."""
        answer = await self._call("get_object", Key=key)
        content: bytes = await asyncio.to_thread(answer["Body"].read)
        return content

    async def keys_below(self, prefix: str) -> list[str]:
        """The keys that start with `prefix`. Raises ObjectStoreError."""
        listed = (await self._call("list_objects_v2", Prefix=prefix)).get("Contents", [])
        return [entry["Key"] for entry in listed]

    async def erase_below(self, prefix: str) -> int:
        """Delete what starts with `prefix` with all its versions; returns how many. Raises ObjectStoreError."""
        listed = await self._call("list_object_versions", Prefix=prefix)
        versions = [*listed.get("Versions", []), *listed.get("DeleteMarkers", [])]
        for version in versions:
            await self._call("delete_object", Key=version["Key"], VersionId=version["VersionId"])
        return len({version["Key"] for version in versions})

    async def delete_below(self, prefix: str) -> int:
        """Delete the objects whose key starts with `prefix`; returns how many. Raises ObjectStoreError."""
        listed = (await self._call("list_objects_v2", Prefix=prefix)).get("Contents", [])
        for entry in listed:
            await self._call("delete_object", Key=entry["Key"])
        return len(listed)

    async def link(self, key: str, seconds: int = 900) -> str:
        """A presigned address for reading one object."""

        def sign() -> str:
            parameters = {"Bucket": self.settings.bucket, "Key": key}
            return str(self.client().generate_presigned_url("get_object", Params=parameters, ExpiresIn=seconds))

        return await asyncio.to_thread(sign)
