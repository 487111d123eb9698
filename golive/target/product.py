"""One product's deployment: its release and its capabilities."""

from __future__ import annotations

from typing import TypeVar

from golive.target.api import Api
from golive.target.audience import Beta, Feedback
from golive.target.aws import Aws
from golive.target.base import Section
from golive.target.crm import Crm
from golive.target.delivery import Ci, Source, Terraform
from golive.target.dns import Dns
from golive.target.drills import Drills
from golive.target.launch import Launch
from golive.target.load_runs import K6
from golive.target.memory import Memory
from golive.target.network import Network
from golive.target.onboarding import Onboarding
from golive.target.outside import Outside
from golive.target.people import Attestations, Helpdesk, OnCall, Pages
from golive.target.privacy import Privacy
from golive.target.providers import Billing, ElevenLabs, OpenAI, Pinecone, Spending, Translation
from golive.target.release import Release
from golive.target.reports import Reports
from golive.target.rollback import Rollback
from golive.target.stores import Celery, Postgres, Redis
from golive.target.tenancy import Tenancy
from golive.target.watching import Metrics, Observability
from golive.target.web import Web, WebSocketStream
from golive.verdict import NotConfigured

S = TypeVar("S", bound=Section)


class ProductTarget(Section):
    """`[PRODUCT]`: a capability that is not there makes the lines that need it unverified."""

    release: Release
    environment: str = "production"
    aws: Aws | None = None
    postgres: Postgres | None = None
    redis: Redis | None = None
    celery: Celery | None = None
    api: Api | None = None
    web: Web | None = None
    websocket: WebSocketStream | None = None
    dns: Dns | None = None
    openai: OpenAI | None = None
    pinecone: Pinecone | None = None
    translation: Translation | None = None
    elevenlabs: ElevenLabs | None = None
    metrics: Metrics | None = None
    observability: Observability | None = None
    oncall: OnCall | None = None
    ci: Ci | None = None
    source: Source | None = None
    terraform: Terraform | None = None
    k6: K6 | None = None
    billing: Billing | None = None
    crm: Crm | None = None
    helpdesk: Helpdesk | None = None
    pages: Pages | None = None
    attestations: Attestations | None = None
    spending: Spending | None = None
    drills: Drills | None = None
    outside: Outside | None = None
    """No capability: without it the names of `api` and `web` are looked at from where the run is."""
    network: Network | None = None
    """No capability: the paths between the parts that there are."""
    launch: Launch | None = None
    """No capability: the stores that it tells of are."""
    tenancy: Tenancy | None = None
    """No capability: it says more of those that are there."""
    onboarding: Onboarding | None = None
    """No capability: how newcomers begin, as the product's own events tell it."""
    feedback: Feedback | None = None
    """No capability: how users say what they think, and who decides on it."""
    beta: Beta | None = None
    """No capability: those who try what is new."""
    privacy: Privacy | None = None
    """No capability: it says what of people lies where in those that are there."""
    memory: Memory | None = None
    """No capability: it says how memories are given to the API."""
    rollback: Rollback | None = None
    """No capability: the alarms that take a release back."""
    reports: Reports | None = None
    """No capability: what is reported to each tenant on a schedule."""

    @property
    def capabilities(self) -> list[str]:
        """The capability words that this target has."""
        return [n for n in CAPABILITIES if getattr(self, n) is not None]

    def missing(self, needs: tuple[str, ...]) -> list[str]:
        """Return which of the capabilities a line needs are not in the target."""
        return [n for n in needs if getattr(self, n, None) is None]


_FACTS = (
    "release", "environment", "outside", "network", "launch", "tenancy", "onboarding", "feedback", "beta", "privacy",
    "memory", "rollback", "reports",
)  # fmt: skip
CAPABILITIES = tuple(n for n in ProductTarget.model_fields if n not in _FACTS)


def configured(section: S | None, key: str) -> S:
    """Return the section; `key` is its full name in the target file, for the message.

    Raises:
        NotConfigured: the target does not have it.
    """
    if section is None:
        raise NotConfigured(f"the target has no [{key}]", f"Add [{key}] to the target file")
    return section
