"""Sound in files and streams: encode samples in the output formats of the voice provider, decode uploads."""

from __future__ import annotations

import io

import numpy as np
import soundfile

from reference.simulators.speech import Samples

_BITRATES_KBPS = {
    1: [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
    2: [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
}
_RATES = {3: [44100, 48000, 32000], 2: [22050, 24000, 16000], 0: [11025, 12000, 8000]}

MEDIA_TYPES = {
    "mp3": "audio/mpeg",
    "pcm": "audio/pcm",
    "wav": "audio/wav",
    "ulaw": "audio/basic",
    "alaw": "audio/basic",
    "opus": "audio/ogg",
}


class UnsupportedFormatError(ValueError):
    """An output format or a file that is not known."""


def parse_format(name: str) -> tuple[str, int, int | None]:
    """`mp3_44100_128` -> ("mp3", 44100, 128); `pcm_16000` -> ("pcm", 16000, None). Raises UnsupportedFormatError."""
    codec, *numbers = name.split("_")
    try:
        rate, bitrate = int(numbers[0]), int(numbers[1]) if len(numbers) > 1 else None
    except (IndexError, ValueError) as error:
        raise UnsupportedFormatError(name) from error
    if codec not in MEDIA_TYPES or not 8000 <= rate <= 48000:
        raise UnsupportedFormatError(name)
    return codec, rate, bitrate


def encode(samples: Samples, codec: str, rate: int, bitrate: int | None = None) -> bytes:
    """Bytes of mono `samples` in a codec of `MEDIA_TYPES`; `pcm`, `ulaw` and `alaw` are raw, without a header."""
    if codec == "pcm":
        return (np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes()
    if codec == "mp3":
        largest, smallest = (320, 32) if rate >= 32000 else (160, 8)
        level = min(0.99, max(0.0, (largest - (bitrate or 128)) / (largest - smallest)))
        return _without_info_frame(
            _write(
                samples, rate, format="MP3", subtype="MPEG_LAYER_III", bitrate_mode="CONSTANT", compression_level=level
            )
        )
    if codec in ("ulaw", "alaw"):
        return _write(samples, rate, format="RAW", subtype=codec.upper())
    if codec == "opus":
        return _write(samples, rate, format="OGG", subtype="OPUS")
    return _write(samples, rate, format="WAV", subtype="PCM_16")


def decode(data: bytes) -> tuple[Samples, int]:
    """Mono samples and sample rate of a WAV, MP3, FLAC or Ogg file. Raises UnsupportedFormatError for anything else."""
    try:
        samples, rate = soundfile.read(io.BytesIO(data), dtype="float64", always_2d=True)
    except (soundfile.LibsndfileError, RuntimeError) as error:
        raise UnsupportedFormatError("not an audio file that can be decoded") from error
    return samples.mean(axis=1), int(rate)


def _write(samples: Samples, rate: int, **how: object) -> bytes:
    file = io.BytesIO()
    soundfile.write(file, samples, rate, **how)
    return file.getvalue()


def _without_info_frame(data: bytes) -> bytes:
    """Drop the first MP3 frame when it is LAME's table of contents: a stream put together from parts must not state a
    length.
    """
    if len(data) < 4 or data[0] != 0xFF or (b"Info" not in data[:64] and b"Xing" not in data[:64]):
        return data
    version = data[1] >> 3 & 3
    kbps = _BITRATES_KBPS[1 if version == 3 else 2][data[2] >> 4]
    length = (144_000 if version == 3 else 72_000) * kbps // _RATES[version][data[2] >> 2 & 3] + (data[2] >> 1 & 1)
    return data[length:]
