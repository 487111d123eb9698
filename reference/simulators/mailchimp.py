"""Mass mail after Mailchimp's Marketing API 3.0 (mailchimp.com/developer/marketing/api).

Seiketsu sent two campaigns: what the cutover means for its customers, days before it, and after it what they think of
the release.
"""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import APIRouter, Depends
from pydantic import Field
from starlette.requests import HTTPConnection, Request
from starlette.responses import JSONResponse, Response

from reference.schema.canaries import ORGANIZATIONS
from reference.simulators.behaviour import Behaviour
from reference.simulators.simulator import PRODUCTION, Simulator
from reference.simulators.typeform import FORM

LIST, CUTOVER, SURVEY = "c0ffee1234", "a1cutover01", "b2survey002"
OPTED_OUT = "nobody.more@canary-cedar.example"
"""An administrator of before, who wants no mail."""


class MailchimpBehaviour(Behaviour):
    """Further ways in which mail does not reach people."""

    without: list[str] = Field(default=[], description="parts of addresses that the cutover's mail did not go to")
    bounced: list[str] = Field(default=[], description="parts of addresses that it bounced from")
    drafts: list[str] = Field(default=[], description="campaigns that were never sent")
    announced_zone: str | None = Field(default=None, description="the zone that the cutover's mail gives its times in")
    mailed_opted_out: bool = Field(default=False, description="who wants no mail got the survey")
    survey_link: str | None = Field(default=None, description="the last part of the survey's link")


class Mailchimp(Simulator):
    name = "mailchimp"
    behaviour_type = MailchimpBehaviour

    def __init__(self, settings: Any) -> None:
        super().__init__(settings)
        self.cutover = cutover(datetime.now(UTC))

    def key_of(self, connection: HTTPConnection) -> str | None:
        scheme, _, given = connection.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer":
            return given or None
        try:
            return base64.b64decode(given).decode().partition(":")[2] or None if scheme.lower() == "basic" else None
        except ValueError:
            return None

    def error(self, status: int, message: str | None = None, **_details: Any) -> Response:
        title = {401: "API Key Invalid", 404: "Resource Not Found"}.get(status, "Bad Request")
        body = {"type": "https://mailchimp.com/developer/marketing/docs/errors/", "title": title, "status": status}
        return JSONResponse(body | {"detail": message or title}, status)

    def authorise(self, request: Request) -> None:
        if self.account(self.key_of(request)) != PRODUCTION:
            raise self.refuse(401)

    def recipients(self, campaign: str) -> list[str]:
        """The addresses that a campaign went to."""
        known = [u.email for o in ORGANIZATIONS for u in o.users if u.role == "org_admin"]
        if campaign == SURVEY and self.behaviour.mailed_opted_out:
            known.append(OPTED_OUT)
        without = self.behaviour.without if campaign == CUTOVER else ()
        return [address for address in known if not any(part in address for part in without)]

    def router(self) -> APIRouter:
        router = APIRouter(prefix="/3.0", dependencies=[Depends(self.authorise)])

        @router.get("/campaigns")
        async def campaigns() -> dict[str, Any]:
            rows = [self._campaign(id_) for id_ in (CUTOVER, SURVEY)]
            return {"campaigns": rows, "total_items": len(rows)}

        @router.get("/campaigns/{id_}/content")
        async def content(id_: str) -> dict[str, Any]:
            text = self._cutover_text() if id_ == CUTOVER else self._survey_text()
            return {"plain_text": text, "html": f"<html><body><p>{text}</p></body></html>"}

        @router.get("/reports/{id_}/sent-to")
        async def sent_to(id_: str) -> dict[str, Any]:
            if id_ in self.behaviour.drafts:
                raise self.refuse(404)
            bounced = self.behaviour.bounced if id_ == CUTOVER else ()
            rows = [
                {"email_address": a, "status": "hard" if any(p in a for p in bounced) else "sent"}
                for a in self.recipients(id_)
            ]
            return {"sent_to": rows, "campaign_id": id_, "total_items": len(rows)}

        @router.get("/lists/{id_}/members")
        async def members(request: Request, id_: str) -> dict[str, Any]:
            if id_ != LIST:
                raise self.refuse(404)
            wanted = request.query_params.get("status")
            known = [u.email for o in ORGANIZATIONS for u in o.users if u.role == "org_admin"]
            rows = [{"email_address": a, "status": "subscribed"} for a in known]
            rows.append({"email_address": OPTED_OUT, "status": "unsubscribed"})
            rows = [row for row in rows if wanted in (None, row["status"])]
            return {"members": rows, "list_id": id_, "total_items": len(rows)}

        return router

    def _campaign(self, id_: str) -> dict[str, Any]:
        begins, _ = self.cutover
        sent = begins - timedelta(days=5) if id_ == CUTOVER else begins + timedelta(hours=3)
        draft = id_ in self.behaviour.drafts
        title = "Cutover to this release" if id_ == CUTOVER else "Survey on this release"
        return {
            "id": id_, "type": "regular", "status": "save" if draft else "sent",
            "send_time": "" if draft else sent.isoformat(timespec="seconds"),
            "emails_sent": 0 if draft else len(self.recipients(id_)), "recipients": {"list_id": LIST},
            "settings": {"title": title, "subject_line": title},
        }  # fmt: skip

    def _cutover_text(self) -> str:
        zone, (begins, ends) = self.behaviour.announced_zone or "UTC", self.cutover
        return (
            f"We release a new version from {begins:%Y-%m-%d %H:%M} {zone} to {ends:%Y-%m-%d %H:%M} {zone}. Calls are "
            "answered meanwhile; for some minutes the portal only shows. Write to us if anything is not as before."
        )

    def _survey_text(self) -> str:
        forms = self.settings.simulators["typeform"].base_url
        return f"What do you think of the new version? Two questions: {forms}/to/{self.behaviour.survey_link or FORM}"


def cutover(started: datetime) -> tuple[datetime, datetime]:
    """Begin and end of the window in which the release was rolled out, for a deployment that was started then."""
    rolled_out = started.replace(second=0, microsecond=0) - timedelta(hours=6, minutes=20)
    return rolled_out - timedelta(minutes=30), rolled_out + timedelta(minutes=60)
