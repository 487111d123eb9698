"""ECR's blobs: moto keeps manifests alone."""

from __future__ import annotations

import hmac
from hashlib import sha256

from reference.aws.calls import ApiError
from reference.aws.operations.world import Answer, Own, World
from reference.settings import Settings

FOLDER = "registry"
"""The part of the deployment that holds the blobs, by the hex digits of their digests."""


def signature(settings: Settings, digest: str) -> str:
    """What makes an address of a blob one that was given out."""
    return hmac.new(settings.secret_seed.encode(), f"blob {digest}".encode(), sha256).hexdigest()


def download_url(world: World) -> Answer:
    settings, p = world.state.settings, world.call.parameters
    digest = str(p["layerDigest"]).removeprefix("sha256:")
    world.ask("ecr", "DescribeRepositories", repositoryNames=[p["repositoryName"]])
    if not digest.isalnum() or not (settings.part_folder(FOLDER) / digest).is_file():
        raise ApiError("LayersNotFoundException", f"The layer {p['layerDigest']} does not exist", 400)
    url = f"{settings.simulators.url}/blobs/{digest}?signature={signature(settings, digest)}"
    return {"downloadUrl": url, "layerDigest": p["layerDigest"]}


OWN: dict[str, Own] = {"ecr.GetDownloadUrlForLayer": download_url}
