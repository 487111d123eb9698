"""The product's HTTP API: where it is, how to sign in, and which calls mean what.

An *operation* gives one of our words (`sign_in`, `list_leads`) a method, a path and the places of the fields in the
answer. Checks speak of operations and fields only.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from golive.target.attacks import Generated, Hostile
from golive.target.base import LocalPath, Secret, Section, Url

HttpMethod = Literal["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]

FieldPlace = Annotated[str, Field(pattern=r"^(\$|header:[A-Za-z0-9-]+$)")]
"""Where a field is: a JSONPath into the body (`$.access_token`), or a header of the answer (`header:X-Cached`)."""


class Operation(Section):
    """One call of the product's API.

    In `path`, `query`, `headers` and `body` a `{name}` is filled by the check (`{id}`, `{text}`) or from the acting
    identity (`{identity.email}`, `{identity.password}`, `{identity.tenant}`, ...) or the release.
    `fields` gives a word of ours its place in the JSON answer (JSONPath), such as `{token = "$.access_token"}`.
    """

    method: HttpMethod
    path: str = Field(pattern=r"^/")
    query: dict[str, str | int | float | bool] = {}
    headers: dict[str, str] = {}
    body: dict[str, Any] | list[Any] | None = None
    """JSON body template."""
    form: dict[str, str] = {}
    """Form body template, instead of `body`."""
    files: dict[str, str] = {}
    """Parts of a multipart form whose content the check gives: part to placeholder, such as `{file = "{audio}"}`."""
    base_url: Url | None = None
    """Another origin than the API's, for a call that a third party serves (a hosted sign-in)."""
    status: int = Field(default=200, ge=100, le=599)
    """The status of success."""
    fields: dict[str, FieldPlace] = {}
    auth: Literal["identity", "none"] = "identity"
    role: str | None = None
    """The least role that may make the call (see `roles`); None: any signed-in identity."""
    reads: bool | None = None
    """Whether the call changes nothing. By default GET, HEAD and OPTIONS do not, and others do."""
    paid: float = Field(default=0, ge=0)
    """Calls to paid third parties that one call causes, counted against the budget."""
    owner: Literal["user", "tenant", "none"] = "tenant"
    """Whose data the answer holds."""

    @property
    def reading(self) -> bool:
        """Whether the guard may let the call through on a target that allows reads only."""
        return self.method in ("GET", "HEAD", "OPTIONS") if self.reads is None else self.reads

    @model_validator(mode="after")
    def _one_body(self) -> Operation:
        if self.body is not None and (self.form or self.files):
            raise ValueError("give body or form (with files), not both")
        return self


class Identity(Section):
    """A standing synthetic user that checks sign in as. Never a real customer's."""

    email: str
    password: Secret
    id: str = ""
    role: str = "user"
    tenant: str = ""
    """Tenant id, empty where the product has no tenants."""
    marker: str = ""
    """A text that only this identity's tenant holds, planted for isolation checks."""
    extra: dict[str, str] = {}
    """More placeholders for operations: `{identity.NAME}`."""


class Instance(Section):
    """One running copy of the API, reachable past the balancer."""

    id: str
    url: Url


class TokenRules(Section):
    """How the API's bearer tokens are made, so that forged ones can be tried on it."""

    algorithm: str = "HS256"
    issuer: str | None = None
    audience: str | None = None
    max_minutes: int = 60
    known_defaults: list[str] = []
    """Secrets that stand in the product's public code as defaults; tokens signed with them must be refused."""
    secret: Secret | None = None
    """The key that signs access tokens. Only with it can expired and foreign tokens be made that are well signed."""
    former_keys: dict[str, Secret] = {}
    """Key id to key, of signing keys that were replaced while refresh tokens of theirs still live: these must go on
    working. The id is empty where tokens carry none."""
    tenant_claims: list[str] = []
    """Claims that say whose tenant the user is of; those that hold the identity's tenant id are known without."""
    public_keys: list[LocalPath] = []
    """PEM files of certificates or public keys that anyone can get; a token whose HMAC is made with one is refused."""


class HealthReport(Section):
    """How the health report describes one dependency: the keys of its entry, and the words for well."""

    status: str = "status"
    latency_ms: str = "latency_ms"
    checked_at: str = "checked_at"
    """Key of the time of the look; without it the report's own time (field `checked_at`) stands for all."""
    well: list[str] = ["ok", "healthy", "up", "connected"]


class Quota(Section):
    """`[PRODUCT.api.quota]`: whose quota of requests is used up to see that it is enforced."""

    identity: str
    """An identity for this alone: for a while it is refused everything."""
    operation: str | None = None
    """What is called; `probe_operation` by default."""
    requests: int | None = Field(default=None, gt=0)
    """How many are admitted in a window, over all instances, as it is configured."""
    remaining_header: str | None = "X-RateLimit-Remaining"
    """The answer's header with what is left; None where there is none."""


class SecondFactor(Section):
    """`[PRODUCT.api.second_factor]`: an administrator of the product, a synthetic person, whose codes are known."""

    email: str
    password: Secret
    secret: Secret
    """The seed of the codes in base32, as an authenticator takes it (RFC 6238: SHA-1, 6 digits, 30 s)."""
    roles: list[str] = Field(min_length=1)
    """Who administers: identities with these roles get no session for a password either."""
    operation: str = "second_factor"
    """The operation that takes the code; its placeholders are `{challenge}`, a field of `sign_in`, and `{code}`."""
    protected: str
    """A reading operation that only these roles may call."""
    machines: dict[str, str] = {}
    """Identity that no person uses to why it has no second factor, with the date of the review."""


class AuditTrail(Section):
    """`[PRODUCT.api.audit.trail]`: the columns of the trail's table, and what its events are about."""

    event: str
    tenant: str
    """Whose data it was."""
    actor: str
    actor_tenant: str
    """Whose people the actor was of."""
    kind: str
    """The column with the kind of thing that it was about."""
    object: str
    """The column with that thing's id."""
    outcome: str
    success: str = "success"
    """What `outcome` says of what was done."""
    at: str
    people: str = Field(default="users.id", pattern=r"^[^.\s]+\.[^.\s]+$")
    """`TABLE.COLUMN` with the ids of those who act."""
    things: dict[str, str] = {}
    """Kind of thing to the `TABLE.COLUMN` that holds its id."""
    staff: list[str] = []
    """Tenant ids of the platform's own people."""
    staff_events: list[str] = []
    """What these may do to any tenant without a ticket."""


class Audit(Section):
    """`[PRODUCT.api.audit]`: the product's own audit trail, as the operation `audit_trail` shows it."""

    table: str
    """Where its events are kept; the application may add to it and change nothing."""
    events: dict[str, str]
    """Our word for an act (`sign_in`, `failed_sign_in`, `role_change`, `export`, `key_change`) to the event's name."""
    export: str = "analytics_export"
    """The operation that takes data out."""
    refused: str = "denied"
    """What an event's `outcome` says of an act that was refused."""
    trail: AuditTrail | None = None
    delay: float = Field(default=60, gt=0)
    """Seconds after which an event is there at the latest; checks wait no longer for it."""
    accesses: dict[str, str] = {}
    """Operation to the event that it leaves for each thing that it is about: one that makes things (it comes first),
    those that take an id or ids, and one that takes data out."""
    attempts: list[str] = []
    """Those of `accesses` whose refusal, for another tenant's thing, both tenants' trails show."""


class Api(Section):
    """`[PRODUCT.api]`."""

    base_url: Url
    ca_file: LocalPath | None = None
    http_url: Url | None = None
    """The plain HTTP address that should redirect."""
    addresses: list[str] = []
    """IP addresses behind the host name, each of which must serve; empty: those that the name resolves to."""
    older_tls: dict[str, str] = {}
    """`host:port` (of any hop) to the reason, with a date, why TLS 1.2 is still admitted there."""
    clear_text: dict[str, str] = {}
    """A hop behind the balancer (an instance's `host:port`, or `target group NAME`) to the reason, with a date, why it
    is not encrypted."""
    instances: list[Instance] = []
    instance_header: str | None = None
    request_id_header: str | None = None
    auth_header: str = "Authorization"
    auth_format: str = "Bearer {token}"
    key_header: str | None = None
    """The header that carries a key of the operation `create_key`, instead of a token."""
    tenant_header: str | None = None
    openapi: str | None = None
    """Path of the OpenAPI document, None where it is switched off."""
    unsent_examples: dict[str, str] = {}
    """Operation to the reason, with a date, why the example of it in that document is not sent."""
    site_origins: list[str] = []
    """Origins of the product's own site, as CORS must admit them."""
    foreign_origins: list[str] = []
    """More origins to try that CORS must refuse; the usual tricks are made from `site_origins`."""
    used_methods: list[HttpMethod] = ["GET", "POST", "PUT", "DELETE"]
    used_headers: list[str] = ["Authorization", "Content-Type"]
    token: TokenRules = TokenRules()
    operations: dict[str, Operation] = {}
    identities: dict[str, Identity] = {}
    roles: list[str] = []
    """The roles from the least to the most: what an operation's `role` may do, those after it may too."""
    probe_identity: str | None = None
    """The identity that acts when a check names none; the first by default."""
    probe_operation: str | None = None
    """A reading operation that needs a token and returns the identity's own data."""
    forbidden_operation: str | None = None
    """A reading operation that the probe identity's role may not call."""
    public_operations: list[str] = []
    """Operations that answer without a token on purpose."""
    dependencies: dict[str, str] = {}
    """The name of each dependency in the health report, such as `{postgres = "database"}`."""
    health_report: HealthReport = HealthReport()
    text_languages: list[str] = []
    generated: Generated = Generated()
    hostile: Hostile = Hostile()
    quota: Quota | None = None
    second_factor: SecondFactor | None = None
    audit: Audit | None = None

    @model_validator(mode="after")
    def _names_exist(self) -> Api:
        for key in ("probe_operation", "forbidden_operation"):
            name = getattr(self, key)
            if name and name not in self.operations:
                raise ValueError(f"{key} = {name!r} is not one of the operations")
        if self.quota and self.quota.identity not in self.identities:
            raise ValueError(f"quota.identity = {self.quota.identity!r} is not one of the identities")
        if self.audit and self.audit.export not in self.operations:
            raise ValueError(f"audit.export = {self.audit.export!r} is not one of the operations")
        for name in [*self.generated.left_out, *self.hostile.files, *self.hostile.headers, *self.hostile.bodies]:
            if name not in self.operations:
                raise ValueError(f"generated or hostile has {name!r}, which is not one of the operations")
        for name in self.public_operations:
            if name not in self.operations:
                raise ValueError(f"public_operations has {name!r}, which is not one of the operations")
        for name, operation in self.operations.items():
            if self.roles and operation.role and operation.role not in self.roles:
                raise ValueError(
                    f"operations.{name}.role = {operation.role!r} is none of roles: {', '.join(self.roles)}"
                )
        if self.probe_identity and self.probe_identity not in self.identities:
            raise ValueError(f"probe_identity = {self.probe_identity!r} is not one of the identities")
        return self
