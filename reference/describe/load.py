"""k6: where load runs lie, and how much load two cores that the generator shares can be asked to bear."""

from __future__ import annotations

import wave
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reference.simulators.speech import Voice, synthesise

if TYPE_CHECKING:
    from reference.settings import Settings

SHORT = {
    "aurastudio": {
        "rate": 0.05,
        "users": 0.02,
        "sessions": 0.1,
        "duration": 0.06,
        "warm_up": 5,
        "think": 0.4,
        "samples": 10,
        "durations": {"stress": 0.033, "soak": 0.015, "levels": 0.045, "mixed": 0.05},
    },
    "seiketsu": {"rate": 0.1, "users": 0.01, "duration": 0.02, "tenants": 0.06, "think": 0.4, "samples": 10},
}
"""The whole size of a deployment that is itself a hundredth of production."""


def results_folder(settings: Settings, product: str) -> Path:
    """Where the product's load runs lie."""
    return settings.part_folder("load") / product


SAID = ("good morning", "see you at noon", "where is the station", "thank you", "my flat is cold", "what a day")
RATE = 16_000


def _clips(folder: Path) -> Path:
    """Recordings to speak, with their texts, in the tones that the simulated services understand."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, text in enumerate(SAID):
        path = folder / f"clip-{number}.wav"
        samples = synthesise(text, Voice.of(f"speaker {number}"), RATE)
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(RATE)
            file.writeframes((samples * 32767).astype("<i2").tobytes())
        path.with_suffix(".txt").write_text(text)
    return folder


def describe(settings: Settings, product: str, section: dict[str, Any]) -> None:
    if product == "aurastudio":
        section["k6"]["clips"] = str(_clips(settings.part_folder("load") / "clips"))
    if "greedy" in section["k6"]:
        section["k6"]["greedy"]["victims"] = [
            name for name, who in section["api"]["identities"].items() if who["role"] == "manager" and who.get("marker")
        ]
    section["k6"] |= {
        "results": str(results_folder(settings, product)),
        "profile": "short",
        "profiles": {"short": {**SHORT[product], "full_size": True}},
    }
