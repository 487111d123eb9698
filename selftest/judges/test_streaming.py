"""Speech that comes in pieces: told from made-up messages."""

from __future__ import annotations

from dataclasses import dataclass

from golive.catalogue import Limit
from tests.judges.streaming import burst, ended_badly, let_in, longest_gap, spoken, streamed

FEWEST = Limit(name="audio_frames", op=">=", value=3, unit="count", source="default")
GAP = Limit(name="frame_gap", op="<", value=500, unit="ms", source="default")
BURST = Limit(name="burst", op="<=", value=50, unit="percent", source="default")
TEXT = "a text of some twenty five letters"


@dataclass(frozen=True)
class Piece:
    at: float
    size: int = 100
    number: int | None = None


def told(frames: list[Piece]) -> list[str]:
    return [p for p in streamed(frames, fewest=FEWEST, gap=GAP, at_once=BURST, of="it") if p]


def evenly(count: int, every: float = 0.1) -> list[Piece]:
    return [Piece(0.3 + n * every, number=n) for n in range(count)]


def test_pieces_that_come_evenly_are_a_stream() -> None:
    assert told(evenly(10)) == []
    assert burst(evenly(10)) == 10


def test_what_is_collected_first_is_a_burst_however_many_pieces_it_has() -> None:
    found = told(evenly(10, every=0.001))
    assert len(found) == 1
    assert "burst is 100 percent" in found[0]
    early = [Piece(0.1, size=10, number=0), *(Piece(0.5 + n / 1000, number=n) for n in range(1, 10))]
    assert "burst is 98.9 percent" in told(early)[0]
    # A moment in which the reader is slow does not make one.
    assert told([*evenly(6), *(Piece(1.1, number=n) for n in range(6, 10))]) == []


def test_too_few_pieces_a_hole_and_a_wrong_order_are_told() -> None:
    assert "audio frames is 2" in told(evenly(2))[0]
    assert "audio frames is 0" in told([])[0]
    assert burst([]) == 100
    hole = told([Piece(0.1), Piece(0.2), Piece(0.9), Piece(1.0)])
    assert "frame gap is 700 ms" in hole[0]
    assert longest_gap([Piece(0.1)]) == 0
    swapped = told([Piece(0.1, number=1), Piece(0.2, number=0), Piece(0.3, number=2)])
    assert "numbered [1, 0, 2]" in swapped[0]
    assert "numbered" in told([Piece(0.1, number=0), Piece(0.2, number=2), Piece(0.3, number=3)])[0]


def test_the_sound_is_the_texts() -> None:
    assert spoken(TEXT, 2.0, 0.0, "it") == []
    assert spoken(TEXT, 2.0, None, "it") == []
    assert "can't be decoded" in spoken(TEXT, None, None, "it")[0]
    assert "make 0.2 s of sound" in spoken(TEXT, 0.2, 0.0, "it")[0]
    assert "make 30.0 s of sound" in spoken(TEXT, 30.0, 0.0, "it")[0]
    assert "80 % of its words" in spoken(TEXT, 2.0, 0.8, "it")[0]


def test_who_gets_in_is_told() -> None:
    assert let_in({"no token": None}) == []
    assert let_in({"no token": "101", "another": None}) == [
        "a stream opens with no token: 101. Refuse it at the upgrade"
    ]


def test_close_codes_say_why() -> None:
    assert ended_badly(1000, "it", 1000) is None
    assert ended_badly(4401, "it") is None
    assert "closes with 1006, want 1000" in str(ended_badly(1006, "it", 1000))
    assert "closes with None" in str(ended_badly(None, "it"))
    assert "closes with 1011" in str(ended_badly(1011, "it"))
