"""Whether an image reference is the released image and can't change under its name. Pure."""

from __future__ import annotations

from collections.abc import Iterable


def image_problems(
    reference: str,
    tag: str,
    digest: str,
    *,
    version: str,
    released_digest: str | None,
    registry_tags: Iterable[str] | None = None,
    tags_immutable: bool | None = None,
) -> list[str]:
    """Return what is wrong with an image reference, in full sentences without their subject.

    Args:
        reference: as the task definition has it, for messages.
        tag: of the reference, empty when it has none.
        digest: of the reference (`sha256:...`), empty when it has none.
        version: of the release, with or without `v`.
        released_digest: of the release, None when the target does not tell it.
        registry_tags: the tags that the registry gives to this digest; None when it was not asked.
        tags_immutable: whether the registry lets no tag move; None when it was not asked.
    """
    wanted = version.lstrip("v")
    found = []
    if digest:
        if released_digest and digest != released_digest:
            found.append(f"runs {reference}, not the released digest {released_digest}")
        if tag and tag.lstrip("v") != wanted:
            found.append(f"runs the image tagged {tag}, not the release {version}")
        if not released_digest and not tag and wanted not in {t.lstrip("v") for t in registry_tags or ()}:
            found.append(f"runs {reference}, which the registry does not call {version}")
        return found
    if not tag or tag == "latest":
        return [f"runs {reference}: the tag latest moves. Pin the digest or the version of the release"]
    if tag.lstrip("v") != wanted:
        found.append(f"runs the image tagged {tag}, not the release {version}")
    if not tags_immutable:
        found.append(
            f"runs {reference} by a tag that may be moved. Pin the digest, or make the repository's tags IMMUTABLE"
        )
    return found
