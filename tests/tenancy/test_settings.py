"""A tenant's settings: validated, one version after the other, soon the same everywhere, and to be had back."""

from __future__ import annotations

import secrets as random

import pytest

from fixtures.api import ApiClient
from fixtures.tenancy.configuration import Settings, Standing
from fixtures.tenancy.temporary import ADMIN, temporary_tenant
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.run_id import run_id
from golive.secrets import register_value
from golive.target import ProductTarget
from golive.target.product import configured
from tests.judges import settings as judge

HINT = "Keep settings in one place, or tell every instance when they change"


@verifies("SEI-2.2.1.1.4")
@pytest.mark.writes
@pytest.mark.timeout(240)
def test_settings_are_validated_versioned_and_to_be_had_back(line: Line, target: ProductTarget, api: ApiClient) -> None:
    tenancy = configured(target.tenancy, f"{line.product}.tenancy")
    described = configured(tenancy.configuration, f"{line.product}.tenancy.configuration")
    patience = float(line.limit("effective").value)  # type: ignore[arg-type]
    word, secret = f"{run_id()}-{random.token_hex(4)}", f"golive{random.token_hex(12)}"
    register_value(secret)
    with temporary_tenant(api) as tenant, temporary_tenant(api) as neighbour:
        mine, others = Settings(tenant, described), Settings(neighbour, described)
        actor = str(tenant.api.sign_in(ADMIN).field("id"))
        beside = others.read()
        seen = [others.read(place).text for place in api.settings.instances]
        for place in api.settings.instances:
            mine.read(place)  # an instance that keeps what it read keeps this
        changed = mine.change(mine.read().version, **{described.text: f"{word}-first"})
        problems = [] if changed.status < 300 else [f"a valid change of the settings is refused: {changed}"]
        waited, late = mine.seconds_to_all(f"{word}-first", patience) if not problems else (0.0, [])
        first = mine.read()
        invalid = [_refused(line, mine, first, dict(wrong)) for wrong in described.invalid]
        if described.secret:
            mine.change(first.version, **{described.secret: secret})
        fought = judge.fight(*mine.fought_over(f"{word}-second"))
        second = mine.read()
        told = mine.told(secret) if described.secret else []
        back = _reverted(mine, first)
        third = mine.read()
        unrecorded = judge.unrecorded(*mine.history(), [first.version, second.version, third.version], actor)
        moved = others.read() != beside or [others.read(p).text for p in api.settings.instances] != seen
    conclude(
        [
            *problems,
            *(f"{name} does not show a change of the settings after {waited:g} s. {HINT}" for name in late),
            *(p for pair in invalid for p in pair),
            *fought,
            *back,
            *unrecorded,
            *(f"{name} tells the secret {described.secret} of a tenant's settings in clear" for name in told),
            "a change of one tenant's settings changed another's" if moved else None,
            None if late or problems else line.limit("effective").problem(waited, of=api, hint=HINT),
            line.limit("invalid_stored").problem(sum("stored" in (p or "") for pair in invalid for p in pair), of=api),
            line.limit("revert_differences").problem(len(back), of="settings that were taken back"),
        ]
    )


def _refused(line: Line, mine: Settings, before: Standing, wrong: dict[str, object]) -> list[str | None]:
    """Try settings that are wrong, beside one that is right: nothing of them may be stored."""
    answer = mine.change(before.version, **wrong, **{mine.described.text: "golive-refused"})
    stored = mine.read() != before
    shown = ", ".join(wrong)
    return [
        line.limit("invalid_status").problem(answer.status, of=f"a change of {shown} to something wrong"),
        f"the wrong settings {shown} were refused with {answer.status}, and stored" if stored else None,
    ]


def _reverted(mine: Settings, wanted: Standing) -> list[str]:
    answer = mine.revert(wanted.version)
    if answer.status >= 300:
        return [f"version {wanted.version} of the settings can't be had back: {answer}"]
    now = mine.read()
    if now.text != wanted.text:
        return [f"version {wanted.version} was taken back and the settings are not what they were then"]
    return [] if now.version != wanted.version else ["taking a version back makes no version of its own"]
