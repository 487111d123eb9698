"""POST /v1/chat/completions: a small answering machine. It finds, in what it was told, the sentences that fit the
question.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse

from reference.simulators.semantics import embed, tokens
from reference.simulators.simulator import note

if TYPE_CHECKING:
    from reference.simulators.openai import OpenAI

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_RELATED = 0.2


async def create(openai: OpenAI, request: Request) -> Response:
    body = await openai.json_object(request)
    model = openai.require_model(body.get("model"), prefixes=("gpt",))
    messages = body.get("messages")
    if (
        not isinstance(messages, list)
        or not messages
        or not all(isinstance(m, dict) and m.get("role") for m in messages)
    ):
        raise openai.refuse(
            400, "Invalid type for 'messages': expected an array of objects with role and content.", param="messages"
        )
    said = [(str(m["role"]), _text(m.get("content"))) for m in messages]
    answer = _answer(said)
    limit = body.get("max_completion_tokens", body.get("max_tokens"))
    words = re.findall(r"\S+\s*", answer)
    cut = isinstance(limit, int) and limit < len(words)
    answer = "".join(words[:limit] if cut else words).strip()
    prompt, completion = sum(tokens(text) + 4 for _, text in said), tokens(answer)
    usage = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
    openai.spend(prompt + completion)
    note(request, tokens=prompt + completion, answer=answer)
    head = {"id": f"chatcmpl-{time.time_ns():x}", "created": int(time.time()), "model": model}
    finish = "length" if cut else "stop"
    if body.get("stream"):
        return StreamingResponse(_events(head, answer, finish), media_type="text/event-stream")
    choice = {
        "index": 0,
        "message": {"role": "assistant", "content": answer, "refusal": None},
        "logprobs": None,
        "finish_reason": finish,
    }
    return JSONResponse(head | {"object": "chat.completion", "choices": [choice], "usage": usage})


def _text(content: Any) -> str:
    if isinstance(content, list):
        return " ".join(str(part.get("text", "")) for part in content if isinstance(part, dict))
    return str(content or "")


def _answer(said: list[tuple[str, str]]) -> str:
    question = next((text for role, text in reversed(said) if role == "user"), "")
    if not question.strip():
        return "I did not get a question."
    known = [
        s.strip()
        for role, text in said
        if text != question or role != "user"
        for s in _SENTENCE.split(text)
        if s.strip()
    ]
    asked = embed(question, "chat", 512, 512)
    scored = sorted(((float(asked @ embed(sentence, "chat", 512, 512)), sentence) for sentence in known), reverse=True)
    fitting = [sentence for score, sentence in scored[:2] if score > _RELATED]
    return " ".join(fitting) if fitting else f"You said: {question.strip()} I have no further information about that."


def _events(head: dict[str, Any], answer: str, finish: str) -> Iterator[str]:
    pieces: list[dict[str, str]] = [
        {"role": "assistant", "content": ""},
        *({"content": p} for p in re.findall(r"\S+\s*", answer)),
        {},
    ]
    for position, delta in enumerate(pieces):
        choice = {"index": 0, "delta": delta, "finish_reason": finish if position == len(pieces) - 1 else None}
        yield f"data: {json.dumps(head | {'object': 'chat.completion.chunk', 'choices': [choice]})}\n\n"
    yield "data: [DONE]\n\n"
