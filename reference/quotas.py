"""How much of what third parties allow is used, as the product's own watch reports it: a figure a provider, a minute.

It asks the providers with the product's keys, as the product would, and counts what the product's processes say they
had translated, which Google tells nobody. CloudWatch metric `QuotaUsage`, percent, by `Provider`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from prometheus_client.parser import text_string_to_metric_families

from reference.clients import aws_client
from reference.settings import Settings

PRODUCTS = {"aurastudio": "AuraStudio/Product"}
TRANSLATED_CHARACTERS_A_MONTH = 500_000
MINUTES_BEFORE = 3
"""So long the watch is said to have run when the deployment starts: whole minutes are read, the present one is not."""
PAUSE_FILE = "quotas.paused"
"""While this file lies in the controller's folder, nothing is reported: a fault needs to say what the watch says."""


class Quotas:
    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.http = httpx.Client(timeout=10, trust_env=False)
        self.pause = pause_file(settings)
        self.minutes_before = MINUTES_BEFORE

    def publish(self) -> None:
        """Ask every provider once and put the figures. Raises httpx.HTTPError, botocore errors, KeyError."""
        if self.pause.exists():
            return
        for product, namespace in PRODUCTS.items():
            self._put(product, namespace, self.shares(product))
        self.minutes_before = 0

    def shares(self, product: str) -> dict[str, float]:
        """Provider to percent used."""
        paid = self._get("elevenlabs", "/v1/user/subscription", "xi-api-key")
        stats = self._pinecone()
        return {
            "elevenlabs": 100 * paid["character_count"] / paid["character_limit"],
            "pinecone": 100 * float(stats["indexFullness"]),
            "translation": 100 * self._translated(product) / TRANSLATED_CHARACTERS_A_MONTH,
            "openai": self._openai(),
        }

    def _openai(self) -> float:
        provider = self.settings.simulators["openai"]
        answer = self.http.get(f"{provider.base_url}/v1/models", headers={"Authorization": f"Bearer {provider.key}"})
        answer.raise_for_status()
        things = ("requests", "tokens")
        limits = {t: float(answer.headers[f"x-ratelimit-limit-{t}"]) for t in things}
        return max(100 * (1 - float(answer.headers[f"x-ratelimit-remaining-{t}"]) / limits[t]) for t in things)

    def _pinecone(self) -> dict[str, Any]:
        host = str(self._get("pinecone", "/indexes", "Api-Key")["indexes"][0]["host"])
        scheme = self.settings.simulators["pinecone"].base_url.partition("://")[0]
        url = host if "://" in host else f"{scheme}://{host}"
        return self._json(f"{url}/describe_index_stats", {"Api-Key": self.settings.simulators["pinecone"].key})

    def _translated(self, product: str) -> float:
        """The characters that the product's processes had translated since they started."""
        total = 0.0
        for instance in self.settings.products[product].instances:
            text = self.http.get(f"{instance.url}/metrics").raise_for_status().text
            for family in text_string_to_metric_families(text):
                if family.name == "provider_units":
                    total += sum(
                        s.value for s in family.samples
                        if s.name.endswith("_total") and s.labels == {"provider": "google", "unit": "characters"}
                    )  # fmt: skip
        return total

    def _get(self, provider: str, path: str, header: str) -> dict[str, Any]:
        known = self.settings.simulators[provider]
        return self._json(known.base_url + path, {header: known.key})

    def _json(self, url: str, headers: dict[str, str]) -> dict[str, Any]:
        found: dict[str, Any] = self.http.get(url, headers=headers).raise_for_status().json()
        return found

    def _put(self, product: str, namespace: str, shares: dict[str, float]) -> None:
        now = datetime.now(UTC)
        data = [
            {
                "MetricName": "QuotaUsage", "Value": round(value, 3), "Unit": "Percent",
                "Timestamp": now - timedelta(minutes=minutes),
                "Dimensions": [{"Name": "Environment", "Value": "production"}, {"Name": "Provider", "Value": name}],
            }
            for name, value in shares.items()
            for minutes in range(self.minutes_before + 1)
        ]  # fmt: skip
        aws_client(self.settings, product, "cloudwatch", "admin").put_metric_data(Namespace=namespace, MetricData=data)


def pause_file(settings: Settings) -> Path:
    return settings.part_folder("controller") / PAUSE_FILE
