"""Calls to a tracker, with one clear message for each that fails; in a dry run they are told rather than made."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import requests

from golive.redaction import redact

SECONDS = 30


class TicketError(Exception):
    """The ticket could not be reached or written. The message names it and says what to do."""


@dataclass
class Send:
    """A session with one tracker.

    Args:
        headers: of every call, the credentials among them.
        dry: make the calls that read, and tell those that write.
        tell: takes a line for people.
    """

    headers: Mapping[str, str]
    dry: bool = False
    tell: Callable[[str], None] = print
    _session: requests.Session = field(default_factory=requests.Session)

    def read(self, url: str, *, missing_ok: bool = False) -> Any:
        """GET; the JSON of the answer, None where there is no such thing and `missing_ok`. Raises TicketError."""
        return self._call("GET", url, missing_ok=missing_ok)

    def write(self, method: str, url: str, what: str, **body: Any) -> Any:
        """Send a change and return the JSON of the answer; in a dry run only say `what`. Raises TicketError.

        `body` is what `requests` takes: `json`, `data`, `files`, `headers`.
        """
        if self.dry:
            self.tell(f"would {what}: {method} {url}")
            return None
        answer = self._call(method, url, **body)
        self.tell(what)
        return answer

    def _call(self, method: str, url: str, *, missing_ok: bool = False, **body: Any) -> Any:
        headers = {**self.headers, **body.pop("headers", {})}
        try:
            answer = self._session.request(method, url, headers=headers, timeout=SECONDS, allow_redirects=False, **body)
        except requests.RequestException as error:
            raise TicketError(f"{method} {url}: no answer: {redact(str(error))}") from error
        if missing_ok and answer.status_code == 404:
            return None
        if not 200 <= answer.status_code < 300:
            raise TicketError(f"{method} {url} answered {answer.status_code}: {_hint(answer)}")
        try:
            return answer.json() if answer.content else None
        except ValueError as error:
            raise TicketError(f"{method} {url} answered {answer.status_code}, but not JSON: is it the API?") from error


def _hint(answer: requests.Response) -> str:
    if answer.status_code in (401, 403):
        return "the token is missing, wrong, or may not write there"
    if answer.status_code == 404:
        return "there is no such ticket, or the token may not see it"
    return redact(" ".join(answer.text.split())[:200]) or "without a reason"
