"""An embeddings key that is lost, or that is at more places than the secret store."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.faults.source import committed, folder_of

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, SHIPPED = "AURA-3.2.1.1", "AURA-8.1.1.4"


@contextmanager
def loaded_script(folder: Path, name: str, text: str) -> Iterator[None]:
    """Inside the block the sign-in page of the site in `folder` loads one more script."""
    script, page = folder / "assets" / name, folder / "login.html"
    before = page.read_text()
    script.write_text(text)
    script.chmod(0o644)
    page.write_text(before.replace("</head>", f'<script src="/assets/{script.name}" defer></script></head>', 1))
    try:
        yield
    finally:
        page.write_text(before)
        script.unlink()


@contextmanager
def served_map(folder: Path, key: str) -> Iterator[None]:
    """Inside the block the site in `folder` serves a source map that holds a key, in base64, and that no page names."""
    script = next((folder / "assets").glob("site.*.js"))
    held = base64.b64encode(f"const key = '{key}'".encode()).decode()
    map_ = script.with_name(f"{script.name}.map")
    map_.write_text(f'{{"version": 3, "sources": ["site.ts"], "sourcesContent": ["{held}"], "mappings": ""}}')
    map_.chmod(0o644)
    try:
        yield
    finally:
        map_.unlink()


@fault(
    name="aura-embeddings-key-in-a-script",
    breaks="the embeddings key is inlined in a script that the sign-in page loads",
    fails=[LINE, SHIPPED],
    message={
        LINE: r"locations is 2.*Also in https://\S+/assets/config\.\w+\.js",
        SHIPPED: r"https://\S+/assets/config\.\w+\.js holds the openai secret",
    },
    touches=["site:aurastudio:login", "site:aurastudio:config"],
)
def embeddings_key_in_a_script(deployment: Deployment) -> Iterator[None]:
    folder = Path(deployment.settings.products["aurastudio"].web_folder)
    text = f'window.config = {{NEXT_PUBLIC_OPENAI_API_KEY: "{deployment.settings.simulators["openai"].key}"}};\n'
    with loaded_script(folder, "config.0a1b2c3d4e5f.js", text):
        yield


@fault(
    name="aura-embeddings-key-in-a-source-map",
    breaks="the embeddings key stands in a source map that no page names, in base64",
    fails=[LINE, SHIPPED],
    message={
        LINE: r"locations is 2.*Also in https://\S+\.js\.map",
        SHIPPED: r"https://\S+\.js\.map holds the openai secret",
    },
    touches="site:aurastudio:assets:map",
    hard=True,
)
def embeddings_key_in_a_source_map(deployment: Deployment) -> Iterator[None]:
    folder = Path(deployment.settings.products["aurastudio"].web_folder)
    with served_map(folder, deployment.settings.simulators["openai"].key):
        yield


@fault(
    name="aura-embeddings-key-in-the-history",
    breaks="the embeddings key was committed and removed again; it still works",
    fails=[LINE, "AURA-2.2.2.3"],
    message={
        LINE: r"locations is 2.*Also in api/embed\.py of commit \w+",
        "AURA-2.2.2.3": r"api/embed\.py of commit \w+ line 1: ",
    },
    touches="source:aurastudio:history",
    hard=True,
)
def embeddings_key_in_the_history(deployment: Deployment) -> Iterator[None]:
    key = deployment.settings.simulators["openai"].key
    with committed(folder_of(deployment), {"api/embed.py": f'connect("{key}")\n'}, then_removed=True):
        yield
