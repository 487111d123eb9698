"""Data stores: PostgreSQL, Redis, and the queue on it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from golive.target.base import LocalPath, Secret, Section


class VectorColumn(Section):
    """A pgvector column that the product searches."""

    table: str
    column: str
    dimensions: int = Field(gt=0)
    operator_class: str = "vector_cosine_ops"


class Statement(Section):
    """A statement of the product whose plan is looked at (EXPLAIN, never ANALYZE)."""

    sql: str
    index: str | None = None
    """The index that it should use."""


class SeedRows(Section):
    """Rows that every deployment must hold: which, and their exact values."""

    table: str
    where: str
    """SQL condition that selects them."""
    name: str
    """The column that names a row."""
    not_empty: list[str] = []
    """Columns that must hold something."""
    rows: dict[str, dict[str, float | str | bool]] = {}
    """Name to the exact values of columns; `{}` where only the name counts."""
    media: str | None = None
    """A column with a URL or path that must be fetchable."""
    operation: str | None = None
    """The API operation that lists the same rows; its field `names` holds the names."""


class Marker(Section):
    """`[PRODUCT.postgres.marker]`: where the application's role may write a row that is taken away at once."""

    table: str
    """Without row security, so that every role sees the row."""
    column: str
    """A text column, which holds the marker."""
    values: dict[str, str] = {}
    """SQL expressions for the other columns that must have a value: `{expires_at = "now()"}`."""


class Ledger(Section):
    """`[PRODUCT.postgres.ledger]`: more of the table of applied migrations, which `version_table` names."""

    versions: dict[str, str]
    """Version, as the table holds it, to its file: `{"001" = "database/001_schema.sql"}`."""
    initial: str
    """The version that makes the schema."""
    seed: str
    """The version that brings the rows that every deployment holds."""
    checksum: str
    """The column with the file's digest, in hexadecimal."""
    algorithm: str = "sha256"
    """Of the digest, by Python's name for it."""
    success: str | None = None
    """A boolean column that says whether it was applied to its end."""


class Volume(Section):
    """`[PRODUCT.postgres.volume]`: how the main statements are timed at volume, on copies of tables that are filled."""

    tables: dict[str, dict[str, str]] = Field(min_length=1)
    """Table to column to an SQL expression of row `n`, for what a row must have; whose a row is, is filled in. Half of
    the rows are those of one synthetic user, whose id `{id}` stands for."""
    statements: dict[str, str] = Field(min_length=1)
    """The product's main reading statements by our word, word for word as the product makes them, but for values."""
    operations: list[str] = Field(min_length=1)
    """Calls that make the product run its statements: words that need nothing but who acts."""


class Postgres(Section):
    """`[PRODUCT.postgres]`."""

    dsn: Secret
    """A libpq connection string of a role that can read the catalogue and statistics (pg_monitor) and nothing more."""
    app_dsn: Secret | None = None
    """The application's own role, for what only it shows."""
    all_rows_dsn: Secret | None = None
    """A role that sees every row (BYPASSRLS where there is row security) and changes none."""
    replicas: list[Secret] = []
    database_schema: str = "public"
    app_role: str
    owner_role: str
    tenant_column: str | None = None
    """The column that says whose a row is, where the product has tenants."""
    tenant_columns: dict[str, str] = {}
    """Tables in which it is another column (`{clients = "id"}`), or the column of a parent's row
    (`{messages = "conversation_id -> conversations"}`: whose the conversation is, the message is)."""
    tenant_setting: str | None = None
    """The run-time setting that row security reads, such as `app.organization_id`."""
    vectors: list[VectorColumn] = []
    statements: dict[str, Statement] = {}
    seeds: dict[str, SeedRows] = {}
    migrations: list[str] = []
    """The SQL files of the released schema, in order (in the source checkout)."""
    version_table: str | None = None
    version_column: str = "version_num"
    applied: str | None = None
    """`TABLE.COLUMN` with the time at which each migration was run, where the product keeps it."""
    head: str | None = None
    """The migration that the release ends with."""
    shared_tables: list[str] = []
    """Tables without an owner on purpose."""
    common_rows: list[str] = []
    """Tables of owners in which a row without one (its column is NULL) is for everybody to read, such as presets."""
    extensions: dict[str, str] = {}
    """Extension to the least version."""
    roles: dict[str, dict[str, bool]] = {}
    """Role to its declared attributes, such as `{login = true, bypassrls = false}`."""
    settings: dict[str, str] = {}
    """Declared settings, such as `{TimeZone = "UTC"}`."""
    demo_logins: list[str] = []
    """E-mail addresses of demo users that must not be able to sign in."""
    unlinked_tables: list[str] = []
    """Tables whose tenant column refers to no tenant on purpose, such as an audit trail that outlives its tenant."""
    unique_everywhere: dict[str, str] = {}
    """Business keys that are unique over all tenants on purpose, `TABLE.COLUMN` to the reason; reviewed."""
    reviewed_functions: list[str] = []
    """SECURITY DEFINER functions that the application may call, as `name(argument types)`; reviewed."""
    references: dict[str, str] = {}
    """`TABLE.COLUMN` to the `TABLE.COLUMN` that it refers to, foreign key or not."""
    json_shapes: dict[str, Literal["object", "array"]] = {}
    """`TABLE.COLUMN` to what its JSON must be."""
    file_columns: dict[str, str] = {}
    """`TABLE.COLUMN` with keys or URLs of files to our word for their bucket, a key of `aws.buckets`."""
    samples: dict[str, dict[str, str]] = {}
    """Table to column to an SQL expression, where a synthetic row needs a value that can't be made up."""
    memory_gib: float | None = Field(default=None, gt=0)
    """The server's memory."""
    pool_size: int | None = None
    pool_overflow: int = 0
    pool_names: str = "*"
    """The `application_name` of the API's own connections, `*` for any part of it; else all of the role are counted."""
    marker: Marker | None = None
    ledger: Ledger | None = None
    volume: Volume | None = None
    scratch_dsn: Secret | None = None
    """A server, never the deployment's, where Golive may create databases and roles, to apply the migrations to.
    None: a local PostgreSQL of the same major version is started for it."""
    scratch_binaries: str | None = None
    """The folder of that local PostgreSQL's `initdb` and `postgres`; None: where it is usually installed."""
    login_column: str | None = None
    """`TABLE.COLUMN` of the addresses that people sign in with, to find demo and test users."""


class Redis(Section):
    """`[PRODUCT.redis]`."""

    url: Secret
    """`rediss://...` of the primary endpoint, with the password."""
    app_url: Secret | None = None
    """The same with the product's own login, which may write: for what only the product's clients see."""
    operator_url: Secret | None = None
    """The same with a login that may also end and pause clients (CLIENT KILL, CLIENT PAUSE). For staging only."""
    ca_file: LocalPath | None = None
    pool_size: int | None = Field(default=None, gt=0)
    """The most connections that one instance of the API opens to Redis."""
    pool_users: list[str] = []
    """The Redis users or client names of the API's connections; empty: the user of `app_url`."""
    marker: str | None = None
    """A key that always stands in this database with the same value: a restored backup is known by it."""
    sentinels: list[str] = []
    """`host:port` of each Sentinel."""
    sentinel_name: str = "mymaster"
    sentinel_password: Secret | None = None
    nodes: list[Secret] = []
    """One URL a node, past the primary endpoint."""
    cluster: bool = False
    """Whether keys lie on several primaries (Redis Cluster, ElastiCache with cluster mode); `url` is any of them, or
    the configuration endpoint."""
    plain_ports: list[str] = []
    """`host:port` where Redis must not listen without TLS."""


class Celery(Section):
    """`[PRODUCT.celery]`."""

    broker: Secret
    ca_file: LocalPath | None = None
    queues: list[str] = ["celery"]
    heartbeat_key: str | None = None
    """A Redis key of the broker's database in which the newest beat leaves its Unix time, alone or in a JSON object."""
    heartbeat_field: str | None = None
    """The time's key in that object."""
