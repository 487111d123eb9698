"""Tenants that see one another."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "seiketsu"
LINES = ["SEI-3.1.2.1.3"]


def forget_reports(deployment: Deployment) -> None:
    """Empty the cache of analytics: what was put there under a fault would outlive it."""
    cache = deployment.redis(deployment.settings.products[PRODUCT].cache_database)
    for key in list(cache.scan_iter("analytics:*", count=1000)):
        cache.delete(key)


@fault(
    name="sei-canary-leads-unprotected",
    breaks="row security of leads is off, and handlers do not filter by tenant",
    fails=LINES,
    message=r"CANARY-\w+ sees CANARY-\w+(, CANARY-\w+)* by list_leads",
    touches=["postgres:seiketsu:table:leads:row-security", "app:seiketsu:behaviour:tenant-filter"],
)
def leads_unprotected(deployment: Deployment) -> Iterator[None]:
    with deployment.sql(PRODUCT) as connection:
        connection.execute("ALTER TABLE leads DISABLE ROW LEVEL SECURITY")
    deployment.behave(PRODUCT, {"tenant_filter_off": True})
    try:
        yield
    finally:
        deployment.behave(PRODUCT, {"tenant_filter_off": False})
        forget_reports(deployment)
        with deployment.sql(PRODUCT) as connection:
            connection.execute("ALTER TABLE leads ENABLE ROW LEVEL SECURITY")


@fault(
    name="sei-canary-row-security-off-behind-the-filter",
    breaks="row security of leads is off, and the handlers' own filter still hides it",
    fails=LINES,
    message=r"in the context of CANARY-\w+, table leads shows \d+ rows of others",
    touches="postgres:seiketsu:table:leads:row-security",
    hard=True,
)
def row_security_off_behind_the_filter(deployment: Deployment) -> Iterator[None]:
    with deployment.sql(PRODUCT) as connection:
        connection.execute("ALTER TABLE leads DISABLE ROW LEVEL SECURITY")
    try:
        yield
    finally:
        with deployment.sql(PRODUCT) as connection:
            connection.execute("ALTER TABLE leads ENABLE ROW LEVEL SECURITY")


@fault(
    name="sei-canary-table-without-force",
    breaks="a new table has row security and a policy, and does not force them on its owner",
    fails=LINES,
    message=r"table lead_archive has no force",
    touches="postgres:seiketsu:table:lead_archive",
    hard=True,
)
def table_without_force(deployment: Deployment) -> Iterator[None]:
    with deployment.sql(PRODUCT) as connection:
        connection.execute("CREATE TABLE lead_archive (id uuid PRIMARY KEY, organization_id uuid NOT NULL)")
        connection.execute(
            f"ALTER TABLE lead_archive OWNER TO {deployment.settings.products[PRODUCT].database.owner_role}"
        )
        connection.execute("ALTER TABLE lead_archive ENABLE ROW LEVEL SECURITY")
        connection.execute(
            "CREATE POLICY tenant_isolation ON lead_archive"
            " USING (organization_id = nullif(current_setting('app.organization_id', true), '')::uuid)"
        )
        role = deployment.settings.products[PRODUCT].database.app_role
        connection.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON lead_archive TO {role}")
    try:
        yield
    finally:
        with deployment.sql(PRODUCT) as connection:
            connection.execute("DROP TABLE lead_archive")


@fault(
    name="sei-canary-cache-shared-by-tenants",
    breaks="cached reports are kept under a key without the tenant, so that the first reader's is given to all",
    fails=LINES,
    message=r"CANARY-\w+ sees CANARY-\w+ by analytics_dashboard",
    touches="app:seiketsu:behaviour:cache-key",
    hard=True,
)
def cache_shared_by_tenants(deployment: Deployment) -> Iterator[None]:
    forget_reports(deployment)
    deployment.behave(PRODUCT, {"cache_key_without_tenant": True})
    try:
        yield
    finally:
        deployment.behave(PRODUCT, {"cache_key_without_tenant": False})
        forget_reports(deployment)
