"""What users think of the product, made a ticket of the team's by the help desk's form."""

from __future__ import annotations

import httpx

from reference.app.kernel import Services


async def forwarded(services: Services, sender: str, message: str, page: str) -> int | None:
    """The ticket's number; None where none came of it, which is no reason to refuse what was said."""
    if not services.settings.support_url:
        return None
    comment = f"{message}\n\nWritten on {page}"
    request = {
        "subject": f"Feedback: {message[:60]}",
        "requester": {"name": "A user", "email": sender},
        "comment": {"body": comment},
    }
    try:
        answer = await services.providers.http.post(
            f"{services.settings.support_url}/api/v2/requests.json", json={"request": request}, timeout=5
        )
        answer.raise_for_status()
        return int(answer.json()["request"]["id"])
    except (httpx.HTTPError, KeyError, TypeError, ValueError) as error:
        services.log.warning("feedback_not_forwarded", reason=type(error).__name__)
        return None
