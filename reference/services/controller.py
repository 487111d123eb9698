"""The process of `reference.controller`."""

from __future__ import annotations

import json
import sys
import time

from reference.services.part import NotReadyError, Part

FRESH_SECONDS = 20.0


class Controller(Part):
    needs = ("sentinels", "gateway", "edge", "aws")

    @property
    def address(self) -> str:
        return "follows the Redis primary, publishes metrics, reconciles tasks"

    def prepare(self) -> None:
        self.children.clear()
        self.settings.part_folder(self.name).mkdir(mode=0o700, exist_ok=True)
        self.child(
            [sys.executable, "-m", "reference.controller"],
            environment={**self.settings.process_environment(), "AWS_EC2_METADATA_DISABLED": "true"},
        )

    def probe(self) -> None:
        """Ready when each of its duties has run."""
        report = self.settings.part_folder(self.name) / "duties.json"
        if not report.exists():
            raise NotReadyError("no duty has run yet")
        waiting = [name for name, duty in json.loads(report.read_text()).items() if not duty["succeeded"]]
        if waiting:
            raise NotReadyError(f"duties that have not succeeded yet: {', '.join(waiting)}")
        if time.time() - report.stat().st_mtime > FRESH_SECONDS:
            raise NotReadyError("the duties stand still")
