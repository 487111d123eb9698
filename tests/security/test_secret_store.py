"""The secret store: own keys, rotation that works, few readers, and a record of who read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fixtures.aws.account import Account
from fixtures.aws.errors import Absent
from fixtures.aws.secret_value import Outsider
from fixtures.aws.secrets import StoredSecret
from fixtures.aws.trail import Trail
from fixtures.parallel import each
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from golive.verdict import NotConfigured
from tests.judges.secrets import SecretSeen, exemption_problem, secret_problems


@verifies("AURA-8.1.2.5")
@pytest.mark.smoke
def test_secret_store_is_sound(line: Line, aws: Account, secrets: Found[StoredSecret], cloudtrail: Trail) -> None:
    if aws.settings.outsider_role is None:
        raise NotConfigured(
            f"the target has no {line.product}.aws.outsider_role",
            "Make a role without rights, let the reader take it, and name it: only it shows that others are refused",
        )
    outsider = Outsider(aws.settings, aws)
    outsider.proven()
    now = datetime.now(UTC)
    found = each(lambda secret: _problems(secret, aws.settings.rotation_exempt, now), secrets)
    broken = [p for problems in found for p in problems]
    sound = 100 * sum(not problems for problems in found) / len(found)
    there = [s for s, problems in zip(secrets, found, strict=True) if not any("does not exist" in p for p in problems)]
    readable = [
        s.name
        for s, refused in zip(there, each(lambda s: outsider.is_refused(s.name), there), strict=True)
        if not refused
    ]
    hint = f"{outsider} may read {', '.join(readable)}. Take the right away in the secret's or the role's policy"
    conclude(
        [
            *broken,
            line.limit("secrets_conforming").problem(sound, of=secrets),
            line.limit("foreign_readers").problem(len(readable), of=outsider, hint=hint),
            None if cloudtrail.logging else f"{cloudtrail} is not logging, so nobody knows who reads secrets. Start it",
        ]
    )


def _problems(secret: StoredSecret, exempt: dict[str, str], now: datetime) -> list[str]:
    try:
        statements = secret.policy.get("Statement", [])
        seen = SecretSeen(
            key_manager=secret.key_manager,
            deleted=secret.deleted,
            rotates=secret.rotates,
            last_rotated=secret.last_rotated,
            next_rotation=secret.next_rotation,
            stages=secret.stages,
            tags=secret.tags,
            statements=statements if isinstance(statements, list) else [statements],
            exemption=exempt.get(secret.word) or exempt.get(secret.name),
        )
    except Absent as error:
        return [str(error)]
    dated = [p] if (p := exemption_problem(seen.exemption)) else []
    return [f"{secret}: {problem}" for problem in [*dated, *secret_problems(seen, now)]]
