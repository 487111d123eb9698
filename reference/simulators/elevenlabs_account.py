"""ElevenLabs' account side: subscription, user, voices with their settings, models."""

from __future__ import annotations

import hashlib
import secrets
import time
from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query
from starlette.datastructures import UploadFile
from starlette.requests import Request

if TYPE_CHECKING:
    from reference.simulators.elevenlabs import ElevenLabs, Voice

DEFAULT_SETTINGS: dict[str, Any] = {
    "stability": 0.5,
    "similarity_boost": 0.75,
    "style": 0.0,
    "use_speaker_boost": True,
    "speed": 1.0,
}
CHARACTER_LIMIT = 2_000_000
USED_BEFORE = 250_000
TIER = "scale"
USER_ID = "usr_reference_production"
HISTORY_KEPT = 5_000
LARGEST_PAGE = 1000


def account_router(elevenlabs: ElevenLabs) -> APIRouter:
    router = APIRouter()

    @router.get("/v1/user/subscription")
    async def subscription() -> dict[str, Any]:
        return _subscription(elevenlabs) | {
            "open_invoices": [],
            "has_open_invoices": False,
            "next_invoice": None,
            "pending_change": None,
        }

    @router.get("/v1/user")
    async def user(request: Request) -> dict[str, Any]:
        key = elevenlabs.key_of(request) or ""
        return {
            "user_id": elevenlabs.behaviour.user_id or USER_ID,
            "workspace_id": "wsp_reference_production",
            "subscription": _subscription(elevenlabs),
            "is_new_user": False,
            "xi_api_key_preview": f"...{key[-4:]}",
            "can_use_delayed_payment_methods": False,
            "is_onboarding_completed": True,
            "is_onboarding_checklist_completed": True,
            "first_name": "Production",
            "created_at": 1_704_067_200,
            "seat_type": "workspace_admin",
        }

    @router.get("/v1/history")
    async def history(
        page_size: Annotated[int, Query(ge=1, le=LARGEST_PAGE)] = 100,
        start_after_history_item_id: str = "",
        voice_id: str = "",
    ) -> dict[str, Any]:
        """What was spoken, the newest first."""
        spoken = [item for item in reversed(elevenlabs.history) if voice_id in ("", item["voice_id"])]
        if start_after_history_item_id:
            ids = [item["history_item_id"] for item in spoken]
            if start_after_history_item_id not in ids:
                raise elevenlabs.refuse(404, "The history item was not found.", code="history_item_not_found")
            spoken = spoken[ids.index(start_after_history_item_id) + 1 :]
        page = spoken[:page_size]
        last = page[-1]["history_item_id"] if page else None
        return {"history": page, "has_more": len(spoken) > len(page), "last_history_item_id": last}

    @router.get("/v1/models")
    async def models() -> list[dict[str, Any]]:
        return [
            {
                "model_id": model.id,
                "name": model.name,
                "can_do_text_to_speech": True,
                "can_do_voice_conversion": False,
                "can_be_finetuned": False,
                "can_use_style": True,
                "can_use_speaker_boost": True,
                "serves_pro_voices": False,
                "token_cost_factor": model.cost,
                "description": f"{model.name}, {len(model.languages)} languages",
                "requires_alpha_access": False,
                "max_characters_request_free_user": 2500,
                "max_characters_request_subscribed_user": model.largest_text,
                "maximum_text_length_per_request": model.largest_text,
                "languages": [{"language_id": language, "name": language} for language in model.languages],
                "model_rates": {"character_cost_multiplier": model.cost},
                "concurrency_group": "turbo" if model.cost < 1 else "standard",
            }
            for model in elevenlabs.models.values()
        ]

    @router.get("/v1/voices")
    async def voices() -> dict[str, Any]:
        return {"voices": [_voice(elevenlabs, voice) for voice in elevenlabs.voices().values()]}

    @router.get("/v2/voices")
    async def search_voices(page_size: int = 10, search: str = "", next_page_token: str = "") -> dict[str, Any]:
        found = sorted(
            (v for v in elevenlabs.voices().values() if search.lower() in v.name.lower()), key=lambda v: v.id
        )
        page = [voice for voice in found if voice.id > next_page_token][:page_size]
        more = bool(page) and page[-1] is not found[-1]
        shown = [_voice(elevenlabs, voice) for voice in page]
        return {
            "voices": shown,
            "has_more": more,
            "total_count": len(found),
            "next_page_token": page[-1].id if more else None,
        }

    @router.get("/v1/voices/settings/default")
    async def default_settings() -> dict[str, Any]:
        return DEFAULT_SETTINGS

    @router.post("/v1/voices/add")
    async def add_voice(request: Request) -> dict[str, Any]:
        from reference.simulators.elevenlabs import Voice

        async with request.form() as form:
            name, uploads = (
                str(form.get("name", "")),
                [item for item in form.getlist("files") if isinstance(item, UploadFile)],
            )
            if not name or not uploads:
                raise elevenlabs.refuse(422, location=["body", "files" if name else "name"])
            samples = [
                sample(upload.filename or "sample", len(data), data)
                for upload in uploads
                if (data := await upload.read())
            ]
        voice = Voice(secrets.token_urlsafe(15), name, "cloned", {}, samples=samples, created=int(time.time()))
        elevenlabs.add_voice(voice)
        return {"voice_id": voice.id, "requires_verification": False}

    @router.get("/v1/voices/{voice_id}")
    async def voice(voice_id: str) -> dict[str, Any]:
        return _voice(elevenlabs, elevenlabs.voice(voice_id))

    @router.post("/v1/voices/{voice_id}/edit")
    async def edit_voice(voice_id: str) -> dict[str, str]:
        elevenlabs.voice(voice_id)
        return {"status": "ok"}

    @router.delete("/v1/voices/{voice_id}")
    async def delete_voice(voice_id: str) -> dict[str, str]:
        elevenlabs.remove_voice(voice_id)
        return {"status": "ok"}

    @router.get("/v1/voices/{voice_id}/settings")
    async def voice_settings(voice_id: str) -> dict[str, Any]:
        return {**elevenlabs.voice(voice_id).settings, **elevenlabs.behaviour.voice_settings}

    @router.post("/v1/voices/{voice_id}/settings/edit")
    async def edit_settings(request: Request, voice_id: str) -> dict[str, str]:
        changes = await elevenlabs.json_object(request)
        elevenlabs.voice(voice_id).settings |= {
            name: value for name, value in changes.items() if name in DEFAULT_SETTINGS and value is not None
        }
        return {"status": "ok"}

    return router


def sample(name: str, size: int, data: bytes = b"") -> dict[str, Any]:
    """A recording that a cloned voice was made from."""
    digest = hashlib.sha256(data or name.encode()).hexdigest()
    return {
        "sample_id": digest[:20],
        "file_name": f"{name}.mp3",
        "mime_type": "audio/mpeg",
        "size_bytes": size,
        "hash": digest[:32],
    }


def _subscription(elevenlabs: ElevenLabs) -> dict[str, Any]:
    behaviour = elevenlabs.behaviour
    own = [voice for voice in elevenlabs.voices().values() if voice.category != "premade"]
    return {
        "tier": behaviour.tier or TIER,
        "character_count": elevenlabs.character_count,
        "character_limit": elevenlabs.character_limit,
        "max_character_limit_extension": 0,
        "max_credit_limit_extension": 0,
        "can_extend_character_limit": True,
        "allowed_to_extend_character_limit": False,
        "next_character_count_reset_unix": elevenlabs.next_reset,
        "voice_slots_used": len(own),
        "professional_voice_slots_used": sum(voice.category == "professional" for voice in own),
        "professional_voice_slots_used_in_workspace": sum(voice.category == "professional" for voice in own),
        "voice_limit": 660,
        "max_voice_add_edits": 1480,
        "voice_add_edit_counter": len(own),
        "professional_voice_limit": 3,
        "can_extend_voice_limit": False,
        "can_use_instant_voice_cloning": True,
        "can_use_professional_voice_cloning": True,
        "currency": "usd",
        "current_overage": {"amount": "0", "currency": "usd"},
        "status": behaviour.subscription_status or "active",
        "billing_period": "monthly_period",
        "character_refresh_period": "monthly_period",
    }


def _voice(elevenlabs: ElevenLabs, voice: Voice) -> dict[str, Any]:
    tuned = {
        "is_allowed_to_fine_tune": voice.category == "professional",
        "state": {"eleven_multilingual_v2": "fine_tuned"},
    }
    return {
        "voice_id": voice.id,
        "name": voice.name,
        "category": voice.category,
        "labels": voice.labels,
        "description": None,
        "samples": voice.samples or None,
        "fine_tuning": tuned if voice.category == "professional" else {"is_allowed_to_fine_tune": False, "state": {}},
        "preview_url": None,
        "available_for_tiers": [],
        "settings": voice.settings | elevenlabs.behaviour.voice_settings,
        "high_quality_base_model_ids": list(elevenlabs.models),
        "safety_control": None,
        "permission_on_resource": "admin",
        "is_owner": voice.category != "premade",
        "is_legacy": False,
        "is_mixed": False,
        "created_at_unix": voice.created,
    }
