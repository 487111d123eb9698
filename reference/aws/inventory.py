"""What an account's data may refer to: the values of the deployment's settings, by name."""

from __future__ import annotations

import io
import json
import math
import wave
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography import x509

from reference.aws.images import Image, image, store
from reference.aws.operations.registry import FOLDER
from reference.backup_state import first_snapshots
from reference.schema.canaries import AURASTUDIO_USERS, kept_file
from reference.settings import Settings
from reference.simulators.google_identity import service_account

RECOVERY_REGION = "us-west-2"
SOUND_RATE = 8000
# What ran before: the release that a rollback returns to.
FORMER = (
    "openai",
    "pinecone",
    "google-translate",
    "google-identity",
    "deepl",
    "elevenlabs",
    "jwt",
    "database-url",
    "redis-url",
    "celery-broker-url",
    "celery-result-backend",
)
PREVIOUS = {"aurastudio": "2.0.0", "seiketsu": "1.3.2"}


def values(settings: Settings, product: str) -> dict[str, Any]:
    """The first values of an account's data: `product`, `account`, `region`, `release`, `keys`, `instances`,
    `images`, `web`."""
    described = settings.products[product]
    account = settings.aws.accounts[product]
    version, commit = described.release.version, described.release.commit
    providers = settings.simulators.providers
    return {
        "product": product,
        "account": account.id,
        "region": account.region,
        "recovery_region": RECOVERY_REGION,
        "release": {"version": version, "commit": commit, "previous": PREVIOUS[product], "short": commit[:7]},
        "images": {
            name: {
                "now": _stored(settings, image(product, name, version, commit)),
                "before": _stored(settings, image(product, name, PREVIOUS[product], commit[::-1])),
            }
            for name in ("api", "web")
        },
        "keys": {name: provider.key for name, provider in providers.items()},
        "google_identity": json.dumps(service_account(settings)),
        "urls": {name: provider.base_url for name, provider in providers.items()}
        | {"api": described.api_url, "web": described.web_url},
        "former": {name: settings.secret(f"{product}/aws/former/{name}") for name in FORMER},
        "jwt_secret": described.jwt_secret,
        "database": {
            "url": described.database.dsn("app"),
            "password": described.database.passwords["app"],
            "host": described.database.host,
            "port": described.database.port,
            "replica_port": described.database.replica_port,
            "name": described.database.name,
            "user": described.database.app_role,
            "master_password": settings.secret(f"{product}/aws/master"),
        },
        "redis": {
            "url": described.cache_url,
            "password": settings.redis.password,
            "port": settings.redis.port,
            "host": settings.redis.host,
        },
        "celery": {"broker": settings.celery.broker_url, "results": settings.celery.result_backend},
        "instances": [
            {"id": instance.id, "host": "127.0.0.1", "port": instance.port} for instance in described.instances
        ],
        # Two web tasks share one nginx; loopback has more than one address.
        "web_instances": [
            {"id": f"{product}-web-{number}", "host": f"127.0.0.{number}", "port": _port(described.web_url)}
            for number in (1, 2)
        ],
        # The worker and the beat of the reference serve both products.
        "worker_instances": [
            {"id": f"{product}-worker-{number}", "log": log} for number, log in ((1, "worker"), (2, "beat"))
        ],
        "domain": domain_of(product),
        "seeded_files": [kept_file(user) for user in AURASTUDIO_USERS],
        "sound": short_sound(),
        "serial": serial_of(settings.certificate_file),
        "nights": nights(datetime.now(UTC)),
        "drilled": drilled(datetime.now(UTC) - timedelta(days=20)).isoformat(),
        "first_snapshot": first_snapshots(settings)[product],
    }


def drilled(day: datetime) -> datetime:
    """When on a day somebody took the role for emergencies, to try it: the trail and the record of it agree."""
    return day.replace(hour=9, minute=0, second=0, microsecond=0)


def _stored(settings: Settings, made: Image) -> dict[str, str]:
    """What the account's data says of an image, whose blobs the registry can give out from now on."""
    store(settings.part_folder(FOLDER), made)
    return {"manifest": made.manifest, "digest": made.digest, "tag": made.tag}


def short_sound() -> bytes:
    """A tenth of a second of a tone as a WAV file: what users keep is sound that can be played."""
    tone = (int(8000 * math.sin(2 * math.pi * 440 * n / SOUND_RATE)) for n in range(SOUND_RATE // 10))
    with io.BytesIO() as file:
        with wave.open(file, "wb") as sound:
            sound.setnchannels(1)
            sound.setsampwidth(2)
            sound.setframerate(SOUND_RATE)
            sound.writeframes(b"".join(value.to_bytes(2, "little", signed=True) for value in tone))
        return file.getvalue()


def domain_of(product: str) -> str:
    """The product's public domain, under the top-level domain that RFC 2606 keeps for tests."""
    return f"{product}.test"


def serial_of(file: str) -> str:
    """The serial of the first certificate in a PEM file, as ACM writes it: hexadecimal, pairs joined by colons."""
    number = x509.load_pem_x509_certificate(Path(file).read_bytes()).serial_number
    return number.to_bytes((number.bit_length() + 7) // 8, "big").hex(":")


def nights(now: datetime, count: int = 31) -> list[dict[str, Any]]:
    """The last nightly backups, newest first: `date` and `time` of each, at 03:05 UTC, the newest at least an hour
    ago."""
    last = now.replace(hour=3, minute=5, second=0, microsecond=0)
    if last > now - timedelta(hours=1):
        last -= timedelta(days=1)
    times = [last - timedelta(days=number) for number in range(count)]
    return [{"date": f"{time:%Y-%m-%d}", "time": time} for time in times]


def _port(url: str) -> int:
    return int(url.rsplit(":", 1)[1])
