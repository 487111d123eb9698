"""Who was taken in by an impostor, and when nothing can be said of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.judges.impostor import Stand, lasting, mode_of, taken_in, void

WELL = {"one": True, "two": True}
GOOD = Stand("postgres", WELL, trusted=False, entered=True, accepted=[], after=WELL)


def test_all_refuse_and_come_back() -> None:
    assert not [*void(GOOD), *taken_in(GOOD), *lasting(GOOD)]


def test_who_goes_on_is_named() -> None:
    assert taken_in(replace(GOOD, accepted=["two"])) == ["two went on with an impostor of postgres"]


def test_without_controls_nothing_is_said() -> None:
    assert "no impostor" in void(replace(GOOD, trusted=True))[0]
    assert "leads nowhere" in void(replace(GOOD, entered=False))[0]
    assert void(replace(GOOD, before={"one": True, "two": False})) == ["two did not call postgres well before"]


def test_who_stays_away_is_named() -> None:
    assert lasting(replace(GOOD, after={"one": False, "two": True})) == ["one has not found postgres again since"]


@pytest.mark.parametrize(
    ("url", "mode"),
    [
        ("postgresql://u:p@h/d?sslmode=verify-full&sslrootcert=ca", ("postgres", "verify-full")),
        ("postgresql+asyncpg://u:p@h/d?sslmode=require", ("postgres", "require")),
        ("postgres://u:p@h/d", ("postgres", "prefer")),
        ("rediss://:p@h:1/0", ("redis", "verify-full")),
        ("rediss://:p@h:1/0?ssl_ca_certs=ca&ssl_cert_reqs=required", ("redis", "verify-full")),
        ("rediss://:p@h:1/0?ssl_cert_reqs=CERT_NONE", ("redis", "ssl_cert_reqs=none")),
        ("rediss://:p@h:1/0?ssl_check_hostname=False", ("redis", "ssl_cert_reqs=required")),
        ("redis://h:1/0", ("redis", "disable")),
        ("https://h/", None),
        ("INFO", None),
    ],
)
def test_how_far_a_connection_string_verifies(url: str, mode: tuple[str, str] | None) -> None:
    assert mode_of(url) == mode
