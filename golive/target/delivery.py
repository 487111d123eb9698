"""How a product is built and delivered: source, CI, issues, staging, Terraform."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import Field

from golive.target.base import LocalPath, Secret, Section, Url


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
    benchmark_artifact: str | None = None
    """The artifact of a commit's run with what pytest-benchmark measured: a zip with one JSON file."""


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


class Javascript(Section):
    """`[PRODUCT.source.javascript]`: code for browsers and Node, with the configuration that ESLint finds for it."""

    folders: list[str] = Field(min_length=1)
    """Each with everything that one run of ESLint looks at."""
    not_linted: dict[str, str] = {}
    """Files that the configuration may leave out (patterns, from the checkout's root), each with why."""


class SeededLeak(Section):
    """`[PRODUCT.source.isolation.leaks.WORD]`: a change of a file of the code by which tenants see each other."""

    file: str
    """In the checkout."""
    find: str = Field(min_length=1)
    """Stands in it exactly once."""
    replace: str


class IsolationTests(Section):
    """`[PRODUCT.source.isolation]`: the product's own tests of the isolation of tenants, and how they are run here.

    They run in a copy of the checkout against scratch databases (see `postgres.scratch_dsn`), never the deployment's.
    """

    tests: list[str] = Field(min_length=1)
    """Folders or files of the checkout with them."""
    folder: str = "."
    """Where the command is run, in the checkout."""
    command: list[str] = Field(min_length=1)
    """What runs them; `{python}` is the suite's interpreter, `{junit}` the file for their results (JUnit's XML)."""
    variables: dict[str, str] = {}
    """Its environment: `{dsn}` is the database as the application's role, `{owner_dsn}` as who may do everything.
    As addresses: `{url}` and `{owner_url}`."""
    leaks: dict[Literal["tenant_of_header", "cache_key_without_tenant", "row_by_id_alone"], SeededLeak] = {}
    """Changes of the code; what opens the database is known without. Each must make a test fail."""
    untested: dict[str, str] = {}
    """Tables and operations that need no test, each with why."""
    seconds: float = Field(default=120, gt=0)
    """How long one run may take."""


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
    javascript: Javascript | None = None
    isolation: IsolationTests | None = None
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
