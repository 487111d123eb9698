"""Turns of a call, judged on made-up ones, and where something is to be heard in a sound."""

from __future__ import annotations

import io

import numpy as np
import pytest
import soundfile

from fixtures.websocket.turns import Turn, decoded, first_sound
from golive.catalogue import load_catalogue
from golive.verdict import Unobservable
from tests.judges.turns import slow_turns, uncached

LIMIT = load_catalogue()["SEI-1.2.1.2.2"].limit("first_audio")


def turn(seconds: float | None, cached: bool = False, problem: str = "") -> Turn:
    return Turn("Hello", seconds, cached, problem)


def test_no_mean_hides_a_slow_turn() -> None:
    assert slow_turns([turn(1.2), turn(1.9)], LIMIT, "a call") == [None]
    (said,) = slow_turns([*[turn(0.2)] * 29, turn(2.0)], LIMIT, "a call")
    assert said is not None
    assert "the slowest of 30 turns" in said
    assert "1 of 30 took too long: 2 s" in said


def test_silence_fails_and_what_a_cache_answered_does_not_count() -> None:
    said = slow_turns([turn(None), turn(None, problem="closed"), turn(1.0)], LIMIT, "a call")
    assert [str(s).rpartition(": ")[2] for s in said] == ["silence", "closed", "None"]
    turns = [turn(0.1, cached=True), turn(1.5)]
    assert uncached(turns) == 1
    assert slow_turns([turn(5.0, cached=True)], LIMIT, "a call") == []


def test_where_something_is_heard() -> None:
    rate = 8000
    hum = 0.3 * np.sin(np.arange(rate) / 3)
    quiet = np.zeros(rate // 2)
    assert first_sound(np.concatenate([quiet, hum]), rate) == 0.5
    assert first_sound(hum, rate) == 0
    assert first_sound(quiet, rate) is None
    assert first_sound(np.zeros(0), rate) is None


def test_sound_is_decoded_and_other_bytes_are_told() -> None:
    held = io.BytesIO()
    soundfile.write(held, np.zeros((80, 2)), 8000, format="WAV")
    samples, rate = decoded(held.getvalue())
    assert (samples.shape, rate) == ((80,), 8000)
    with pytest.raises(Unobservable, match="can't be decoded"):
        decoded(b"no sound at all")
