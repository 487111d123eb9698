"""The third parties that a product calls, and what they cost."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from pydantic import Field

from golive.target.base import LocalPath, Secret, Section, Url


class OpenAI(Section):
    """`[PRODUCT.openai]`."""

    api_key: Secret
    base_url: Url = "https://api.openai.com/v1"
    organization: str | None = None
    embedding_model: str = "text-embedding-3-small"
    ca_file: LocalPath | None = None


class Pinecone(Section):
    """`[PRODUCT.pinecone]`."""

    api_key: Secret
    control_url: Url = "https://api.pinecone.io"
    index: str
    host: str | None = None
    """The host that the index must have (it carries the project's id)."""
    api_version: str = "2025-04"
    filter: dict[str, Any] = {}
    """The condition on metadata that the product's searches have; `{id}` in it is the user's id."""


class Translation(Section):
    """`[PRODUCT.translation]`."""

    provider: Literal["google", "deepl"]
    api_key: Secret
    base_url: Url
    project: str | None = None
    """Id of the Google Cloud project that translation is paid by."""
    service_account: str | None = None
    """The address of the service account that translates; its key file is the secret `translation_identity`."""
    token_url: Url = "https://oauth2.googleapis.com/token"  # noqa: S105
    tokeninfo_url: Url = "https://openidconnect.googleapis.com/v1/userinfo"
    resource_manager_url: Url = "https://cloudresourcemanager.googleapis.com"
    foreign_api: Url = "https://www.googleapis.com/youtube/v3/i18nLanguages?part=snippet"
    """A free reading call of another Google API that is enabled in the project; the key must be refused there."""
    foreign_source: str | None = None
    """An address of this machine from which the key must be refused."""
    foreign_referrer: Url | None = None
    """A web page's address whose calls the key must be refused, for keys that belong to a site."""
    elsewhere: dict[str, Secret] = {}
    """Other environment (`staging`) to its key, which must be another one."""


class ElevenLabs(Section):
    """`[PRODUCT.elevenlabs]`."""

    api_key: Secret
    base_url: Url = "https://api.elevenlabs.io/v1"
    account: str | None = None
    """The user id of the account that production speaks with."""
    tier: str | None = None
    voices: list[str] = []
    models: list[str] = []
    cache_keys: str | None = None
    """Pattern of the keys under which Redis keeps what was spoken, such as `audio:*`."""
    shared_voices: list[str] = []
    """Voices whose speech tenants may share, by the product's documents: they are no tenant's own."""
    peak_requests: int | None = Field(default=None, gt=0)
    """How many requests the product makes at once when it is busiest."""
    concurrent_requests: int | None = Field(default=None, gt=0)
    """How many the contract allows at once; None: what the tier is published to allow."""


class Metering(Section):
    """`[PRODUCT.billing.metering]`: how use turns into invoices, and where the product has what came of it.

    Its SQL is read by a role from which row security hides nothing; `{since}` and `{until}` are times, `{tenant}` is an
    id.
    """

    meter: str
    """Name of the events that the provider's meter counts."""
    unit_price: Decimal = Field(gt=0)
    """Cents for a unit."""
    plan: str
    """The plan that the synthetic tenants are on."""
    plan_price: int = Field(ge=0)
    """Cents that a month of the plan costs."""
    tenant_key: str = "tenant"
    """The key of a customer's metadata that names the tenant."""
    usage: str
    """SQL: what each tenant used between two times, as rows with `tenant` and `units`."""
    ledger: str
    """SQL: what was collected from a tenant, and given back (less than 0), as rows with `cents`."""
    entitlement: str
    """SQL: how a tenant's subscription stands, as one row with `status`."""
    entitled: list[str] = Field(default=["active"], min_length=1)
    """The words of `status` by which a tenant has what it pays for."""
    failed_events: str
    """SQL: the provider's events since then that the product could not handle, as rows with `what`."""
    baseline_days: int = Field(default=28, gt=0)
    """The days before yesterday whose median is the usual revenue of a day."""
    patience: float | None = Field(default=None, gt=0)
    """Seconds in which what was used and paid is there, where that is less than the line's limit; None: the limit."""
    settled: float = Field(default=10, ge=0)
    """Seconds in which what comes twice has come twice."""


class Billing(Section):
    """`[PRODUCT.billing]`: the payment provider, by Stripe's API."""

    url: Url
    token: Secret
    """A restricted key of live mode that may read."""
    test_token: Secret | None = None
    """A key of test mode, which may write: checks move a test clock, and pay with cards for tests."""
    metering: Metering | None = None


class ProviderSpending(Section):
    """`[PRODUCT.spending.providers.NAME]`: what a third party may cost."""

    monthly_budget: float = Field(gt=0)
    """USD."""
    series: str | None = None
    """Our word for the series (`[PRODUCT.metrics.series]`) of the day's cost so far, in USD."""
    alarm: str | None = None
    """The CloudWatch alarm on it."""
    price_per_1000: float | None = Field(default=None, gt=0)
    """USD for a thousand of what the provider counts, such as characters."""


class Spending(Section):
    """`[PRODUCT.spending]`: what production may cost, and who hears of it."""

    budget: str
    """Name of the monthly AWS budget."""
    tag: str | None = None
    """The cost allocation tag that everything must carry."""
    providers: dict[str, ProviderSpending] = {}
