"""The Celery worker (threads, so no grandchildren) and the beat; broker and results in Redis over TLS."""

from __future__ import annotations

from typing import Any

from reference.services.part import NotReadyError
from reference.services.preload import ForkedPart

APPLICATION = "reference.app.tasks:celery"
PRODUCT = "seiketsu"


class Worker(ForkedPart):
    needs = ("preload", "data path", "seeds")

    @property
    def address(self) -> str:
        return f"queues {', '.join(self.settings.celery.queues)}"

    def prepare(self) -> None:
        self.children.clear()
        queues = ",".join([*self.settings.celery.queues, "celery"])
        options = ["--pool", "threads", "--concurrency", "4", "--queues", queues, "--hostname", self.hostname]
        self.forked(
            "celery",
            ["-A", APPLICATION, "worker", *options, "--loglevel", "INFO"],
            self.settings.app_environment(PRODUCT, self.name),
        )

    @property
    def hostname(self) -> str:
        return f"{self.name}@localhost"

    def probe(self) -> None:
        """Ready when the worker answers a ping through the broker."""
        from celery import Celery

        with Celery(broker=self.settings.celery.broker_url, backend=self.settings.celery.result_backend) as client:
            answer: list[Any] = client.control.ping(destination=[self.hostname], timeout=1.5)
        if not answer:
            raise NotReadyError("no worker answers a ping through the broker")


class Beat(ForkedPart):
    needs = ("preload", "data path", "seeds", "aws")  # its first jobs put files into buckets

    @property
    def address(self) -> str:
        return "schedule in the worker's queues"

    def prepare(self) -> None:
        self.children.clear()
        folder = self.settings.part_folder("beat")
        folder.mkdir(mode=0o700, exist_ok=True)
        self.forked(
            "celery",
            ["-A", APPLICATION, "beat", "--schedule", str(folder / "schedule"), "--loglevel", "INFO"],
            self.settings.app_environment(PRODUCT, "beat"),
        )

    def probe(self) -> None:
        """Ready when it says that it runs; it listens nowhere."""
        log = self.settings.log_file(self.name)
        if not log.exists() or "beat: Starting" not in log.read_text(errors="replace"):
            raise NotReadyError("beat has not started its schedule yet")
