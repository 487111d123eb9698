"""network: where the parts listen, and the tiers from which the paths are tried.

A tier is an address of its own on loopback. The gateway refuses whom the rules refuse.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from reference.describe.outside import ADDRESS
from reference.impersonating import HOPS
from reference.services.gateway import TIERS

if TYPE_CHECKING:
    from reference.settings import Settings


def describe(settings: Settings, product: str, section: dict[str, Any]) -> None:
    postgres, redis = settings.postgres, settings.redis
    stores = {
        "database": postgres.port,
        "replica": postgres.replica_port,
        "cache": redis.port,
        "queue": redis.queue.tls_port,
    }
    entry = urlsplit(settings.products[product].api_url).port
    places: dict[str, dict[str, str]] = {word: {"address": f"127.0.0.1:{port}"} for word, port in stores.items()}
    for word in stores:
        places[word]["outside"] = f"{ADDRESS}:{stores[word]}"
    places["entry"] = {"address": f"127.0.0.1:{entry}", "outside": f"{ADDRESS}:{entry}"}
    places["providers"] = {
        "address": f"127.0.0.1:{urlsplit(settings.simulators.url).port}",
        "outside": f"127.0.0.1:{urlsplit(settings.simulators.url).port}",
    }
    places["metadata"] = {
        "address": f"127.0.0.1:{settings.metadata_port}",
        "outside": f"{ADDRESS}:{settings.metadata_port}",
    }
    may = {
        "api": [*stores, "entry", "providers"],
        "worker": [*stores, "entry", "providers"],
        "web": ["entry", "providers"],
    }
    package = f"PYTHONPATH={Path(__file__).parents[2]}"
    impostor = ["env", package, sys.executable, "-m", "reference.impersonating", "{hop}", "--folder", settings.folder]
    section["network"] = {
        "impersonation": {"begin": impostor, "end": [*impostor, "--end"], "hops": list(HOPS)},
        "public": ["entry", "providers"],
        "databases": ["database", "replica"],
        "database_operators": [postgres.superuser, postgres.replication_role],
        "places": places,
        "vantages": {
            tier: {
                "command": [
                    "env",
                    package,
                    sys.executable,
                    "-m",
                    "golive.network_probe",
                    "--source",
                    address,
                    "{places}",
                ],
                "may": may[tier],
            }
            for tier, address in TIERS.items()
        },
    }
