"""Container images of a release: configuration and layers that name product, component and commit, so that digests
differ by release. Small, and real: each digest is that of the bytes that the registry gives out.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

_LAYER = "application/vnd.docker.image.rootfs.diff.tar.gzip"


@dataclass(frozen=True)
class Image:
    """`digest` is the SHA-256 of `manifest`, as registries define it (OCI distribution specification). `blobs`: digest
    to bytes of what the manifest names."""

    manifest: str
    digest: str
    tag: str
    blobs: Mapping[str, bytes] = field(default_factory=dict, repr=False, compare=False)


@cache
def image(product: str, component: str, version: str, commit: str) -> Image:
    """The image of one component at one release. The CI simulator and the registry get the same one from here."""
    release = json.dumps({"product": product, "component": component, "version": version, "commit": commit})
    packed = layer({"etc/os-release": 'NAME="Debian GNU/Linux"\nVERSION_ID="13"\n', "app/release.json": release})
    return assembled([packed], [f"COPY {component} /app"], version)


def assembled(layers: list[bytes], history: list[str], tag: str) -> Image:
    """An image of these layers; `history` is what its recipe says of each."""
    config = {
        "architecture": "amd64",
        "os": "linux",
        "config": {"User": "app", "Env": ["PATH=/usr/local/bin:/usr/bin:/bin"], "WorkingDir": "/app"},
        "rootfs": {"type": "layers", "diff_ids": [digest_of(gzip.decompress(packed)) for packed in layers]},
        "history": [{"created": "2026-11-01T00:00:00Z", "created_by": said} for said in history],
    }
    made = json.dumps(config).encode()
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": _named("application/vnd.docker.container.image.v1+json", made),
            "layers": [_named(_LAYER, packed) for packed in layers],
        }
    )
    blobs = {digest_of(blob): blob for blob in [made, *layers]}
    return Image(manifest, digest_of(manifest.encode()), tag, blobs)


def layer(files: Mapping[str, str], removed: Iterable[str] = ()) -> bytes:
    """A layer that adds files, and takes others away as layers do it: by a mark beside them (OCI image layout)."""
    marked = {f"{path.rpartition('/')[0]}/.wh.{path.rpartition('/')[2]}": "" for path in removed}
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as archive:
        for path, text in sorted({**files, **marked}.items()):
            entry = tarfile.TarInfo(path)
            entry.size = len(text.encode())
            archive.addfile(entry, io.BytesIO(text.encode()))
    return gzip.compress(packed.getvalue(), mtime=0)


def digest_of(content: bytes) -> str:
    return "sha256:" + hashlib.sha256(content).hexdigest()


def store(folder: Path, made: Image) -> None:
    """Put what an image consists of where the registry gives it out."""
    folder.mkdir(parents=True, exist_ok=True)
    for digest, blob in made.blobs.items():
        (folder / digest.removeprefix("sha256:")).write_bytes(blob)


def _named(kind: str, blob: bytes) -> dict[str, Any]:
    return {"mediaType": kind, "size": len(blob), "digest": digest_of(blob)}
