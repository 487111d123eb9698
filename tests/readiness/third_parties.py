"""The third parties that get users' data, by the names that documents have for them."""

from __future__ import annotations

from golive.target import ProductTarget


def providers(target: ProductTarget) -> list[str]:
    """The names of the third parties that the target declares."""
    named = {"OpenAI": target.openai, "Pinecone": target.pinecone, "ElevenLabs": target.elevenlabs}
    found = [name for name, section in named.items() if section is not None]
    if target.translation:
        found.append({"google": "Google", "deepl": "DeepL"}[target.translation.provider])
    return found
