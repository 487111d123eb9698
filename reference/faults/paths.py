"""Ways through the network that there should not be, and one that is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, SESSIONS, OUTSIDE = "SEI-2.1.1.1.3", "AURA-8.1.2.4", "127.0.0.2"


@fault(
    name="sei-paths-web-to-database",
    breaks="the web tier reaches the databases' server directly",
    fails=[LINE, SESSIONS],
    message={
        LINE: r"forbidden paths blocked is .*web to database is open",
        SESSIONS: r"other sources is 1.*web to database is open",
    },
    touches=["gateway:rules:web-database"],
)
def web_to_database(deployment: Deployment) -> Iterator[None]:
    with deployment.gateway.admitting("web", deployment.settings.postgres.port):
        yield


@fault(
    name="sei-paths-web-to-cache",
    breaks="from outside all is shut, from inside the web tier reaches Redis",
    fails=[LINE],
    message=r"forbidden paths blocked is .*web to cache is open",
    touches=["gateway:rules:web-cache"],
    hard=True,
)
def web_to_cache(deployment: Deployment) -> Iterator[None]:
    with deployment.gateway.admitting("web", deployment.settings.redis.port):
        yield


@fault(
    name="sei-paths-worker-to-metadata",
    breaks="the workers reach the metadata service of their host, which gives out its credentials",
    fails=[LINE],
    message=r"forbidden paths blocked is .*worker to metadata is open",
    touches=["gateway:rules:worker-metadata"],
    hard=True,
)
def worker_to_metadata(deployment: Deployment) -> Iterator[None]:
    with deployment.gateway.admitting("worker", deployment.settings.metadata_port):
        yield


@fault(
    name="sei-paths-cache-published",
    breaks="Redis can be had from outside",
    fails=[LINE],
    message=r"forbidden paths blocked is .*outside to cache is open",
    touches=["nginx:published"],
    hard=True,
)
def cache_published(deployment: Deployment) -> Iterator[None]:
    former = deployment.edge.reconfigure(published=[(OUTSIDE, deployment.settings.redis.port)])
    try:
        yield
    finally:
        deployment.edge.reconfigure(**former)


@fault(
    name="aura-sessions-replica-public",
    breaks="the database is closed, its replica has a public address",
    fails=[SESSIONS],
    message=r"other sources is 1.*database instance aurastudio-replica is publicly accessible",
    touches=["aws:aurastudio:rds:replica:public"],
    hard=True,
)
def replica_public(deployment: Deployment) -> Iterator[None]:
    rds = deployment.aws("aurastudio", "rds")
    rds.modify_db_instance(DBInstanceIdentifier="aurastudio-replica", PubliclyAccessible=True)
    try:
        yield
    finally:
        rds.modify_db_instance(DBInstanceIdentifier="aurastudio-replica", PubliclyAccessible=False)


@fault(
    name="aura-sessions-second-login",
    breaks="a role of former days may still log in with its old password",
    fails=[SESSIONS],
    message=r"other sources is 1.*role former_administrator may log in",
    touches=["postgres:roles:former"],
    hard=True,
)
def second_login(deployment: Deployment) -> Iterator[None]:
    with deployment.sql("aurastudio") as connection:
        connection.execute("create role former_administrator login password 'changeme'")
        connection.execute("grant connect on database aurastudio to former_administrator")
    try:
        yield
    finally:
        with deployment.sql("aurastudio") as connection:
            connection.execute("revoke connect on database aurastudio from former_administrator")
            connection.execute("drop role former_administrator")
