"""Third parties and the tools around the product."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field, model_validator

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
    peak_requests: int | None = Field(default=None, gt=0)
    """How many requests the product makes at once when it is busiest."""
    concurrent_requests: int | None = Field(default=None, gt=0)
    """How many the contract allows at once; None: what the tier is published to allow."""


class Metrics(Section):
    """`[PRODUCT.metrics]`: the time-series store. `cloudwatch` reads through `[PRODUCT.aws]`."""

    kind: Literal["cloudwatch", "prometheus"]
    url: Url | None = None
    """Of the Prometheus server, without `/api/v1`."""
    token: Secret | None = None
    """Bearer token of the Prometheus server."""
    ca_file: LocalPath | None = None
    series: dict[str, dict[str, str]] = {}
    """Our word for a series to where it is.

    CloudWatch: `namespace`, `metric`, optionally `unit`, `statistic`, `region`; every other key is a dimension.
    Prometheus: `query`, in which `{window}`, `{period}` and `{quantile}` are filled, and optionally `unit`.
    In a series that each instance has, `{instance}` is its id. `OPERATION.latency`, `OPERATION.requests` and
    `OPERATION.errors` are those of an endpoint."""

    @model_validator(mode="after")
    def _series_say_where(self) -> Metrics:
        needed = {"query"} if self.kind == "prometheus" else {"namespace", "metric"}
        for word, place in self.series.items():
            if missing := needed - set(place):
                raise ValueError(f"series {word!r} has no {' and no '.join(sorted(missing))}, which {self.kind} needs")
        if self.kind == "prometheus" and self.url is None:
            raise ValueError("kind prometheus needs a url")
        return self


class HostWatch(Section):
    """`[PRODUCT.observability.hosts]`: a service outside CloudWatch that hears from every host."""

    kind: Literal["prometheus"] = "prometheus"
    url: Url
    """Of the server, without `/api/v1`."""
    token: Secret | None = None
    ca_file: LocalPath | None = None
    query: str = "up"
    """An instant query for the heartbeats of this product's hosts: 1 for one that lives."""
    label: str = "instance"
    """The label that tells the host: its value is one of the ids below, or holds a running task's id or address."""
    names: list[str] = []
    """Hosts beside the instances of the API: workers and schedulers that are no tasks of `services`."""
    services: list[str] = []
    """Words of the ECS services whose running tasks must each be heard; without any, the API's instances."""


class ErrorTracker(Section):
    """`[PRODUCT.observability.errors]`: where unhandled exceptions are seen."""

    kind: Literal["sentry"] = "sentry"
    url: Url
    """Of the web API, without `/api/0`."""
    token: Secret
    """May read the project's events and issues."""
    organization: str
    project: str
    environment: str | None = None
    """What events of this deployment say; None: the product's own environment."""
    release: str = "{version}"
    """What events of a release say; `{version}` and `{commit}` are filled."""


class Observability(Section):
    """`[PRODUCT.observability]`: logs, traces and error tracking."""

    kind: Literal["cloudwatch", "grafana", "datadog"] = "cloudwatch"
    url: Url | None = None
    token: Secret | None = None
    hosts: HostWatch | None = None
    errors: ErrorTracker | None = None


class Chat(Section):
    """`[PRODUCT.oncall.chat]`: where those who deal with incidents write to each other."""

    kind: Literal["slack"] = "slack"
    url: Url = "https://slack.com"
    token: Secret
    """Of the app that posts there: reads channels and users, deletes its own messages."""
    incidents: str
    """Id of the channel of incidents."""
    managers: str | None = None
    """Id of the channel of those who lead."""
    webhook: Secret | None = None
    """The incoming webhook by which production writes to the channel of incidents."""


class OnCall(Section):
    """`[PRODUCT.oncall]`."""

    kind: Literal["pagerduty"] = "pagerduty"
    url: Url = "https://api.pagerduty.com"
    token: Secret
    services: list[str] = []
    """Names of the paging services that the alarms reach."""
    schedules: list[str] = []
    """Names of the schedules that must have someone on call at any time."""
    components: dict[str, str] = {}
    """Component of the product to the paging service of those who can mend it."""
    chat: Chat | None = None
    logins: dict[str, str] = {}
    """Name of a user to their login on the forge, where it is not the name itself (`ann-lee` of Ann Lee)."""
    requester: str | None = None
    """The address of the user in whose name test pages are sent; the token must be one that may write."""


class Issues(Section):
    """`[PRODUCT.ci.issues]`: what labels say of a defect."""

    bug: str = "bug"
    severities: dict[str, str] = {"critical": "critical", "high": "high", "medium": "medium", "low": "low"}
    """Our word for a severity to its label."""
    blocking: list[str] = ["blocker"]
    """Labels of what a release can't have."""
    usability: str = "ux"
    """The label of what is hard to use."""


class SecurityAudit(Section):
    """`[PRODUCT.ci.security_audit]`: the audit that a workflow makes by itself, and what it leaves."""

    workflow: str
    """Path of the workflow's file in the repository."""
    artifact: str = "security-report"
    """The artifact of a run with its report: a zip with one file, SARIF 2.1.0."""
    parts: dict[str, str] = {"code": "bandit", "images": "trivy", "access": "prowler"}
    """What is audited to the tool whose results must be in the report, by the name that it has there."""
    label: str = "security"
    """The label of the issues that findings become."""


class Ci(Section):
    """`[PRODUCT.ci]`: the forge and its pipeline."""

    kind: Literal["github"] = "github"
    url: Url = "https://api.github.com"
    token: Secret
    repository: str
    branch: str = "main"
    required_checks: list[str] = []
    workflow: str | None = None
    smoke_job: str | None = None
    """The job that runs the smoke checks once a release is deployed."""
    environment: str = "production"
    """What deployments to production are called on the forge."""
    digest_artifact: str | None = None
    """The artifact of the building run that holds the digests of its images: a zip with one JSON file."""
    issues: Issues = Issues()
    scan_artifact: str | None = None
    """The artifact with the JSON report of the Python scanner: a zip with one file."""
    audit_artifacts: dict[Literal["pip-audit", "npm"], str] = {}
    """Tool to the artifact with the JSON report of its audit of dependencies: a zip with one file."""
    security_audit: SecurityAudit | None = None


class AcceptedVulnerability(Section):
    """`[PRODUCT.source.dependencies.accepted.ID]`: somebody answers for a known vulnerability until a day."""

    owner: str = Field(min_length=1)
    until: date
    why: str = Field(min_length=1)


class Dependencies(Section):
    """`[PRODUCT.source.dependencies]`: what is shipped of others, and where its vulnerabilities are known."""

    python: list[str] = []
    """Lock files (requirements with `==`) that together hold every Python package of the images."""
    node: list[str] = []
    """Folders with a `package-lock.json`."""
    recipes: list[str] = []
    """The images' Dockerfiles, which may install nothing past the lock files."""
    advisories: Url = "https://api.osv.dev"
    """A service with OSV's API."""
    npm_service: Url | None = None
    """Where npm asks for advisories; None: where it gets its packages."""
    accepted: dict[str, AcceptedVulnerability] = {}
    """Id (GHSA, CVE, PYSEC) of a vulnerability to who answers for it."""


class Source(Section):
    """`[PRODUCT.source]`: a checkout of the deployed commit."""

    path: LocalPath
    """Folder, relative to the target file."""
    migrations: str | None = None
    settings_model: str | None = Field(default=None, pattern=r"^[^:]+\.py:\w+$")
    """The class of the API's settings, `FILE:CLASS` in the checkout; its fields without a default must be set."""
    published: dict[str, str] = {}
    """Address under which a file of the checkout is published to the file; alarms name such addresses."""
    python: list[str] = Field(default=["."], min_length=1)
    """Folders (or files) of the checkout with the Python code that is shipped."""
    dependencies: Dependencies | None = None
    reviewed_secrets: dict[str, str] = {}
    """Digest of a text that scanners take for a credential (as they print it) to why it is none, with a date."""
    documents: dict[str, str] = {}
    """Our word for a document (`cache_keys`, `recovery_postgres`) to its place in the checkout: `FILE`, or
    `FILE#HEADING` for one section of a Markdown file."""


class Staging(Section):
    """`[PRODUCT.terraform.staging]`: the pipeline that applies the modules in staging."""

    workflow: str
    """Path of the workflow's file in the repository."""
    job: str
    """Name of the job that applies; `{module}` stands for the module's name where each has a job."""
    plan_artifact: str
    """Artifact of the same run: `terraform plan -detailed-exitcode -json` after the apply, one file."""


class Terraform(Section):
    """`[PRODUCT.terraform]`: the infrastructure's code and what was planned and applied of it."""

    plan: LocalPath | None = None
    """`terraform show -json` of the plan, a file relative to the target file."""
    plan_file: LocalPath | None = None
    """The saved plan itself (`terraform plan -out`), as it was reviewed."""
    state: LocalPath | None = None
    """`terraform show -json` after the apply."""
    apply_log: LocalPath | None = None
    """Output of `terraform apply -json PLAN`."""
    plan_after: LocalPath | None = None
    """Output of `terraform plan -detailed-exitcode -json` after the apply."""
    estimate: LocalPath | None = None
    """`infracost breakdown --format json` of the plan."""
    folder: str | None = None
    """The root module in `[PRODUCT.source]`."""
    binary: str | None = None
    """The terraform to run in a copy of `folder`; None: `plan_after` is read instead."""
    apply_artifact: str | None = None
    """Artifact of the run that applied: a JSON file with `plan_sha256`, taken before applying."""
    staging: Staging | None = None
    not_compared: dict[str, str] = {}
    """Resource address or type (patterns) to the reason why drift is not looked for at it."""
    made_by_hand: dict[str, str] = {}
    """Id of a thing that Terraform does not have (patterns) to the reason why it may be there."""
    ignored_changes: dict[str, str] = {}
    """Attribute that modules may ignore changes of to the reason."""


class LoadProfile(Section):
    """How large load runs are, as shares of what the checklist asks for."""

    rate: float = Field(default=1, gt=0, le=1)
    """Of the requests a second."""
    users: float = Field(default=1, gt=0, le=1)
    duration: float = Field(default=1, gt=0, le=1)
    """Of ramps and of steady load."""
    tenants: float = Field(default=1, gt=0, le=1)
    """Of the tenants that act at once."""
    think: float = Field(default=1, ge=0)
    """Seconds that a user pauses between two calls, half as much to half as much again."""
    samples: int = Field(default=1000, gt=0)
    """The fewest requests that a percentile is taken of."""
    full_size: bool = False
    """Take this for the whole size: the deployment is itself so much smaller than production."""


class K6(Section):
    """`[PRODUCT.k6]`: load runs."""

    results: LocalPath | None = None
    """Folder of runs, each a folder with `run.json` and its results (docs/load.md)."""
    profile: str = "short"
    """The profile of runs that a check makes because there is none yet."""
    profiles: dict[str, LoadProfile] = {}
    """`full` is the checklist's size and `short` a tenth of it, unless they are here."""
    binary: str | None = None
    """The k6 program; otherwise `k6` on PATH, else the one that is installed with Golive."""
    identities: list[str] = []
    """Whom the load acts as; all by default, but the one that uses up its quota."""
    scripts: list[str] = []
    """The product's own load tests: patterns of k6 scripts in `[PRODUCT.source]`."""
    script_variables: dict[str, str] = {}
    """What the scripts read from their environment. `{base_url}`, `{identity.email}` and `{identity.password}` are
    filled."""
    clips: LocalPath | None = None
    """Folder of recordings to speak, `NAME.wav`, each beside `NAME.txt` with what is said in it."""

    def sized(self, name: str) -> LoadProfile:
        """The profile of this name. Raises KeyError naming those that are known."""
        known = {"full": LoadProfile(), "short": LoadProfile(rate=0.1, users=0.1, duration=0.1), **self.profiles}
        if name not in known:
            raise KeyError(f"no load profile {name!r}; known are {', '.join(known)}")
        return known[name]


class Billing(Section):
    """`[PRODUCT.billing]`."""

    url: Url
    token: Secret


class Helpdesk(Section):
    """`[PRODUCT.helpdesk]`."""

    kind: Literal["zendesk"] = "zendesk"
    url: Url
    token: Secret
    """An OAuth token that may read."""
    canary: int | None = None
    """The number of a ticket that is always there: it proves that tickets are seen at all."""
    critical_tags: list[str] = ["outage", "data-loss", "security"]
    press_tags: list[str] = ["press"]
    """Tags of questions by the press, and of public criticism."""
    feedback_tag: str = "feedback"
    """The tag of what customers think of the product."""
    legal_tags: list[str] = ["privacy", "legal"]
    alarming: list[str] = ["other company's data", "another company's data", "data of another", "data breach"]
    """What a customer says whose ticket is critical, whatever its priority."""


class ContactForm(Section):
    """`[PRODUCT.pages.contact]`: the form by which users write to support."""

    url: Url
    """Where it sends what was written."""
    body: dict[str, Any] = Field(min_length=1)
    """What it sends; `{subject}`, `{text}` and `{address}` are filled in it."""
    encoding: Literal["json", "form"] = "json"
    address: str
    """The sender: an address of yours, since support may answer."""
    status: int = 201
    """What it answers when it took it."""
    context: list[str] = []
    """What the ticket must say besides, such as the name of the synthetic tenant that the body has."""


class Pages(Section):
    """`[PRODUCT.pages]`: published pages."""

    urls: dict[str, Url] = {}
    """Our word for a page (`privacy`, `terms`, `faq`, `guide`, `help`, `price_list`) to its address."""
    ca_file: LocalPath | None = None
    """Certificates to trust instead of the system's."""
    search: Url | None = None
    """Address of the help centre's search, `{query}` in it."""
    articles: str = "/articles/"
    """A part of the address of each of the help centre's articles."""
    searches: dict[str, str] = {}
    """What somebody types into the search to the title of the article that must come first."""
    contact: ContactForm | None = None
    topics: list[str] = []
    """What the guide has a section on; our default is in the check."""


class RecoveredInstance(Section):
    """`[PRODUCT.drills.recovered]`: an instance of the API on recovered stores, beside production."""

    start: list[str] = Field(min_length=1)
    """Program and arguments that start one and write its address as the last line; `{name}` is what to call it.
    The stores are in the environment: RECOVERED_DATABASE_HOST, RECOVERED_DATABASE_PORT, RECOVERED_REDIS_URL, and
    RECOVERED_BUCKET_WORD for each bucket (WORD as in `aws.buckets`)."""
    stop: list[str] = Field(min_length=1)
    """Program and arguments that end it; they may be run when there is none."""
    seconds: int = Field(default=600, gt=0)
    """What each of the two may take."""
    host: str = "127.0.0.1"
    """The address of the machine of the run at which the instance reaches the recovered Redis."""
    operations: list[str] = Field(min_length=1)
    """Reading operations that are asked of it; one of them at least has the field `marker_text`."""
    file_operation: str | None = None
    """An operation that works only with a file of the user's own that is there, whatever else it does."""
    file_value: str = "url"
    """The placeholder of the operation that becomes the file's key."""
    dependencies: list[str] = ["postgres", "redis", "s3"]
    """Words of `api.dependencies` that the instance must report as well."""


class Versions(Section):
    """`[PRODUCT.drills.versions]`: task definitions (`FAMILY:REVISION` or ARN) that a drill deploys and takes back."""

    service: str = "api"
    """Our word for the service (`aws.ecs.services`)."""
    other: str
    """A good one besides that which runs, as a rule the release before."""
    unfit: dict[str, str] = {}
    """Builds that are made to fail, by what is wrong with them: one never becomes ready, one is ready and fails the
    product's calls. Both say another version than the release does."""
    operation: str = "version"
    """The operation that is asked meanwhile; its field `version` tells who answered."""
    changing: list[str] = []
    """Tables whose rows the product itself rewrites all the time: what a rollback keeps is not seen there."""
    seconds: int = Field(default=1800, gt=0)
    """What one deployment may take."""


class Drills(Section):
    """`[PRODUCT.drills]`: the records of what disruptive checks found out, for runs that may not disrupt."""

    folder: LocalPath
    """Each allowed drill writes a JSON file here; the newest is read where drills are not allowed."""
    isolate: list[str] = []
    """Program and arguments that cut one API instance from its database (a fault injection, a rule of a firewall);
    `{instance}` is its id. Exit code 0: it is cut off."""
    join: list[str] = []
    """Program and arguments that undo `isolate`."""
    scaled_services: list[str] = []
    """Words of `[PRODUCT.aws.ecs] services` that a drill scales out as far as they go; empty: all that scale."""
    scaled_to: int | None = Field(default=None, ge=3)
    """To how many tasks, where a deployment has not the room for its whole fleet: for the drill the most that scaling
    may ask for is lowered to it. By default, to the most that is registered."""
    call_seconds: float = Field(default=60, gt=0)
    """How long the calls (open streams) are that a drill holds while tasks come and go."""
    recovered: RecoveredInstance | None = None
    versions: Versions | None = None


class Attestations(Section):
    """`[PRODUCT.attestations]`: signed records, see golive/attestation.py."""

    folder: LocalPath
    """Records with their signatures, `allowed_signers`, `roles.toml`."""
    controls: LocalPath | None = None
    """The matrix of controls (SOC 2), a TOML file."""
    reports: LocalPath | None = None
    """Folder of the reports that signers have read: `results.json` of runs over the release, as any `*.json`."""
    briefed: list[str] = ["Executive Sponsor", "CTO", "CEO"]
    """Roles that must be told how a release stands before it goes live."""
    rosters: dict[str, LocalPath] = {}
    """Our word for a team (`sales`) to a file with the address of each of its people, one a line, as the directory
    exports it."""
    demo_identity: str | None = None
    """The identity of `[PRODUCT.api]` that sellers show the product with."""


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
