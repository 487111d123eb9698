"""Buckets: an object goes in and comes back, strangers get nothing, and what was overwritten can be had again."""

from __future__ import annotations

import time

import pytest

from fixtures.aws.buckets import Bucket
from fixtures.aws.objects import Scratch, anonymous_status, scratch_in, sha256
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.run_id import run_id
from golive.verdict import NotConfigured
from tests.judges.buckets import flags_off, old_versions_days, public_statements

FILES = "files"
"""The target's word for the bucket of the product's files."""


@verifies("AURA-1.1.1.3")
@pytest.mark.writes
def test_assets_come_back_and_strangers_are_refused(line: Line, buckets: Found[Bucket]) -> None:
    bucket = _files(buckets)
    content = f"made by {run_id()}".encode() * 64
    off = flags_off(bucket.public_access_block)
    with scratch_in(bucket) as scratch:
        begun = time.perf_counter()
        scratch.put("asset", content)
        came_back = scratch.get("asset")
        seconds = observed(bucket, "round trip", time.perf_counter() - begun, source="s3: put, get", unit="s")
        same = observed(bucket, "content is the same", sha256(came_back) == sha256(content), source="SHA-256")
        stranger = anonymous_status(bucket, scratch.key("asset"))  # the owner has just read it
        hint = "; ".join(_openings(bucket)) or "Anybody can read it: look for an access point or an object's own ACL"
        conclude(
            [
                None if same else f"{bucket}: an object came back with another SHA-256 than it was stored with",
                line.limit("round_trip").problem(seconds, of=bucket),
                line.limit("anonymous_http_status").problem(stranger, of=f"{bucket}, read unsigned", hint=hint),
                line.limit("public_access_flags_off").problem(len(off), of=bucket, hint=f"Turn on {', '.join(off)}"),
                *(f"{bucket}: {opening}" for opening in _openings(bucket)),
            ]
        )


@verifies("AURA-6.1.2.3")
@pytest.mark.writes
def test_old_versions_of_files_are_given_back(line: Line, buckets: Found[Bucket]) -> None:
    bucket = _files(buckets)
    days, rule = old_versions_days(bucket.lifecycle)
    problems = [line.limit("versioning").problem(bucket.versioning, of=bucket, hint="Turn on versioning")]
    if rule:
        hint = f"Rule {rule} of its lifecycle removes what was overwritten"
        problems.append(line.limit("old_versions_kept").problem(days, of=bucket, hint=hint))
    with scratch_in(bucket) as scratch:
        problems += _overwritten(bucket, scratch)
    conclude(problems)


def _overwritten(bucket: Bucket, scratch: Scratch) -> list[str]:
    """Overwrite and delete an object, and say what can't be had again."""
    first = scratch.put("file", b"the first content")
    scratch.put("file", b"the second content")
    scratch.delete("file")
    kept = scratch.versions("file")
    contents, markers = [v for v in kept if not v.marker], [v for v in kept if v.marker]
    problems = []
    if len(contents) != 2 or len(markers) != 1:
        problems.append(
            f"{bucket}: of an object written twice and deleted it keeps {len(contents)} versions and {len(markers)} "
            "delete markers, want 2 and 1"
        )
    if first == "null":
        problems.append(f"{bucket}: a new object has no version of its own, so the next one overwrites it")
    try:
        given = scratch.get("file", first)
    except AssertionError:
        return [*problems, f"{bucket}: does not give back the first version of an object that was overwritten"]
    same = observed(bucket, "first version given back", given == b"the first content", source="s3:GetObjectVersion")
    return problems if same else [*problems, f"{bucket}: gives another content for the first version of an object"]


def _files(buckets: Found[Bucket]) -> Bucket:
    for bucket in buckets:
        if bucket.word == FILES:
            return bucket
    raise NotConfigured("the target names no bucket `files`", "Add files to [PRODUCT.aws.buckets]")


def _openings(bucket: Bucket) -> list[str]:
    """What opens it to everybody by its settings, as sentences without subject."""
    lists = [f"its access list gives {grant}" for grant in bucket.public_grants]
    points = [f"access point {name}: {opening}" for name, policy in bucket.access_points.items()
              for opening in public_statements(policy)]  # fmt: skip
    return [*public_statements(bucket.policy), *lists, *points]
