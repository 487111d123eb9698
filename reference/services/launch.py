"""What AuraStudio had stored when it went live, beside rows: the vectors of its memories of that day."""

from __future__ import annotations

from typing import Any

import httpx
import psycopg

from reference.app.embeddings import literal
from reference.services.part import Part

PRODUCT, MODEL = "aurastudio", "text-embedding-3-small"
MEMORIES = "SELECT id, user_id, summary, full_text, memory_type FROM user_memory WHERE summary LIKE %s ORDER BY id"
KEEP = "UPDATE user_memory SET memory_vector = %s::vector, embedding_model = %s, embedding_source = %s WHERE id = %s"


class Launch(Part):
    """No process: each text is embedded by the provider, and its vector goes where the product puts it."""

    needs = ("seeds", "simulators")

    @property
    def address(self) -> str:
        return "vectors of the memories of the day of launch"

    def start(self) -> None:
        from reference.describe.providers import index_host

        providers = self.settings.simulators
        with (
            psycopg.connect(self.settings.postgres.superuser_dsn(PRODUCT)) as connection,
            httpx.Client(timeout=30, trust_env=False) as client,
        ):

            def ask(url: str, headers: dict[str, str], body: dict[str, Any]) -> Any:
                return client.post(url, json=body, headers=headers).raise_for_status().json()

            rows = connection.execute(MEMORIES, ("%launch day",)).fetchall()
            bearer = {"Authorization": f"Bearer {providers['openai'].key}"}
            texts = {"model": MODEL, "input": [row[3] for row in rows]}
            answer = ask(f"{providers['openai'].base_url}/v1/embeddings", bearer, texts)
            for (key, owner, summary, _, kind), item in zip(rows, answer["data"], strict=True):
                vector = item["embedding"]
                connection.execute(KEEP, (literal(vector), MODEL, "provider", key))
                metadata = {"user_id": str(owner), "summary": summary, "memory_type": kind}
                vectors = [{"id": str(key), "values": vector, "metadata": metadata}]
                body = {"namespace": str(owner), "vectors": vectors}
                url = f"{index_host(self.settings)}/vectors/upsert"
                ask(url, {"Api-Key": providers["pinecone"].key}, body)
            connection.execute("ANALYZE")  # as after every load: the planner knows what is there

    @property
    def alive(self) -> bool:
        return True
