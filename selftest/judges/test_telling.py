"""What refusals of a sign-in tell."""

from __future__ import annotations

from tests.judges.telling import Refused, difference, said, telling

PLAIN = '{"detail":"no"}'


def _refused(body: str = PLAIN, status: int = 401, milliseconds: float = 20) -> Refused:
    return Refused(status, body, milliseconds)


def test_same_refusals_tell_nothing() -> None:
    assert telling([_refused()] * 3, [_refused()] * 3) == []


def test_another_sentence_tells() -> None:
    assert "tells whether" in telling([_refused()], [_refused('{"detail":"no such account"}')])[0]


def test_another_status_is_named() -> None:
    assert telling([_refused()], [_refused(status=404)]) == ["an unknown address is answered 404, want 401"]


def test_being_let_in_is_named() -> None:
    assert telling([_refused(status=200)], [_refused()]) == ["a wrong password is answered 200, want 401"]


def test_addresses_and_ids_are_no_difference() -> None:
    one = said('{"who":"a@b.example","id":"0f9d3b1e-0000-4000-8000-000000000001"}', "a@b.example")
    two = said('{"who":"c@d.example","id":"1f9d3b1e-0000-4000-8000-000000000002"}', "c@d.example")
    assert one == two


def test_medians_forgive_one_slow_answer() -> None:
    slow = [_refused(milliseconds=ms) for ms in (20, 21, 900)]
    assert difference(slow, [_refused(milliseconds=25)] * 3) == 4
