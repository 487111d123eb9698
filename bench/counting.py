"""Counts, at the server, what was asked: a question that was asked twice shows, whoever thinks that it was not."""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any

from reference.aws.application import _buffer
from reference.aws.identity import scope_of
from reference.aws.wire import operation_of

PATH = "/__bench__/calls"
_TOKENS = ("NextToken", "nextToken", "Marker", "ContinuationToken", "PaginationToken", "StartingToken", "KeyMarker")


class Counting:
    """WSGI middleware. `GET /__bench__/calls` tells what `asked` holds, `DELETE` forgets it. Others' keys than the
    reader's are not counted."""

    def __init__(self, inner: Callable[..., Iterable[bytes]], readers: Iterable[str]) -> None:
        self.inner = inner
        self.readers = frozenset(readers)
        self.asked: Counter[str] = Counter()
        self.pages = 0
        self.cpu = time.process_time()
        self._lock = threading.Lock()

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ.get("PATH_INFO") == PATH:
            return self._told(environ, start_response)
        scope = scope_of(environ)
        if scope and scope.key in self.readers:
            _buffer(environ)
            found = operation_of(environ, scope.service)
            if found:
                self._count(f"{scope.key} {scope.region} {scope.service}.{found[0]}", found[1])
        return self.inner(environ, start_response)

    def _count(self, call: str, parameters: dict[str, Any]) -> None:
        question = f"{call} {json.dumps(parameters, sort_keys=True, default=str)}"
        with self._lock:
            self.asked[question] += 1
            self.pages += any(parameters.get(token) for token in _TOKENS)

    def _told(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        with self._lock:
            repeated = {question.split(" ", 1)[1]: n for question, n in self.asked.items() if n > 1}
            told = {
                "calls": self.asked.total(),
                "distinct": len(self.asked),
                "pages": self.pages,
                "cpu": time.process_time() - self.cpu,
                "repeated": dict(sorted(repeated.items(), key=lambda item: -item[1])[:20]),
            }
            if environ["REQUEST_METHOD"] == "DELETE":
                self.asked.clear()
                self.pages, self.cpu = 0, time.process_time()
        body = json.dumps(told).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(body)))])
        return [body]
