"""One application process of a product: uvicorn on loopback, behind the edge."""

from __future__ import annotations

from reference.services.part import HTTP, Context
from reference.services.preload import ForkedPart
from reference.services.processor import Share, share_of
from reference.settings import Instance

LARGEST_MESSAGE = 16 * 1024 * 1024
"""Bytes of a WebSocket message at most; a longer one ends the connection with 1009 (RFC 6455, 7.4.1)."""


class App(ForkedPart):
    needs = ("preload", "data path", "seeds")

    def __init__(self, product: str, instance: Instance, context: Context) -> None:
        super().__init__(instance.id, context)
        self.product = product
        self.instance = instance
        self.release: dict[str, str] = {}
        """Variables in which a build that was rolled out differs from the first one."""
        self.share: Share | None = None
        """Of the processor, where tasks of the product have one."""

    @property
    def address(self) -> str:
        return self.instance.url

    def prepare(self) -> None:
        self.children.clear()
        processors = share_of(self.product)
        self.share = Share(self.name, processors) if processors else None
        options = ["--host", "127.0.0.1", "--port", str(self.instance.port), "--proxy-headers", "--no-access-log"]
        options += ["--ws-max-size", str(LARGEST_MESSAGE)]
        self.forked(
            "uvicorn",
            [f"reference.app.{self.product}:app", *options, "--timeout-graceful-shutdown", "3"],
            self.environment(),
        )

    def begun(self, pid: int) -> None:
        if self.share:
            self.share.hold(pid)

    def stop(self) -> None:
        super().stop()
        if self.share:
            self.share.end()

    def environment(self) -> dict[str, str]:
        """The process's variables."""
        return {**self.settings.app_environment(self.product, self.instance.id), **self.release}

    def probe(self) -> None:
        HTTP.get(f"{self.instance.url}/health").raise_for_status()
