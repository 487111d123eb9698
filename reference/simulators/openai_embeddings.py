"""POST /v1/embeddings."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING, Any

import numpy as np
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from reference.simulators import semantics
from reference.simulators.semantics import Vector
from reference.simulators.simulator import note

if TYPE_CHECKING:
    from reference.simulators.openai import OpenAI

FULL = {"text-embedding-3-small": 1536, "text-embedding-3-large": 3072, "text-embedding-ada-002": 1536}
LARGEST_INPUT_TOKENS = 8192


async def create(openai: OpenAI, request: Request) -> Response:
    body = await openai.json_object(request)
    model = openai.require_model(body.get("model"), prefixes=("text-embedding",))
    texts = _inputs(openai, body.get("input"))
    dimensions = _dimensions(openai, model, body.get("dimensions"))
    encoding = body.get("encoding_format", "float")
    if encoding not in ("float", "base64"):
        raise openai.refuse(400, f"'{encoding}' is not one of ['float', 'base64'] - 'encoding_format'")
    counts = [semantics.tokens(text) for text in texts]
    if max(counts) > LARGEST_INPUT_TOKENS:
        message = f"This model's maximum context length is {LARGEST_INPUT_TOKENS} tokens, not {max(counts)} tokens."
        raise openai.refuse(400, message)
    vectors = await run_in_threadpool(lambda: [_vector(openai.behaviour, text, model, dimensions) for text in texts])
    openai.spend(sum(counts))
    openai.usage["embeddings"] += len(texts)
    note(
        request,
        inputs=len(texts),
        tokens=sum(counts),
        vectors=[hashlib.sha256(v.tobytes()).hexdigest()[:16] for v in vectors[:200]],
    )
    data = [
        {"object": "embedding", "index": index, "embedding": _encoded(v, encoding)} for index, v in enumerate(vectors)
    ]
    if len(texts) > 1 and openai.behaviour.dropped_inputs:
        longest = sorted(range(len(texts)), key=lambda index: -len(texts[index]))[: openai.behaviour.dropped_inputs]
        data = [item for item in data if item["index"] not in longest]
    if openai.behaviour.unsorted:
        data.reverse()
    usage = {"prompt_tokens": sum(counts), "total_tokens": sum(counts)}
    return JSONResponse({"object": "list", "data": data, "model": model, "usage": usage})


def _inputs(openai: OpenAI, value: Any) -> list[str]:
    """Texts from the four forms that the field may have: text, texts, tokens, lists of tokens."""
    if isinstance(value, str) or (isinstance(value, list) and value and all(isinstance(item, int) for item in value)):
        value = [value]
    if not isinstance(value, list) or not value:
        raise openai.refuse(400, "'$.input' is invalid. Please check the API reference.")
    if len(value) > openai.behaviour.largest_batch:
        raise openai.refuse(
            400, f"'$.input' is too long: {len(value)} items, at most {openai.behaviour.largest_batch}."
        )
    texts = [" ".join(f"token{number}" for number in item) if isinstance(item, list) else item for item in value]
    if not all(isinstance(text, str) and text for text in texts):
        raise openai.refuse(400, "'$.input' is invalid: every input must be a text that is not empty.")
    return texts


def _dimensions(openai: OpenAI, model: str, wanted: Any) -> int:
    if openai.behaviour.dimensions:
        return int(min(openai.behaviour.dimensions, FULL[model]))
    if wanted is None:
        return FULL[model]
    if model == "text-embedding-ada-002":
        raise openai.refuse(400, "This model does not support specifying dimensions.", param="dimensions")
    if not isinstance(wanted, int) or not 1 <= wanted <= FULL[model]:
        raise openai.refuse(
            400, f"Invalid value for 'dimensions' = {wanted}. Must be at most {FULL[model]}.", param="dimensions"
        )
    return wanted


def _vector(behaviour: Any, text: str, model: str, dimensions: int) -> Vector:
    if behaviour.constant_vectors:
        text = "constant"
    if behaviour.random_vectors:
        seed = int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])
        values = np.random.default_rng(seed).standard_normal(dimensions)
        return np.asarray(values / np.linalg.norm(values), dtype=np.float32)
    return semantics.embed(text, model, dimensions, FULL[model])


def _encoded(vector: Vector, encoding: str) -> list[float] | str:
    # Nine digits tell every single-precision number apart.
    return (
        base64.b64encode(vector.astype("<f4").tobytes()).decode()
        if encoding == "base64"
        else [float(f"{x:.9g}") for x in vector.tolist()]
    )
