"""What is shipped of others has no serious vulnerability that is known."""

from __future__ import annotations

from datetime import UTC, datetime

from fixtures.ci.checkout import Checkout
from fixtures.source.audits import Audit
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import Target
from golive.verdict import NotConfigured
from tests.judges.dependencies import installed_past_locks, open_ones


@verifies("AURA-2.1.2.5")
def test_no_shipped_dependency_is_known_to_be_vulnerable(line: Line, checkout: Checkout, whole_target: Target) -> None:
    settings = checkout.settings.dependencies
    if settings is None or not settings.python or not settings.node:
        raise NotConfigured(
            f"the target has no {line.product}.source.dependencies with python and node", "Name the lock files"
        )
    audit = Audit(checkout, settings, whole_target.timeouts)
    found = [v for lock in settings.python for v in audit.python(lock)]
    found += [v for folder in settings.node for v in audit.node(folder)]
    observed(checkout, "known vulnerabilities", [str(v) for v in found], source="pip-audit, npm audit")
    open_now = open_ones(found, settings.accepted, datetime.now(UTC).date())
    hint = (
        f"{'; '.join(map(str, open_now[:6]))}. Update it, or accept it in source.dependencies with owner and last day"
    )
    past = {recipe: names for recipe in settings.recipes if (names := installed_past_locks(checkout.text(recipe)))}
    conclude(
        [
            line.limit("high_or_critical").problem(len(open_now), of=checkout, hint=hint),
            *(
                f"{recipe} installs {', '.join(names)} past the lock files, where no audit looks. Pin it in one"
                for recipe, names in past.items()
            ),
        ]
    )
