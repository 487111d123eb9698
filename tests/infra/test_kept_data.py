"""What was stored at launch is still stored, and the stores agree with each other."""

from __future__ import annotations

from fixtures.launch import Stored
from fixtures.postgres.database import Database
from fixtures.postgres.vitals import Vitals
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured
from tests.judges.kept_data import kept_problems


@verifies("AURA-13.2.5")
def test_nothing_stored_was_lost_or_altered_since_launch(
    line: Line, target: ProductTarget, stored: Stored, database: Database
) -> None:
    rules = configured(target.launch, f"{line.product}.launch").trail
    if not rules:
        raise NotConfigured(f"the target has no {line.product}.launch.trail", "Say what the audit trail tells of")
    marked = {**stored.rows(), **stored.objects(), **stored.vectors()}
    corrupt = Vitals(database).checksum_failures
    strays = [
        *stored.without_vector(),
        *stored.without_file(),
        *(stray for rule in rules for stray in stored.against_trail(rule)),
        *(f"{pages} pages of database {name} were found corrupt" for name, pages in corrupt.items()),
    ]
    conclude(kept_problems(line, stored, marked, strays))
