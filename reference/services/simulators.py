"""The third parties: one uvicorn process, each provider below its own path."""

from __future__ import annotations

import sys

from reference.services.part import HTTP, Part


class Simulators(Part):
    @property
    def address(self) -> str:
        return f"{self.settings.simulators.url} ({', '.join(self.settings.simulators.providers)})"

    def prepare(self) -> None:
        self.children.clear()
        options = ["--host", "127.0.0.1", "--port", str(self.settings.simulators.port), "--no-access-log"]
        self.child(
            [sys.executable, "-m", "uvicorn", "reference.simulators:app", *options, "--timeout-graceful-shutdown", "2"],
            environment=self.settings.process_environment(),
        )

    def probe(self) -> None:
        HTTP.get(f"{self.settings.simulators.url}/__reference__/health").raise_for_status()
