"""What a record rests on: whether its files and links still are what they were when it was signed."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import requests

from golive.attestation.statement import Evidence
from golive.guard.http import GuardedSession, origin_of
from golive.guard.http_errors import shown_url
from golive.secrets import SecretError
from golive.target.people import EvidencePlace
from golive.verdict import Unobservable

LARGEST = 64 * 1024 * 1024
"""Bytes of what a link leads to that are read at most."""
CONNECT, READ, WHOLE = 3.0, 10.0, 30.0
"""Seconds to connect, between two pieces of an answer, and for all of it."""
NOTHING = hashlib.sha256(b"").hexdigest()
ASKS_WHO = (401, 403, 407)
LATER = (408, 425, 429)
"""Answers that speak of the call and not of what is there: RFC 9110, RFC 6585, RFC 8470."""


class Links:
    """What links of evidence lead to, asked once each, and only at the places that the target names."""

    def __init__(self, places: Sequence[EvidencePlace] = ()) -> None:
        self._places = {origin_of(p.url): p for p in places}
        self._known: dict[str, str] = {}

    def digest(self, link: str) -> str:
        """The SHA-256 of what a link leads to.

        Raises:
            LookupError: the link is dead or leads to an error page; the message says how it answers.
            Unobservable: it can't be asked: its place is not named by the target, wants to know who asks, or does not
                answer.
        """
        if link not in self._known:
            self._known[link] = hashlib.sha256(self._content(link)).hexdigest()
        return self._known[link]

    def _content(self, link: str) -> bytes:
        shown, place = shown_url(link), self._places.get(origin_of(link))
        if place is None:
            raise Unobservable(
                f"{shown} is not at a place that evidence may be asked at",
                f"Add {origin_of(link)} to [[PRODUCT.attestations.links]], or put the file itself on record",
            )
        answer = self._asked(link, place)
        if answer.is_redirect:
            raise Unobservable(
                f"{shown} leads to {shown_url(answer.headers['Location'])}, another place",
                "Link to where the document itself is, or give [[PRODUCT.attestations.links]] a token",
            )
        if answer.status_code in ASKS_WHO:
            remedy = "Give [[PRODUCT.attestations.links]] a token that may read it"
            raise Unobservable(f"{shown} answers {answer.status_code}", remedy)
        if answer.status_code in LATER:
            raise Unobservable(f"{shown} answers {answer.status_code}", "Run again later")
        if answer.status_code != 200:
            raise LookupError(f"answers {answer.status_code}")
        return answer.content

    @staticmethod
    def _asked(link: str, place: EvidencePlace) -> requests.Response:
        try:
            token = {"Authorization": f"Bearer {place.token.reveal()}"} if place.token else {}
        except SecretError as error:
            raise Unobservable(str(error), "Correct [[PRODUCT.attestations.links]] token") from None
        with GuardedSession(
            [place.url], ca_file=place.ca_file, connect_timeout=CONNECT, read_timeout=READ, whole_timeout=WHOLE,
            limit=LARGEST,
        ) as http:  # fmt: skip
            return http.get(link, headers=token)


def changed(evidence: Evidence, folder: Path, links: Links) -> str | None:
    """Why a record in `folder` can't rest on the evidence any more; None: it is there, as it was.

    Raises:
        Unobservable: a link can't be asked, see `Links.digest`.
    """
    name = evidence.file or shown_url(evidence.link or "")
    try:
        digest = links.digest(evidence.link) if evidence.link else sha256_of(folder / (evidence.file or ""))
    except OSError:
        return f"its evidence {name} is not there"
    except LookupError as error:
        return f"its evidence {name} is not there: it {error}"
    if digest != evidence.sha256:
        return f"its evidence {name} has another hash now"
    return f"its evidence {name} is empty" if digest == NOTHING else None


def sha256_of(path: Path) -> str:
    """The hex digest of a file. Raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
