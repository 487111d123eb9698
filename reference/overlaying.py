"""Amendments of the accounts' answers that follow what is so: laid when it changes, taken away when it is over; and
records of what happened."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import httpx

from reference.settings import Settings


@dataclass
class Overlays:
    """Remembers the amendments that it made (id by subject)."""

    settings: Settings
    laid: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        headers = {"X-Control-Token": self.settings.control_token}
        self.aws = httpx.Client(base_url=self.settings.aws.endpoint_url, headers=headers, timeout=10, trust_env=False)

    def lay(self, subject: str, account: str, amendment: dict[str, Any], changes: dict[str, Any] | None) -> None:
        """Show `changes` of `amendment` (service, kind, where) in the account; None: nothing. Raises HTTPError."""
        present = self.laid.get(subject)
        if (present and present[1]) == changes:
            return
        if present:
            self.aws.delete(f"/__reference__/amendments/{present[0]}").raise_for_status()
            del self.laid[subject]
        if changes:
            body = {"account": account, **amendment, "set": changes}
            answer = self.aws.post("/__reference__/amendments", json=body).raise_for_status()
            self.laid[subject] = (str(answer.json()["id"]), changes)
        print(f"{subject}: {changes or 'as it should be'}", flush=True)

    def record(self, account: str, collection: str, record: dict[str, Any]) -> None:
        """Add to a collection of the account's records. Raises HTTPError."""
        body = {"account": account, "collection": collection, "record": record}
        self.aws.post("/__reference__/records", json=body).raise_for_status()

    def correct(self, account: str, collection: str, where: dict[str, Any], values: dict[str, Any]) -> None:
        """Set values in the records that match. Raises HTTPError."""
        body = {"account": account, "collection": collection, "where": where, "set": values}
        self.aws.patch("/__reference__/records", json=body).raise_for_status()

    def forget(self, account: str, collection: str, where: dict[str, Any]) -> None:
        """Remove the records that match. Raises HTTPError."""
        body = {"account": account, "collection": collection, "where": where}
        self.aws.request("DELETE", "/__reference__/records", json=body).raise_for_status()
