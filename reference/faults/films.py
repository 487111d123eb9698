"""Tutorials that nobody can watch."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, LINE = "aurastudio", "AURA-10.1.1.2"
BLACK = Path(__file__).parent / "black.webm"
FILM = "edge:aurastudio:film:{}"
PRIVATE = "<!doctype html><title>Private</title><p>This video is private.</p>\n"


@contextmanager
def _replaced(deployment: Deployment, name: str, content: bytes | None) -> Iterator[None]:
    """Inside the block a film is something else, or is gone."""
    path = Path(deployment.settings.products[PRODUCT].web_folder) / "videos" / f"{name}.webm"
    kept = path.with_suffix(".kept")
    shutil.move(path, kept)
    try:
        if content is not None:
            path.write_bytes(content)
            path.chmod(0o644)
        yield
    finally:
        shutil.move(kept, path)


@fault(
    name="aura-tutorial-gone",
    breaks="the film on the companion answers 404",
    fails=[LINE],
    message=r"film 'The companion: [^']*' at \S+ does not play: .*none is on companion",
    touches=FILM.format("companion"),
)
def gone(deployment: Deployment) -> Iterator[None]:
    with _replaced(deployment, "companion", None):
        yield


@fault(
    name="aura-tutorial-private",
    breaks="the address of a film answers 200 with a page that says that it is private",
    fails=[LINE],
    message=r"film 'The studio: [^']*' at \S+ does not play: .*videos is 2, want >= 3",
    touches=FILM.format("studio"),
    hard=True,
)
def private(deployment: Deployment) -> Iterator[None]:
    with _replaced(deployment, "studio", PRIVATE.encode()):
        yield


@fault(
    name="aura-tutorial-black",
    breaks="a film plays, and is black and silent",
    fails=[LINE],
    message=r"film 'The assistant: [^']*' is of one colour and silent",
    touches=FILM.format("assistant"),
    hard=True,
)
def black(deployment: Deployment) -> Iterator[None]:
    with _replaced(deployment, "assistant", BLACK.read_bytes()):
        yield
