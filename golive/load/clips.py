"""Recordings to speak, with what is said in them: `[PRODUCT.k6] clips`."""

from __future__ import annotations

from pathlib import Path

from golive.target import ProductTarget
from golive.verdict import NotConfigured


def recordings(product: str, target: ProductTarget, fewest: int) -> list[tuple[Path, str]]:
    """Return the target's recordings, WAV files, each with its text.

    Raises:
        NotConfigured: there are fewer than `fewest`.
    """
    folder = target.k6.clips if target.k6 else None
    if folder is None:
        raise NotConfigured(f"the target has no [{product}.k6] clips", "Name a folder of recordings to speak")
    pairs = [(wav, wav.with_suffix(".txt")) for wav in sorted(Path(folder).glob("*.wav"))]
    found = [(wav.resolve(), text.read_text(encoding="utf-8").strip()) for wav, text in pairs if text.is_file()]
    if len(found) < fewest:
        raise NotConfigured(
            f"{folder} holds {len(found)} recordings with their text, and speaking needs {fewest}",
            "Add NAME.wav with NAME.txt beside it",
        )
    return found
