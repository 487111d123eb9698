"""What shows that errors reach the error tracker: a route that fails on request, for declared users only."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from reference.app.aurastudio.accounts import Me
from reference.app.errors import VerificationError
from reference.app.kernel import Using

router = APIRouter(prefix="/api/verification", tags=["health"])


class Marked(BaseModel):
    marker: str = Field(pattern=r"^[A-Za-z0-9-]{8,80}$")


@router.post("/error")
async def fail(services: Using, me: Me, body: Marked) -> None:
    """Raise an error that carries the marker. Answers 404 to users who are not declared for it, and so to customers."""
    if me.claims.get("email") not in services.settings.verification_users:
        raise HTTPException(404, "Not Found")
    raise VerificationError(f"verification {body.marker}")
