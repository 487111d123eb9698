"""Sentiment of a text by a word list with negation and intensity. Small, and different texts get different answers."""

from __future__ import annotations

import re
from dataclasses import dataclass

WORDS: dict[str, tuple[float, str]] = {
    word: (score, emotion)
    for emotion, score, words in (
        (
            "joy",
            0.8,
            "happy joy joyful love loved wonderful great excellent amazing delighted fantastic glad smile fun awesome",
        ),
        ("calm", 0.4, "calm quiet peaceful relaxed content good nice fine comfortable gentle pleasant"),
        ("gratitude", 0.6, "thanks thank grateful appreciate thankful"),
        ("excitement", 0.7, "excited thrilled eager energetic won success celebrate"),
        ("sadness", -0.7, "sad unhappy lonely cry cried miss lost grief terrible awful bad depressed"),
        ("anger", -0.8, "angry hate hated furious annoyed mad rage worst horrible"),
        ("fear", -0.6, "afraid scared fear worried anxious nervous panic danger"),
        ("disappointment", -0.5, "disappointed boring poor broken failed fail slow wrong problem"),
    )
    for word in words.split()
}
NEGATIONS = {"not", "no", "never", "don't", "isn't", "wasn't", "can't", "won't", "hardly"}
STRONGER = {"very": 1.4, "really": 1.3, "so": 1.2, "extremely": 1.6, "slightly": 0.5, "somewhat": 0.7}


@dataclass(frozen=True)
class Mood:
    """`score` -1..1; `emotions` strongest first."""

    sentiment: str
    score: float
    emotions: list[str]

    @property
    def overall(self) -> str:
        return self.emotions[0] if self.emotions else "neutral"


def read_mood(text: str) -> Mood:
    words = re.findall(r"[a-z']+", text.lower())
    found: dict[str, float] = {}
    scores: list[float] = []
    for index, word in enumerate(words):
        if word not in WORDS:
            continue
        score, emotion = WORDS[word]
        before = words[max(index - 2, 0) : index]
        for other in before:
            score *= STRONGER.get(other, 1.0)
        if NEGATIONS & set(before):
            score *= -0.6
        else:
            found[emotion] = found.get(emotion, 0.0) + abs(score)
        scores.append(score)
    total = max(-1.0, min(1.0, sum(scores) / len(scores))) if scores else 0.0
    sentiment = "positive" if total > 0.15 else "negative" if total < -0.15 else "neutral"
    return Mood(sentiment, round(total, 3), sorted(found, key=lambda name: -found[name]))
