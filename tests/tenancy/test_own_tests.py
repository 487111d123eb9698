"""The product tests by itself that tenants are kept apart, and its tests notice when they are not."""

from __future__ import annotations

import pytest

from fixtures.ci.checkout import Checkout
from fixtures.parallel import each
from fixtures.postgres import Database
from fixtures.source import Migrations
from fixtures.tenancy.own_tests import OPENED, own_tests, said
from fixtures.tenancy.tables import tenant_tables
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured
from tests.judges.own_tests import clean_problems, counts, unnamed_paths, unnamed_tables, unnoticed

WORDS = ("tenant_of_header", "cache_key_without_tenant", "row_by_id_alone")


@verifies("SEI-1.3.1.2.1")
@pytest.mark.timeout(600)
def test_own_isolation_tests_notice_leaks(
    line: Line, target: ProductTarget, checkout: Checkout, database: Database, migrations: Migrations
) -> None:
    settings = configured(checkout.settings.isolation, f"{line.product}.source.isolation")
    postgres = configured(target.postgres, f"{line.product}.postgres")
    api = configured(target.api, f"{line.product}.api")
    if missing := [word for word in WORDS if word not in settings.leaks]:
        raise NotConfigured(
            f"the target does not say how to seed {', '.join(missing)}",
            f"Add them to {line.product}.source.isolation.leaks",
        )
    tables = [t.name for t in tenant_tables(database, postgres) if t.name not in settings.untested]
    operations = [(word, o.method, o.path) for word, o in api.operations.items()
                  if o.owner == "tenant" and word not in settings.untested]  # fmt: skip
    with own_tests(checkout, settings, postgres, database, migrations) as tests:
        assert tests.files, f"there are no isolation tests in {', '.join(settings.tests)}. Write them"
        leaks = [*OPENED, *WORDS]
        clean, *leaked = each(tests.run, ["", *leaks], workers=2)
        observed(tests, "tests", counts(clean), source="JUnit")
        for leak, ran in zip(leaks, leaked, strict=True):
            observed(tests, f"tests with {leak}", counts(ran), source="JUnit")
        assert any(case.outcome == "passed" for case in clean), f"no isolation test passes ({counts(clean)}). Run them"
        texts = {
            str(file): checkout.text(str(file.relative_to(checkout.folder)))
            for file in tests.files
            if file.suffix == ".py"
        }
    words = said(clean, texts)
    unnamed = [*unnamed_tables(tables, words), *unnamed_paths(operations, words)]
    many = len(tables) + len(operations)
    named = round(100 * (many - len(unnamed)) / many, 2)
    bad, slipped = clean_problems(clean), unnoticed(clean, dict(zip(leaks, leaked, strict=True)))
    conclude(
        [
            line.limit("tables_and_endpoints_tested").problem(
                named, of=tests, hint=f"none that passed names {', '.join(unnamed[:6])}. Test them, or say why not"
            ),
            line.limit("failures_when_clean").problem(len(bad), of=tests, hint=f"{'; '.join(bad[:4])}. Mend them"),
            line.limit("seeded_leaks").problem(len(leaks), of=tests),
            line.limit("undetected_leaks").problem(
                len(slipped),
                of=tests,
                hint=f"with {', '.join(slipped)} none failed. Do they run as the application's role, with two tenants?",
            ),
        ]
    )
