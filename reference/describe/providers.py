"""openai, pinecone, translation, elevenlabs, oncall: the simulators, with the keys that the products use."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from reference.describe.secret import reference
from reference.simulators import elevenlabs_account, google_identity, openai, pinecone, sentry, slack, zendesk
from reference.simulators.pagerduty_roster import Roster

if TYPE_CHECKING:
    from reference.settings import Settings


def describe(settings: Settings, product: str, section: dict[str, Any]) -> None:
    simulators = settings.simulators
    section["openai"] |= {
        "api_key": key(settings, "openai"),
        "base_url": f"{simulators['openai'].base_url}/v1",
        "organization": openai.ORGANISATION,
    }
    if "pinecone" in section:
        section["pinecone"] |= {
            "api_key": key(settings, "pinecone"),
            "control_url": simulators["pinecone"].base_url,
            "index": pinecone.INDEX,
            "host": index_host(settings),
        }
    if "translation" in section:
        google = simulators["google"].base_url
        section["translation"] |= {
            "api_key": key(settings, "google"),
            "base_url": google,
            "project": google_identity.PROJECT,
            "service_account": google_identity.SERVICE_ACCOUNT,
            "token_url": f"{google}/token",
            "tokeninfo_url": f"{google}/v1/userinfo",
            "resource_manager_url": google,
            "foreign_api": f"{google}/youtube/v3/i18nLanguages?part=snippet",
            "foreign_source": "127.0.0.201",
        }
    section["elevenlabs"] |= {
        "api_key": key(settings, "elevenlabs"),
        "base_url": f"{simulators['elevenlabs'].base_url}/v1",
        "account": elevenlabs_account.USER_ID,
        "tier": elevenlabs_account.TIER,
    }
    if "hosts" in section["observability"]:
        section["observability"]["hosts"] |= {
            "url": simulators["prometheus"].base_url,
            "token": key(settings, "prometheus"),
            "query": f'up{{job=~"{product}-api|worker"}}',
        }
    if "errors" in section["observability"]:
        section["observability"]["errors"] |= {
            "url": simulators["sentry"].base_url,
            "token": key(settings, "sentry"),
            "organization": sentry.ORGANISATION,
        }
    if "helpdesk" in section:
        section["helpdesk"] |= {
            "url": simulators["zendesk"].base_url, "token": key(settings, "zendesk"), "canary": zendesk.CANARY,
        }  # fmt: skip
        if "notices" in section["helpdesk"]:
            mails = f"{simulators['mandrill'].base_url}/api/1.0"
            section["helpdesk"]["notices"] |= {"url": mails, "key": key(settings, "mandrill")}
    if "billing" in section:
        section["billing"] |= {
            "url": simulators["stripe"].base_url,
            "token": key(settings, "stripe"),
            "test_token": reference(settings, "provider/stripe-test", settings.secret("stripe/staging", 40)),
        }
        section["billing"]["metering"] |= {"patience": 12, "settled": 1.5}
    if "crm" in section:
        section["crm"] |= {
            "url": simulators["hubspot"].base_url, "token": key(settings, "hubspot"), "patience": 12, "settled": 1.5,
        }  # fmt: skip
    roster = Roster.of([product])
    section["oncall"] |= {
        "url": simulators["pagerduty"].base_url,
        "token": key(settings, "pagerduty"),
        "services": [service.name for service in roster.services],
        "schedules": [schedule.name for schedule in roster.schedules],
        "requester": roster.people[-1].email,
    }
    if "chat" in section["oncall"]:
        section["oncall"]["chat"] |= {
            "url": simulators["slack"].base_url, "token": key(settings, "slack"),
            "incidents": slack.slack_id("C", product, slack.INCIDENTS),
            "managers": slack.slack_id("C", product, slack.LEADS),
            "webhook": reference(settings, f"slack/{product}", slack.webhook(settings, product, slack.INCIDENTS)),
        }  # fmt: skip


def key(settings: Settings, provider: str) -> str:
    return reference(settings, f"provider/{provider}", settings.simulators[provider].key)


def index_host(settings: Settings) -> str:
    """The index's host; it carries the production project's id."""
    base = settings.simulators["pinecone"].base_url
    return f"{base}/hosts/{pinecone.INDEX}-{pinecone.PROJECT}.svc.{pinecone.REGION}-aws"
