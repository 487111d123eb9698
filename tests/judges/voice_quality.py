"""How good speech is, 0 to 1, on Golive's own scale, of the sound and what was understood of it. Pure.

score = 0.5 * (1 - word error rate) + 0.3 * signal + 0.2 * whole

`signal` stands where a model's estimate of a listener's opinion would: how clear the sound is beside noise (spectral
flatness, the Wiener entropy), whether its level is one of speech, and whether its peaks were cut off (crest factor).
`whole`: not clipped, no gap in it, not silent, as long as its text takes; a quarter each.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

import numpy as np
from numpy.typing import NDArray
from scipy.signal import stft

from golive.catalogue import Limit
from tests.judges.words import word_error_rate

Samples = NDArray[np.float64]
UNDERSTOOD, SIGNAL, WHOLE = 0.5, 0.3, 0.2
FRAME = 0.032
"""Seconds of a frame; those within 30 dB of the loudest count as speech."""
ACTIVE_DB, BAND = 30.0, (100.0, 8000.0)
FLAT_CLEAN, FLAT_NOISE = 0.03, 0.3
"""Spectral flatness of clear speech, and of noise."""
LEVELS, BESIDE = (-35.0, -6.0), 10.0
"""dBFS of speech that is neither too soft nor too loud; so many dB beside it the level is worth nothing."""
CREST_CUT, CREST_FREE = 2.0, 6.0
"""dB of the peaks over the effective value: of a square wave's kind, and of a sound with its peaks."""
FULL_SCALE, CLIPPED_SHARE = 0.999, 0.001
SILENT, GAP = 0.01, 1.0
"""Effective value of a frame in which nothing is heard, and seconds of such frames that are a gap."""
SECONDS_A_LETTER = (0.03, 0.2)
SHOWN = 3


@dataclass(frozen=True)
class Rated:
    """One sentence by one voice. `own`: the score here; `told`: what the product says of it, None where nothing."""

    said: str
    own: float
    told: float | None = None
    why: str = ""


def score(said: str, heard: str, samples: Samples, rate: int) -> tuple[float, str]:
    """Return the score of a sound, and of what it is made.

    Args:
        said: the text that was to be spoken.
        heard: what was understood of the sound.
        samples: mono, -1 to 1.
        rate: samples a second.
    """
    errors, clear, complete = word_error_rate(said, heard), signal(samples, rate), whole(said, samples, rate)
    value = UNDERSTOOD * (1 - errors) + SIGNAL * clear + WHOLE * complete
    return value, f"word errors {errors:.2f}, signal {clear:.2f}, whole {complete:.2f}"


def signal(samples: Samples, rate: int) -> float:
    """Return how clear a sound is, 0 to 1."""
    if len(samples) < rate * FRAME * 2 or not np.any(samples):
        return 0.0
    frequencies, _, spectrum = stft(samples, rate, nperseg=int(rate * FRAME))
    power = np.abs(spectrum) ** 2
    level = power.sum(axis=0)
    active = power[:, level > level.max() / 10 ** (ACTIVE_DB / 10)]
    band = active[(frequencies >= BAND[0]) & (frequencies <= BAND[1])]
    flatness = float(np.median(np.exp(np.log(band + 1e-12).mean(axis=0)) / (band.mean(axis=0) + 1e-12)))
    effective = float(np.sqrt(np.mean(samples**2)))
    decibels, crest = 20 * np.log10(effective), 20 * np.log10(float(np.max(np.abs(samples))) / effective)
    outside = max(LEVELS[0] - decibels, decibels - LEVELS[1], 0.0)
    clarity = (np.log(FLAT_NOISE) - np.log(max(flatness, 1e-9))) / (np.log(FLAT_NOISE) - np.log(FLAT_CLEAN))
    parts = (clarity, 1 - outside / BESIDE, (crest - CREST_CUT) / (CREST_FREE - CREST_CUT))
    return fmean(float(min(1.0, max(0.0, part))) for part in parts)


def whole(said: str, samples: Samples, rate: int) -> float:
    """Return the share of what must hold of a sound that does: not clipped, no gap, not silent, of the right length."""
    seconds, size = len(samples) / rate, max(1, int(rate * FRAME))
    frames = samples[: len(samples) // size * size].reshape(-1, size)
    heard = np.flatnonzero(np.sqrt(np.mean(frames**2, axis=1)) > SILENT)
    gap = float(np.max(np.diff(heard), initial=1) - 1) * FRAME
    clipped = float(np.mean(np.abs(samples) >= FULL_SCALE)) if len(samples) else 1.0
    least, most = (each * len(said) for each in SECONDS_A_LETTER)
    return fmean((clipped <= CLIPPED_SHARE, len(heard) > 0 and gap < GAP, len(heard) > 0, least <= seconds <= most))


def rated_problems(
    voices: Mapping[str, Sequence[Rated]], mean: Limit, p10: Limit, difference: Limit, fewest: Limit
) -> list[str | None]:
    """Return what is wrong with any voice: a mean of all would hide one."""
    problems: list[str | None] = []
    for voice, rated in voices.items():
        of = f"voice of {voice}"
        own = sorted(r.own for r in rated)
        if not own:
            problems.append(fewest.problem(0, of=of))
            continue
        worst = "; ".join(f"'{r.said}' {r.own:.2f} ({r.why})" for r in sorted(rated, key=lambda r: r.own)[:SHOWN])
        problems.append(mean.problem(round(fmean(own), 4), of=of, hint=f"The worst: {worst}"))
        problems.append(p10.problem(round(own[(len(own) - 1) // 10], 4), of=of, hint=f"The worst: {worst}"))
        told = [(r.told, r.own) for r in rated if r.told is not None]
        if told:
            theirs, ours = fmean(t for t, _ in told), fmean(o for _, o in told)
            hint = f"The product tells {theirs:.2f}, measured is {ours:.2f}"
            problems.append(difference.problem(round(abs(theirs - ours), 4), of=of, hint=hint))
        problems.append(fewest.problem(len(own), of=of))
    return problems
