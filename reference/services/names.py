"""The product domains' DNS. It has no process of its own: the controller's listens."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from reference.aws.inventory import domain_of
from reference.dns import BENDS
from reference.services.part import NotReadyError, Probed


class Names(Probed):
    needs = ("aws", "controller")

    def __init__(self, *args: Any, **named: Any) -> None:
        super().__init__(*args, **named)
        self._bends: dict[str, dict[str, list[str]]] = {}
        self._changing = threading.Lock()

    @property
    def address(self) -> str:
        at = self.settings.dns
        return f"port {at.port}: zones at {', '.join(at.name_servers)}, resolvers at {', '.join(at.resolvers)}"

    def probe(self) -> None:
        """Ready when a resolver knows who may issue certificates for a product's domain."""
        # Here, that the command line loads quickly.
        import dns.message
        import dns.query

        host = domain_of(next(iter(self.settings.products)))
        question = dns.message.make_query(host, "CAA")
        answer = dns.query.udp(question, self.settings.dns.resolvers[0], timeout=3, port=self.settings.dns.port)
        if not answer.answer:
            raise NotReadyError(f"no resolver knows {host}: {answer.rcode()}")

    @contextmanager
    def bend(self, server: str, name: str, kind: str, values: list[str]) -> Iterator[None]:
        """Inside the block one server (its address) answers with `values`, whatever the zone holds."""
        key = f"{name} {kind}"
        with self._changing:
            self._bends.setdefault(server, {})[key] = values
            self._write()
        try:
            yield
        finally:
            with self._changing:
                del self._bends[server][key]
                self._write()

    def _write(self) -> None:
        path = Path(self.settings.folder) / BENDS
        path.parent.mkdir(mode=0o700, exist_ok=True)
        partial = path.with_suffix(".partial")
        partial.write_text(json.dumps(self._bends))
        partial.rename(path)
