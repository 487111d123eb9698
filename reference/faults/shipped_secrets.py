"""Secrets in what is shipped: in a script, in a layer that a later one hides, in a source map."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from reference.amending import amended
from reference.aws.images import assembled, image, layer, store
from reference.aws.operations.registry import FOLDER
from reference.faults import fault
from reference.faults.embeddings_key import loaded_script, served_map
from reference.faults.source import made_up

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT = "AURA-8.1.1.4", "aurastudio"


def _key_id(deployment: Deployment, name: str) -> str:
    """The id of an AWS key that no account has."""
    return "AKIA" + made_up(deployment, name, 16).upper()


@fault(
    name="aura-key-in-a-served-script",
    breaks="the id of a key of AWS is baked into a script that the sign-in page loads",
    fails=[LINE],
    message=r"findings is 1.*https://\S+/assets/upload\.\w+\.js holds AWS Access Key in line 1",
    touches=["site:aurastudio:login", "site:aurastudio:upload"],
)
def key_in_a_served_script(deployment: Deployment) -> Iterator[None]:
    folder = Path(deployment.settings.products[PRODUCT].web_folder)
    text = f'export const upload = {{accessKeyId: "{_key_id(deployment, "shipped/script")}"}};\n'
    with loaded_script(folder, "upload.1b2c3d4e5f60.js", text):
        yield


@fault(
    name="aura-secret-in-a-hidden-layer",
    breaks="a file with the voice provider's key was copied into the image, and taken away by the next layer",
    fails=[LINE],
    message=r"app/\.env\.build in layer 2 of aurastudio-api@\S+ of \S+ holds the elevenlabs secret",
    touches="aws:aurastudio:image:api:layers",
    hard=True,
)
def secret_in_a_hidden_layer(deployment: Deployment) -> Iterator[None]:
    release = deployment.settings.products[PRODUCT].release
    running = image(PRODUCT, "api", release.version, release.commit)
    first = layer({"app/release.json": "{}"})
    added = layer({"app/.env.build": f"VOICE={deployment.settings.simulators['elevenlabs'].key}\n"})
    hidden = layer({}, ["app/.env.build"])
    other = assembled([first, added, hidden], ["COPY api /app", "COPY .env.build /app", "RUN rm .env.build"], "x")
    store(deployment.settings.part_folder(FOLDER), other)
    where = {"imageId.imageDigest": running.digest}
    try:
        with amended(deployment, PRODUCT, "ecr", "images", {"imageManifest": other.manifest}, where, "BatchGetImage"):
            yield
    finally:
        for digest in other.blobs:
            (deployment.settings.part_folder(FOLDER) / digest.removeprefix("sha256:")).unlink(missing_ok=True)


@fault(
    name="aura-secret-in-a-public-source-map",
    breaks="the voice provider's key stands in a source map that no page names, in base64",
    fails=[LINE],
    message=r"findings is 1.*https://\S+\.js\.map holds the elevenlabs secret",
    touches="site:aurastudio:assets:map",
    hard=True,
)
def secret_in_a_public_source_map(deployment: Deployment) -> Iterator[None]:
    folder = Path(deployment.settings.products[PRODUCT].web_folder)
    with served_map(folder, deployment.settings.simulators["elevenlabs"].key):
        yield
