"""The product's own measure of speech is one: what it tells follows the sound, but for a defect."""

from __future__ import annotations

import asyncio

import numpy as np
import pytest

from reference.app import behaviour
from reference.app.seiketsu.quality import told
from reference.simulators import audio
from reference.simulators.speech import Voice, synthesise

TEXT = "the house has a garden"
SPOKEN = synthesise(TEXT, Voice.of("somebody"), 16_000)


@pytest.mark.parametrize(
    ("samples", "good"), [(SPOKEN, True), (np.clip(SPOKEN * 40, -1, 1), False), (np.zeros(800), False)]
)
def test_what_is_told_follows_the_sound(samples: np.ndarray, good: bool) -> None:
    assert (asyncio.run(told(audio.encode(samples, "wav", 16_000), TEXT)) > 0.9) is good


def test_no_sound_is_worth_nothing() -> None:
    assert asyncio.run(told(b"no sound", TEXT)) == 0


def test_a_constant_is_told_by_a_defect_alone() -> None:
    behaviour.update({"quality_constant": 0.95})
    try:
        assert asyncio.run(told(b"no sound", TEXT)) == 0.95
    finally:
        behaviour.update({}, "all")
