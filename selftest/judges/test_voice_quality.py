"""The scale of voices: clear speech, noise, clipping, gaps, wrong lengths; and the verdict on several voices."""

from __future__ import annotations

import numpy as np
import pytest

from golive.catalogue import Limit
from tests.judges.voice_quality import Rated, rated_problems, score, signal, whole

RATE, TEXT = 16_000, "the house has three bedrooms and a garden"
SECONDS = np.arange(RATE * 3) / RATE
VOICED = (
    0.25 * np.sin(2 * np.pi * 140 * SECONDS) + 0.2 * np.sin(2 * np.pi * 900 * SECONDS)
) * (0.6 + 0.4 * np.sin(2 * np.pi * 4 * SECONDS))  # fmt: skip
NOISE = np.random.default_rng(3).standard_normal(len(VOICED))
MEAN = Limit(name="mean", op=">", value=0.9, unit="score", source="document")
P10 = Limit(name="p10", op=">", value=0.8, unit="score", source="default")
DIFFERENCE = Limit(name="product_difference", op="<=", value=0.1, unit="score", source="default")
FEWEST = Limit(name="samples_per_voice", op=">=", value=10, unit="count", source="default")


def test_clear_speech_is_worth_one() -> None:
    assert score(TEXT, TEXT, VOICED, RATE)[0] == pytest.approx(1, abs=0.02)


def test_wrong_words_cost_half() -> None:
    assert score(TEXT, "nothing of it at all was right here", VOICED, RATE)[0] == pytest.approx(0.5, abs=0.02)


def test_noise_is_no_speech() -> None:
    assert signal(0.3 * NOISE, RATE) < 0.7
    assert signal(VOICED + 0.3 * NOISE, RATE) < signal(VOICED, RATE) - 0.1


def test_clipping_costs() -> None:
    clipped = np.clip(VOICED * 40, -1, 1)
    assert signal(clipped, RATE) < 0.7
    assert whole(TEXT, clipped, RATE) < 1


def test_silence_is_worth_nothing() -> None:
    assert signal(np.zeros(RATE), RATE) == 0
    assert whole(TEXT, np.zeros(RATE * 3), RATE) == 0.5  # of the right length, and not clipped


def test_a_gap_and_a_wrong_length_are_seen() -> None:
    gap = np.concatenate([VOICED[:RATE], np.zeros(int(1.2 * RATE)), VOICED[RATE:]])
    assert whole(TEXT, gap, RATE) == 0.75
    assert whole(TEXT, VOICED[: RATE // 2], RATE) == 0.75


def rated(*scores: float, told: float | None = None) -> list[Rated]:
    return [Rated(TEXT, s, s if told is None else told) for s in scores]


def problems(**voices: list[Rated]) -> list[str]:
    return [p for p in rated_problems(voices, MEAN, P10, DIFFERENCE, FEWEST) if p]


def test_good_voices_are_fine() -> None:
    assert problems(amber=rated(*[0.97] * 10), birch=rated(*[0.95] * 10)) == []


def test_one_bad_voice_is_not_hidden() -> None:
    (told,) = problems(amber=rated(*[0.99] * 10), birch=rated(*[0.85] * 10))
    assert "voice of birch: mean is 0.85" in told


def test_a_bad_tenth_is_seen() -> None:
    found = problems(amber=rated(*[0.99] * 8, 0.6, 0.6))
    assert any("p10 is 0.6" in p for p in found)


def test_a_constant_is_no_measure() -> None:
    found = problems(amber=rated(*[0.8] * 10, told=0.95))
    assert any("product difference is 0.15" in p and "The product tells 0.95, measured is 0.80" in p for p in found)


def test_too_few_say_nothing() -> None:
    assert any("samples per voice is 3" in p for p in problems(amber=rated(0.99, 0.99, 0.99)))
