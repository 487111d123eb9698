"""Container images of a release: manifests that name product, component and commit, so that digests differ by
release."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Image:
    """`digest` is the SHA-256 of `manifest`, as registries define it (OCI distribution specification)."""

    manifest: str
    digest: str
    tag: str


def image(product: str, component: str, version: str, commit: str) -> Image:
    """The image of one component at one release. The CI simulator and the registry get the same one from here."""

    def blob(kind: str) -> str:
        return "sha256:" + hashlib.sha256(f"{product} {component} {version} {commit} {kind}".encode()).hexdigest()

    layer = {
        "mediaType": "application/vnd.docker.image.rootfs.diff.tar.gzip",
        "size": 48_611_207,
        "digest": blob("layer"),
    }
    manifest = json.dumps(
        {
            "schemaVersion": 2,
            "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
            "config": {
                "mediaType": "application/vnd.docker.container.image.v1+json",
                "size": 7023,
                "digest": blob("config"),
            },
            "layers": [layer],
        }
    )
    return Image(manifest, "sha256:" + hashlib.sha256(manifest.encode()).hexdigest(), version)
