"""Embeddings, each text asked of the provider once: answers are kept in PostgreSQL by model and digest of the text.

When the provider fails, `local` makes a vector by hashing words: usable for a while, and marked, so that the two
kinds are never compared with each other.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Sequence
from itertools import pairwise

from reference.app.database import Connection, Database, rows
from reference.app.metrics import CACHE
from reference.app.providers import ProviderError, Providers

LOCAL_MODEL = "local-hash-1"
BATCH = 128


class Embeddings:
    """`store` is a database with the table `embedding_cache`, or None to keep nothing."""

    def __init__(self, providers: Providers, store: Database | None) -> None:
        self.providers = providers
        self.store = store
        self.model = providers.settings.embedding_model
        self.dimension = providers.settings.embedding_dimension

    async def of(self, texts: Sequence[str], timeout: float = 10) -> list[list[float]]:
        """In the order of `texts`. Raises ProviderError."""
        digests = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        known = await self._known(digests)
        missing = list(
            {digest: text for digest, text in zip(digests, texts, strict=True) if digest not in known}.items()
        )
        for start in range(0, len(missing), BATCH):
            part = missing[start : start + BATCH]
            vectors = await self.providers.embed([text for _, text in part], timeout)
            fresh = {digest: vector for (digest, _), vector in zip(part, vectors, strict=True)}
            await self._keep(fresh)
            known |= fresh
        CACHE.labels("embedding", "miss").inc(len(missing))
        CACHE.labels("embedding", "hit").inc(len(texts) - len(missing))
        return [known[digest] for digest in digests]

    async def or_local(self, texts: Sequence[str]) -> tuple[list[list[float]], str]:
        """Vectors and their source, `provider` or `local`; the provider gets 1.5 s."""
        try:
            return await self.of(texts, timeout=1.5), "provider"
        except ProviderError:
            return [local(text, self.dimension) for text in texts], "local"

    async def _known(self, digests: Sequence[str]) -> dict[str, list[float]]:
        if self.store is None:
            return {}
        async with self.store.nobody() as connection:
            found = await rows(
                connection,
                "SELECT text_sha256, embedding::text AS vector FROM embedding_cache WHERE model = %s AND text_sha256 ="
                " ANY(%s)",
                (self.model, list(set(digests))),
            )
        return {row["text_sha256"]: parse(row["vector"]) for row in found}

    async def _keep(self, fresh: dict[str, list[float]]) -> None:
        if self.store is None:
            return
        async with self.store.nobody() as connection:
            await connection.cursor().executemany(
                "INSERT INTO embedding_cache (model, text_sha256, embedding) VALUES (%s, %s, %s::vector) ON CONFLICT DO"
                " NOTHING",
                [(self.model, digest, literal(vector)) for digest, vector in fresh.items()],
            )


def literal(vector: Sequence[float]) -> str:
    """pgvector's text form."""
    return "[" + ",".join(f"{value:.8g}" for value in vector) + "]"


def parse(text: str) -> list[float]:
    return [float(value) for value in text.strip("[]").split(",")]


def local(text: str, dimension: int) -> list[float]:
    """A unit vector of hashed words and word pairs."""
    words = re.findall(r"\w+", text.lower()) or [text]
    vector = [0.0] * dimension
    for term in words + [f"{a} {b}" for a, b in pairwise(words)]:
        digest = hashlib.blake2b(term.encode(), digest_size=8).digest()
        vector[int.from_bytes(digest[:4]) % dimension] += 1.0 if digest[4] & 1 else -1.0
    length = math.sqrt(sum(value * value for value in vector)) or 1.0
    return [value / length for value in vector]


async def nearest(connection: Connection, statement: str, values: dict[str, object]) -> list[dict[str, object]]:
    """Run a search by vector that also filters: hnsw goes on scanning until enough rows pass the filter."""
    await connection.execute("SET LOCAL hnsw.iterative_scan = strict_order")
    return await rows(connection, statement, values)
