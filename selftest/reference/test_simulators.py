"""The simulators answer the providers' own SDKs, and each fault shows."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING, Any

import deepl
import numpy as np
import openai
import pytest
import requests
import soundfile
from elevenlabs.client import ElevenLabs
from google.api_core import exceptions as google_errors
from google.auth.credentials import AnonymousCredentials
from google.cloud import translate_v2, translate_v3
from pinecone import Pinecone
from pinecone import errors as pinecone_errors

from reference.settings import Settings

if TYPE_CHECKING:
    from selftest.reference.simulator_server import Control

pytest_plugins = ["selftest.reference.simulator_server"]

VOICE = "21m00Tcm4TlvDq8ikWAM"
INDEX = "auraudio-embeddings"


@pytest.fixture
def ai(settings: Settings) -> openai.OpenAI:
    provider = settings.simulators["openai"]
    return openai.OpenAI(api_key=provider.key, base_url=f"{provider.base_url}/v1", max_retries=0, timeout=10)


@pytest.fixture
def pinecone(settings: Settings) -> Pinecone:
    provider = settings.simulators["pinecone"]
    return Pinecone(api_key=provider.key, host=provider.base_url)


@pytest.fixture
def voice(settings: Settings) -> ElevenLabs:
    provider = settings.simulators["elevenlabs"]
    client = ElevenLabs(api_key=provider.key, base_url=provider.base_url, timeout=20)
    # The SDK speaks TLS to every WebSocket; the simulator is plain on loopback.
    client.text_to_speech._ws_base_url = provider.base_url.replace("http://", "ws://")
    return client


def embed(ai: openai.OpenAI, *texts: str, **how: Any) -> list[np.ndarray]:
    answer = ai.embeddings.create(model="text-embedding-3-small", input=list(texts), **how)
    return [np.array(item.embedding) for item in sorted(answer.data, key=lambda item: item.index)]


# OpenAI


def test_openai_models_and_organisation(ai: openai.OpenAI) -> None:
    assert "text-embedding-3-small" in {model.id for model in ai.models.list()}
    answer = ai.models.with_raw_response.retrieve("text-embedding-3-small")
    assert answer.headers["openai-organization"] == "org-reference-production"
    assert int(answer.headers["x-ratelimit-remaining-requests"]) > 0
    with pytest.raises(openai.NotFoundError, match="does not exist"):
        ai.models.retrieve("gpt-unheard-of")


def test_openai_embeddings_have_meaning(ai: openai.OpenAI) -> None:
    first, again, paraphrase, other = embed(
        ai, "I love my dog", "I love my dog", "I adore my puppy", "The quarterly revenue rose by 5%"
    )
    assert len(first) == 1536
    assert np.linalg.norm(first) == pytest.approx(1, abs=1e-6)
    assert np.array_equal(first, again)
    assert first @ paraphrase > 0.5 > 0.2 > first @ other
    (plain,) = embed(ai, "I love my dog", encoding_format="float")
    assert np.allclose(plain, first, atol=1e-7)
    (short,) = embed(ai, "I love my dog", dimensions=256)
    assert len(short) == 256
    assert short @ (first[:256] / np.linalg.norm(first[:256])) == pytest.approx(1, abs=1e-5)


def test_openai_usage_and_limits(ai: openai.OpenAI) -> None:
    answer = ai.embeddings.create(model="text-embedding-3-small", input=["one two three", "four"])
    assert answer.usage.total_tokens == 4
    for wrong in ("", [], ["a", ""], "word " * 9000, ["a"] * 2049):
        with pytest.raises(openai.BadRequestError):
            ai.embeddings.create(model="text-embedding-3-small", input=wrong)


def test_openai_chat_depends_on_what_it_was_told(ai: openai.OpenAI) -> None:
    def ask(agency: str) -> str:
        told = (
            f"You are the assistant of {agency}. Our agency is called {agency}. The house at Elm Street 5 has a pool."
        )
        messages: Any = [{"role": "system", "content": told}, {"role": "user", "content": "Which agency are you?"}]
        return ai.chat.completions.create(model="gpt-4o-mini", messages=messages).choices[0].message.content or ""

    assert "Blue Door" in ask("Blue Door")
    assert "Red Roof" in ask("Red Roof")
    streamed = ai.chat.completions.create(
        model="gpt-4o-mini", stream=True, messages=[{"role": "user", "content": "Good day to you"}]
    )
    assert "Good day to you" in "".join(chunk.choices[0].delta.content or "" for chunk in streamed)


@pytest.mark.parametrize("text", ["Call me at 9:30 in King's Road.", "Grüße aus Köln", "नमस्ते दुनिया", "你好，世界"])
def test_what_is_spoken_is_transcribed(ai: openai.OpenAI, voice: ElevenLabs, text: str) -> None:
    sound = b"".join(voice.text_to_speech.convert(VOICE, text=text))
    samples, rate = soundfile.read(io.BytesIO(sound))
    assert rate == 44100
    assert np.sqrt(np.mean(samples**2)) > 0.05
    heard = ai.audio.transcriptions.create(model="whisper-1", file=("clip.mp3", sound))
    assert heard.text == text
    wav = io.BytesIO()
    soundfile.write(wav, samples[: len(samples) // 2, ...], rate, format="WAV")
    half = ai.audio.transcriptions.create(
        model="whisper-1", file=("clip.wav", wav.getvalue()), response_format="verbose_json"
    )
    assert half.text != text
    assert text.startswith(half.text[:2])
    assert half.duration == pytest.approx(len(samples) / rate / 2, abs=0.1)


def test_transcription_refuses_what_is_not_audio(ai: openai.OpenAI) -> None:
    for name, data in (("clip.wav", b"%PDF-1.7"), ("clip.pdf", b"x"), ("clip.wav", b"")):
        with pytest.raises(openai.BadRequestError):
            ai.audio.transcriptions.create(model="whisper-1", file=(name, data))
    noise = io.BytesIO()
    soundfile.write(noise, np.random.default_rng(1).uniform(-0.3, 0.3, 32000), 16000, format="WAV")
    assert ai.audio.transcriptions.create(model="whisper-1", file=("clip.wav", noise.getvalue())).text == ""


def test_openai_faults(ai: openai.OpenAI, control: Control) -> None:
    control.break_("openai", status=503, times=2, match="/embeddings")
    ai.models.list()
    for _ in range(2):
        with pytest.raises(openai.InternalServerError):
            embed(ai, "a")
    embed(ai, "a")
    control.break_("openai", status=429, times=None, retry_after=7, match="")
    with pytest.raises(openai.RateLimitError) as limited:
        ai.models.list()
    assert limited.value.response.headers["retry-after"] == "7"
    control.heal()
    control.break_("openai", revoked=True)
    with pytest.raises(openai.AuthenticationError, match="Incorrect API key"):
        ai.models.list()
    control.heal()
    control.break_("openai", missing_models=["text-embedding-3-small"], organisation="org-other")
    with pytest.raises(openai.NotFoundError):
        embed(ai, "a")
    control.heal()
    control.break_("openai", random_vectors=True)
    first, second = embed(ai, "I love my dog", "I adore my puppy")
    assert abs(first @ second) < 0.2
    control.heal()
    control.break_("openai", hang=True)
    with pytest.raises(openai.APITimeoutError):
        ai.with_options(timeout=0.5).models.list()


def test_request_log_shows_requests_without_keys(ai: openai.OpenAI, control: Control, settings: Settings) -> None:
    embed(ai, "a sentence that nobody else says")
    (entry,) = control.requests("openai", contains="nobody else says")
    assert entry["path"] == "/v1/embeddings"
    assert entry["status"] == 200
    assert entry["notes"]["inputs"] == 1
    assert settings.simulators["openai"].key not in str(control.requests(""))
    assert control.call("GET", "usage")["openai"]["tokens"] > 0


def test_misspelt_faults_are_refused(control: Control) -> None:
    for wrong in ({"openai": {"statsu": 500}}, {"openia": {}}, {"openai": {"status": 200}}):
        answer = requests.post(f"{control.url}/behaviour", json=wrong, headers=control.headers, timeout=5)
        assert answer.status_code == 422
    assert requests.get(f"{control.url}/requests", timeout=5).status_code == 401


# Pinecone


def test_pinecone_stores_and_finds(pinecone: Pinecone, ai: openai.OpenAI) -> None:
    described = pinecone.describe_index(INDEX)
    assert INDEX in {index.name for index in pinecone.list_indexes()}
    assert described.status.ready
    assert "prd7x2q" in (described.host or "")
    index = pinecone.index(INDEX)
    memories = ["My puppy sleeps by the fire", "The invoice was paid in March", "Our flight to Rome leaves on Friday"]
    vectors = [
        (f"m{n}", v.tolist(), {"text": t, "n": n})
        for n, (t, v) in enumerate(zip(memories, embed(ai, *memories), strict=True))
    ]
    assert index.upsert(vectors=vectors, namespace="test").upserted_count == 3
    question = embed(ai, "Which dog do I have?")[0].tolist()
    found = index.query(vector=question, top_k=2, namespace="test", include_metadata=True)
    assert found.matches[0].id == "m0"
    assert found.matches[0].score > found.matches[1].score
    filtered = index.query(vector=question, top_k=2, namespace="test", filter={"n": {"$gte": 1}})
    assert "m0" not in {match.id for match in filtered.matches}
    fetched = index.fetch(ids=["m1", "none"], namespace="test").vectors
    assert set(fetched) == {"m1"}
    assert np.allclose(fetched["m1"].values, vectors[1][1], atol=1e-6)
    assert index.describe_index_stats().namespaces["test"].vector_count == 3
    index.delete(ids=["m1"], namespace="test")
    assert index.describe_index_stats().namespaces["test"].vector_count == 2
    index.delete(delete_all=True, namespace="test")
    assert "test" not in index.describe_index_stats().namespaces


def test_pinecone_faults(pinecone: Pinecone, control: Control, settings: Settings) -> None:
    index = pinecone.index(INDEX)
    with pytest.raises(pinecone_errors.PineconeError, match="1535 does not match"):
        index.upsert(vectors=[("a", [0.1] * 1535)], namespace="scratch")
    stranger = Pinecone(api_key="pcsk_unknown", host=settings.simulators["pinecone"].base_url)
    with pytest.raises(pinecone_errors.PineconeError, match="Invalid API Key"):
        stranger.list_indexes()
    legacy = {"Api-Key": settings.simulators["pinecone"].key, "X-Pinecone-Api-Version": "2025-04"}
    url = f"{settings.simulators['pinecone'].base_url}/indexes/{INDEX}"
    shown = requests.get(url, headers=legacy, timeout=5).json()
    assert (shown["dimension"], shown["metric"], shown["spec"]["serverless"]["region"]) == (1536, "cosine", "us-east-1")
    control.break_("pinecone", dimension=768, metric="euclidean", state="ScalingUp", pod_type="s1.x1", project="other")
    shown = requests.get(url, headers=legacy, timeout=5).json()
    assert (shown["dimension"], shown["metric"], shown["status"]["state"], shown["spec"]["pod"]["pod_type"]) == (
        768,
        "euclidean",
        "ScalingUp",
        "s1.x1",
    )
    assert "-other.svc" in shown["host"]
    assert index is not None
    control.heal()
    control.break_("pinecone", renamed={INDEX: "something-else"})
    with pytest.raises(pinecone_errors.PineconeError, match="not found"):
        pinecone.describe_index(INDEX)
    control.heal()
    control.break_("pinecone", lost_upserts=1)
    assert index.upsert(vectors=[("a", [0.1] * 1536)], namespace="scratch").upserted_count == 1
    assert not index.fetch(ids=["a"], namespace="scratch").vectors


# Translation


@pytest.fixture
def google(settings: Settings) -> translate_v2.Client:
    provider = settings.simulators["google"]
    session = requests.Session()
    session.headers["X-Goog-Api-Key"] = provider.key
    return translate_v2.Client(
        credentials=AnonymousCredentials(), _http=session, client_options={"api_endpoint": provider.base_url}
    )


def test_google_v2(google: translate_v2.Client, control: Control) -> None:
    codes = {language["language"] for language in google.get_languages()}
    assert len(codes) == 36
    for code in codes - {"en"}:
        there = google.translate(
            "Good morning, my dear neighbour number 7!", target_language=code, source_language="en", format_="text"
        )
        back = google.translate(there["translatedText"], target_language="en", source_language=code, format_="text")
        assert there["translatedText"] != there["input"]
        assert "7" in there["translatedText"]
        assert back["translatedText"].lower() == "good morning, my dear neighbour number 7!", code
        assert google.detect_language(there["translatedText"])["language"] == code
    assert google.translate("Hello world", target_language="es")["translatedText"].lower() == "hola mundo"
    assert google.translate("s'il vous plaît", target_language="en", format_="html")["detectedSourceLanguage"] == "fr"
    control.break_("google", billing_disabled=True)
    google.get_languages()
    with pytest.raises(google_errors.Forbidden, match="billing"):
        google.translate("Hello", target_language="es")
    control.heal()
    control.break_("google", mapped_languages={"zh-TW": "zh-CN"})
    assert google.translate("help", target_language="zh-TW")["translatedText"] == "帮助"
    control.heal()
    control.break_("google", revoked=True)
    with pytest.raises(google_errors.BadRequest, match="API key not valid"):
        google.translate("Hello", target_language="es")


@pytest.mark.usefixtures("control")
def test_google_v3(settings: Settings) -> None:
    provider = settings.simulators["google"]
    client = translate_v3.TranslationServiceClient(
        transport="rest", credentials=AnonymousCredentials(), client_options={"api_endpoint": provider.base_url}
    )
    asked = {
        "parent": "projects/aurastudio-production/locations/global",
        "contents": ["thank you"],
        "target_language_code": "de",
    }
    answer = client.translate_text(request=asked, metadata=[("x-goog-api-key", provider.key)])
    assert answer.translations[0].translated_text == "danke"
    assert answer.translations[0].detected_language_code == "en"


def test_deepl(settings: Settings, control: Control) -> None:
    provider = settings.simulators["deepl"]
    client = deepl.DeepLClient(
        provider.key, server_url=f"{provider.base_url}/"
    )  # the SDK joins paths as a browser does
    before = client.get_usage().character.count or 0
    result = client.translate_text("Hello world", target_lang="DE")
    assert isinstance(result, deepl.TextResult)
    assert result.text == "Hallo welt"
    assert result.detected_source_lang == "EN"
    assert (client.get_usage().character.count or 0) == before + 11
    polite = client.translate_text("How are you?", target_lang="DE", formality="more")
    assert isinstance(polite, deepl.TextResult)
    assert polite.text == "Wie geht es Ihnen?"
    assert {"HI", "TA"}.isdisjoint(language.code for language in client.get_target_languages())
    with pytest.raises(deepl.DeepLException, match="target_lang"):
        client.translate_text("Hello", target_lang="XX")
    control.break_("deepl", character_count=999_999)
    with pytest.raises(deepl.QuotaExceededException):
        client.translate_text("Hello", target_lang="DE")
    control.heal()
    with pytest.raises(deepl.AuthorizationException):
        deepl.DeepLClient("wrong", server_url=f"{provider.base_url}/").get_usage()


# ElevenLabs


def test_elevenlabs_account(voice: ElevenLabs) -> None:
    before = voice.user.subscription.get()
    assert before.status == "active"
    assert before.character_count < before.character_limit
    b"".join(voice.text_to_speech.convert(VOICE, text="Twenty characters ok", model_id="eleven_flash_v2_5"))
    assert voice.user.subscription.get().character_count == before.character_count + 10
    assert voice.user.get().subscription.tier == "scale"
    assert {VOICE} < {v.voice_id for v in voice.voices.get_all().voices}
    assert voice.voices.settings.get(VOICE).stability == 0.5
    assert "eleven_multilingual_v2" in {model.model_id for model in voice.models.list()}
    with pytest.raises(Exception, match="voice_not_found"):
        b"".join(voice.text_to_speech.convert("nobody", text="Hello"))


def test_elevenlabs_remembers_what_it_spoke(voice: ElevenLabs) -> None:
    for text in ("One to remember.", "Another to remember."):
        b"".join(voice.text_to_speech.convert(VOICE, text=text, model_id="eleven_flash_v2_5"))
    page = voice.history.list(page_size=1)
    assert (page.history[0].text, page.history[0].voice_id) == ("Another to remember.", VOICE)
    assert page.has_more
    before = voice.history.list(page_size=1, start_after_history_item_id=page.last_history_item_id)
    assert before.history[0].text == "One to remember."


def test_elevenlabs_streams(voice: ElevenLabs, ai: openai.OpenAI) -> None:
    text = "This is a rather long sentence that takes a while to say aloud."
    arrivals, sound = [], b""
    for piece in voice.text_to_speech.stream(VOICE, text=text):
        arrivals.append(time.monotonic())
        sound += piece
    assert len(arrivals) > 3
    assert arrivals[-1] - arrivals[0] > 0.2
    assert ai.audio.transcriptions.create(model="whisper-1", file=("a.mp3", sound)).text == text


@pytest.mark.parametrize("form", ["mp3_22050_32", "pcm_16000", "ulaw_8000"])
def test_elevenlabs_websocket(voice: ElevenLabs, ai: openai.OpenAI, form: Any) -> None:
    said = [
        "Hello there, ",
        "this is the first sentence of a longer talk. ",
        "And here comes another one, ",
        "to the end.",
    ]
    sound = b"".join(
        voice.text_to_speech.convert_realtime(VOICE, text=iter(said), model_id="eleven_flash_v2_5", output_format=form)
    )
    if not form.startswith("mp3"):
        subtype, rate = ("PCM_16", 16000) if form == "pcm_16000" else ("ULAW", 8000)
        samples, _ = soundfile.read(io.BytesIO(sound), format="RAW", subtype=subtype, samplerate=rate, channels=1)
        wav = io.BytesIO()
        soundfile.write(wav, samples, rate, format="WAV")
        sound = wav.getvalue()
    heard = ai.audio.transcriptions.create(
        model="whisper-1", file=("a.mp3" if form.startswith("mp3") else "a.wav", sound)
    ).text
    assert heard.split() == "".join(said).split()


def test_elevenlabs_faults(voice: ElevenLabs, ai: openai.OpenAI, control: Control) -> None:
    def heard(text: str = "A sentence of its own") -> str:
        sound = b"".join(voice.text_to_speech.convert(VOICE, text=text))
        return ai.audio.transcriptions.create(model="whisper-1", file=("a.mp3", sound)).text

    control.break_("elevenlabs", subscription_status="past_due", tier="free", character_count=10, character_limit=10)
    shown = voice.user.subscription.get()
    assert (shown.status, shown.tier, shown.character_count, shown.character_limit) == ("past_due", "free", 10, 10)
    with pytest.raises(Exception, match="quota_exceeded"):
        heard()
    control.heal()
    for switches in (
        {"silent": True},
        {"fixed_text": "Something else"},
        {"previous_text": True},
        {"cut_ms": 700},
        {"silent_languages": ["en"]},
    ):
        heard("Something before")
        control.break_("elevenlabs", **switches)
        assert heard() != "A sentence of its own", switches
        control.heal()
        assert heard() == "A sentence of its own"
    control.break_("elevenlabs", deleted_voices=[VOICE])
    assert VOICE not in {v.voice_id for v in voice.voices.get_all().voices}
    # Where the server closes before the client has read its message, the client tells the reason of the close alone.
    with pytest.raises(Exception, match=r"voice_not_found|was not found"):
        b"".join(voice.text_to_speech.convert_realtime(VOICE, text=iter(["Hello."])))
    control.heal()
    control.break_("elevenlabs", revoked=True)
    with pytest.raises(Exception, match="invalid_api_key"):
        voice.models.list()
    with pytest.raises(Exception, match=r"invalid_api_key|Invalid API key"):
        b"".join(voice.text_to_speech.convert_realtime(VOICE, text=iter(["Hello."])))
