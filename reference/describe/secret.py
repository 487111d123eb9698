"""Secrets of a target file: written to a file of the deployment, referred to by its path."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reference.settings import Settings


def reference(settings: Settings, name: str, value: str | None = None) -> str:
    """`file:PATH` of the secret `name`; without a `value`, the deployment's own secret of that name."""
    return f"file:{settings.secret_file(name, value)}"
