"""Speech that a machine can understand again: text to tones, tones to text.

Each UTF-8 byte becomes two symbols of 30 ms, each one of 16 tones between 800 and 2300 Hz, over a low humming voice
whose pitch and timbre belong to the voice id; a pause follows every word. So length depends on text and speed,
silence is silent, and a transcript exists only for what can be heard: cut audio loses its end, noise costs words, the
wrong sound gives the wrong text. The tones survive MP3, mu-law, and resampling down to 8 kHz. Utterances may follow
each other in one recording.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float64]

SYMBOL_SECONDS = 0.03
TONES_HZ = 800.0 + 100.0 * np.arange(16)
START_HZ, END_HZ = 2600.0, 2900.0
MARK_SYMBOLS = 2
WORD_PAUSE_SYMBOLS = 2
_BLOCK = 512  # windows looked at together: bounds the memory for long recordings


@dataclass(frozen=True)
class Voice:
    """How a voice sounds: fundamental in Hz, strength of its second harmonic 0..1, vibrato in Hz."""

    pitch_hz: float
    timbre: float
    vibrato_hz: float

    @classmethod
    def of(cls, voice_id: str, stability: float = 0.5, similarity: float = 0.75, style: float = 0.0) -> Voice:
        """The same id always sounds the same; the settings (each 0..1) bend it."""
        digest = hashlib.sha256(voice_id.encode()).digest()
        pitch = 85.0 + digest[0] / 255 * 165.0
        return cls(pitch, 0.2 + digest[1] / 255 * 0.6 * similarity + 0.1 * style, (1.0 - stability) * 6.0)


def synthesise(text: str, voice: Voice, sample_rate: int, speed: float = 1.0) -> Samples:
    """Mono samples in -1..1. `speed` 0.7 to 1.2 shortens or lengthens the pauses between words. Empty text gives no
    samples.
    """
    if not text.strip():
        return np.zeros(0)
    frames: list[float] = [START_HZ] * MARK_SYMBOLS
    pause = [0.0] * pause_symbols(speed)
    for byte in text.encode():
        frames += [TONES_HZ[byte >> 4], TONES_HZ[byte & 15]]
        if byte == 0x20:
            frames += pause
    frames += [END_HZ] * MARK_SYMBOLS + [0.0]
    # Symbol borders fall on fractions of samples, so that the grid stays exact at every sample rate.
    count = int(len(frames) * SYMBOL_SECONDS * sample_rate)
    seconds = np.arange(count) / sample_rate
    index = np.minimum((seconds / SYMBOL_SECONDS).astype(int), len(frames) - 1)
    tone = np.asarray(frames)[index]
    position = seconds / SYMBOL_SECONDS - index
    envelope = np.clip(np.minimum(position, 1 - position) / 0.08, 0, 1)
    speech = np.where(tone > 0, np.sin(2 * np.pi * tone * seconds) * envelope, 0.0)
    wobble = voice.vibrato_hz * np.sin(2 * np.pi * 5 * seconds) / (2 * np.pi * 5)
    phase = 2 * np.pi * (voice.pitch_hz * seconds + wobble)
    hum = np.sin(phase) + voice.timbre * np.sin(2 * phase)
    fade = np.clip(np.minimum(seconds, seconds[-1] - seconds) / 0.01, 0, 1)
    return np.asarray((0.45 * speech + 0.12 * hum) * fade)


def transcribe(samples: Samples, sample_rate: int) -> str:
    """What is said in mono `samples`: the utterances in order, "" when nothing is understood."""
    if len(samples) < sample_rate * SYMBOL_SECONDS * 4:
        return ""
    words = bytearray()
    at = 0.0
    while (start := _find_start(samples, sample_rate, at)) is not None:
        said, at = _read_utterance(samples, sample_rate, start)
        words += said
    return words.decode(errors="replace").replace("\N{REPLACEMENT CHARACTER}", "").strip()


def _strength(
    samples: Samples, sample_rate: int, starts: NDArray[np.float64], tones: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Amplitude of each tone in a symbol-long window at each start (seconds): shape (starts, tones). Out of range
    counts as silence.
    """
    length = int(SYMBOL_SECONDS * 0.8 * sample_rate)
    offset = int(SYMBOL_SECONDS * 0.1 * sample_rate)
    first = np.clip(np.round(starts * sample_rate).astype(int) + offset, 0, len(samples))
    padded = np.concatenate([samples, np.zeros(length + 1)])
    basis = (
        np.exp(-2j * np.pi * np.arange(length)[:, None] / sample_rate * tones[None, :]) * np.hanning(length)[:, None]
    )
    blocks = [first[at : at + _BLOCK] for at in range(0, len(first), _BLOCK)]
    return np.concatenate([np.abs(padded[block[:, None] + np.arange(length)] @ basis) * 4 / length for block in blocks])


def _find_start(samples: Samples, sample_rate: int, at: float) -> float | None:
    """Seconds where the next start mark begins, at or after `at`."""
    every = np.arange(at, len(samples) / sample_rate - SYMBOL_SECONDS, SYMBOL_SECONDS / 6)
    for block in range(0, len(every), _BLOCK):
        starts = every[block : block + _BLOCK]
        heard = _strength(samples, sample_rate, starts, np.append(TONES_HZ, [START_HZ, END_HZ]))
        mark = heard[:, 16]
        clear = (mark > 0.05) & (mark > 2 * np.max(np.delete(heard, 16, axis=1), axis=1))
        if clear.any():
            break
    else:
        return None
    # The mark is two symbols long: the window pair that holds most of it is where it begins.
    near = starts[int(np.argmax(clear))] + np.arange(-1.0, 1.5, 1 / 12) * SYMBOL_SECONDS
    pair = _strength(samples, sample_rate, near, np.array([START_HZ]))[:, 0]
    pair = pair + _strength(samples, sample_rate, near + SYMBOL_SECONDS, np.array([START_HZ]))[:, 0]
    return float(near[int(np.argmax(pair))])


def _read_utterance(samples: Samples, sample_rate: int, start: float) -> tuple[bytes, float]:
    """The bytes said after a start mark at `start` seconds, and where to go on listening."""
    first = start + MARK_SYMBOLS * SYMBOL_SECONDS
    starts = np.arange(first, len(samples) / sample_rate, SYMBOL_SECONDS)
    if not len(starts):
        return b"", first
    heard = _strength(samples, sample_rate, starts, np.append(TONES_HZ, [START_HZ, END_HZ]))
    best = np.argmax(heard, axis=1)
    loud = np.max(heard, axis=1) > 0.05
    nibbles: list[int] = []
    for position, (symbol, is_loud) in enumerate(zip(best, loud, strict=True)):
        if is_loud and symbol >= 16:
            end = position if symbol == 16 else position + MARK_SYMBOLS
            return _bytes(nibbles), first + end * SYMBOL_SECONDS
        if is_loud:
            nibbles.append(int(symbol))
    return _bytes(nibbles), len(samples) / sample_rate


def _bytes(nibbles: list[int]) -> bytes:
    return bytes(high << 4 | low for high, low in zip(nibbles[::2], nibbles[1::2], strict=False))


def alignment(text: str, speed: float = 1.0) -> list[tuple[str, float, float]]:
    """When each character is said: (character, start, end) in seconds from the beginning of `synthesise(text, ...)`."""
    at, said = MARK_SYMBOLS * SYMBOL_SECONDS, []
    for character in text:
        length = 2 * len(character.encode()) * SYMBOL_SECONDS + (
            pause_symbols(speed) * SYMBOL_SECONDS if character == " " else 0
        )
        said.append((character, round(at, 4), round(at + length, 4)))
        at += length
    return said


def pause_symbols(speed: float) -> int:
    return max(1, round(WORD_PAUSE_SYMBOLS / speed**3))
