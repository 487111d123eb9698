"""What a registry's lifecycle policy would remove: its rules applied to images, real and imagined. Pure.

After the Amazon ECR user guide, "lifecycle policies": all rules are evaluated at the same time and applied by priority.
An image that matches the tags of a rule can't be removed by one of lower priority; images that a rule of higher
priority removes still count for the others.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from fnmatch import fnmatchcase
from typing import Any

RELEASE_GAP = timedelta(days=30)
"""How long a release stays before the next one, in the history that is imagined."""


@dataclass(frozen=True)
class Image:
    """`pushed` and `pulled` are UTC; an image that was never pulled counts from when it was pushed."""

    digest: str
    tags: tuple[str, ...]
    pushed: datetime
    pulled: datetime | None = None


def removed(policy: Mapping[str, Any], images: Sequence[Image], now: datetime) -> dict[str, int]:
    """Return digest to the priority of the rule that removes it, of the images that the policy removes now."""
    gone: dict[str, int] = {}
    spoken_for: set[str] = set()
    for rule in sorted(policy.get("rules", []), key=lambda r: int(r["rulePriority"])):
        selection, priority = rule["selection"], int(rule["rulePriority"])
        matching = [image for image in images if _selected(selection, image)]
        for image in _too_many(selection, matching, now):
            if image.digest not in spoken_for:
                gone[image.digest] = priority
        spoken_for |= {image.digest for image in matching}
    return gone


def kept_releases(policy: Mapping[str, Any], images: Sequence[Image], running: Image, many: int, now: datetime) -> int:
    """Return how many of the newest `many` releases up to the running one the policy keeps.

    Where there have been fewer yet, older ones are imagined, one every `RELEASE_GAP`.

    Args:
        images: those of the repository, the running one among them.
    """
    real = [image for image in images if image.tags and image.pushed <= running.pushed]
    oldest = min(image.pushed for image in [running, *real])
    history = [replace(running, digest=f"imagined-{i}", pushed=oldest - (i + 1) * RELEASE_GAP) for i in range(many)]
    gone = removed(policy, [*images, *history], now)
    newest = sorted([*real, *history], key=lambda image: image.pushed, reverse=True)[:many]
    return sum(image.digest not in gone for image in newest)


def removes_untagged(policy: Mapping[str, Any], days: float, now: datetime) -> bool:
    """Return whether an image without tag that is a little older than `days` would be removed."""
    old = Image("imagined-untagged", (), now - timedelta(days=days, hours=1))
    return old.digest in removed(policy, [old], now)


def stops_growing(policy: Mapping[str, Any], running: Image, now: datetime, releases: int = 2000) -> bool:
    """Return whether of very many releases over many years any would be removed."""
    return kept_releases(policy, [running], running, releases, now) < releases


def missing_or_removed(
    needed: Mapping[str, str], images: Iterable[Image], policy: Mapping[str, Any], now: datetime
) -> list[str]:
    """Return what is wrong with the images that are needed (digest to why), as sentences."""
    known = {image.digest: image for image in images}
    gone = removed(policy, list(known.values()), now)
    found = []
    for digest, why in needed.items():
        if digest not in known:
            found.append(f"{why}, {digest}, is not in the registry any more")
        elif digest in gone:
            age = (now - known[digest].pushed).days
            found.append(f"{why}, {digest}, {age} days old, is removed by the rule of priority {gone[digest]}")
    return found


def release_before(images: Iterable[Image], running: Collection[str]) -> Image | None:
    """Return the newest tagged image that was pushed before all of the running ones, None if there is none."""
    known = list(images)
    begun = min((i.pushed for i in known if i.digest in running), default=None)
    older = [i for i in known if i.tags and begun is not None and i.pushed < begun]
    return max(older, key=lambda i: i.pushed, default=None)


def _selected(selection: Mapping[str, Any], image: Image) -> bool:
    match selection["tagStatus"]:
        case "any":
            return True
        case "untagged":
            return not image.tags
    prefixes, patterns = selection.get("tagPrefixList") or [], selection.get("tagPatternList") or []
    by_prefix = all(any(tag.startswith(prefix) for tag in image.tags) for prefix in prefixes)
    by_pattern = all(any(fnmatchcase(tag, pattern) for tag in image.tags) for pattern in patterns)
    return bool(image.tags) and by_prefix and by_pattern


def _too_many(selection: Mapping[str, Any], images: Sequence[Image], now: datetime) -> list[Image]:
    number = int(selection["countNumber"])
    match selection["countType"]:
        case "imageCountMoreThan":
            return sorted(images, key=lambda i: i.pushed, reverse=True)[number:]
        case "sinceImagePushed":
            return [i for i in images if now - i.pushed > timedelta(days=number)]
        case "sinceImagePulled":
            return [i for i in images if now - (i.pulled or i.pushed) > timedelta(days=number)]
        case other:
            raise ValueError(f"unknown countType {other!r}")
