"""Drills: what is started, stopped and switched for them."""

from __future__ import annotations

from pydantic import Field

from golive.target.base import LocalPath, Section


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
    revisions: list[str] = []
    """Revisions of the schema that `other` works with, as `postgres.version_table` names them."""
    sums: list[str] = []
    """`TABLE.COLUMN` of amounts that are booked, such as invoices: for each tenant they add up to the same after a
    rollback."""
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
