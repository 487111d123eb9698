"""Which files of an image are bought, and layers as the reference's registry makes them."""

from __future__ import annotations

import io
import tarfile

import pytest

from reference.aws.images import assembled, digest_of, image, layer
from tests.judges.shipped import bought


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("usr/lib/python3/x.py", True),
        ("app/node_modules/a/test.js", True),
        ("usr/local/lib/python3.11/site-packages/a.py", True),
        ("usr/src/app/settings.py", False),
        ("app/.env", False),
        ("root/.aws/credentials", False),
    ],
)
def test_bought(path: str, wanted: bool) -> None:
    assert bought(path) is wanted


def test_images_are_the_same_each_time_and_their_blobs_are_what_they_are_called() -> None:
    made = image("p", "api", "1", "c" * 40)
    again = image.__wrapped__("p", "api", "1", "c" * 40)
    assert made.digest == again.digest == digest_of(made.manifest.encode())
    assert all(digest_of(blob) == digest and digest in made.manifest for digest, blob in made.blobs.items())
    assert made.digest != image("p", "api", "2", "c" * 40).digest


def test_a_layer_marks_what_it_takes_away() -> None:
    packed = layer({}, ["app/.env"])
    with tarfile.open(fileobj=io.BytesIO(packed), mode="r:*") as archive:
        assert archive.getnames() == ["app/.wh..env"]
    assert len(assembled([packed, packed], ["a", "b"], "x").blobs) == 2
