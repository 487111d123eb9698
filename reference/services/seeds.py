"""Rows that hold this deployment's own secrets: no process, one call of `reference.schema.seed`."""

from __future__ import annotations

from reference.services.part import Part


class Seeds(Part):
    needs = ("postgres",)

    @property
    def address(self) -> str:
        return "identities and canary rows"

    def start(self) -> None:
        from reference.schema.seed import seed

        seed(self.settings)

    @property
    def alive(self) -> bool:
        return True
