"""JavaScript is linted with rules that know what is dangerous, everywhere, and nothing of it is found."""

from __future__ import annotations

import pytest

from fixtures.ci.checkout import Checkout
from fixtures.source.eslint import excused, lint
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target.product import configured
from tests.judges.linting import open_findings, security_rules, unreported


@verifies("AURA-8.1.1.2")
@pytest.mark.timeout(600)  # installs ESLint when it is first asked for
def test_javascript_is_linted_with_security_rules(line: Line, checkout: Checkout) -> None:
    settings = configured(checkout.settings.javascript, f"{line.product}.source.javascript")
    problems: list[str | None] = []
    for folder in settings.folders:
        linted = lint(checkout, folder)
        if not linted.configured:
            problems.append(f"{folder} has no configuration of ESLint. Add eslint.config.mjs with security rules")
            continue
        rules = security_rules(linted.rules)
        observed(checkout, f"rules that report samples in {folder}", sorted(rules), source="ESLint")
        silent = unreported(linted.rules)
        hint = f"no error for {'; '.join(silent[:4])}. Turn the rules for it to error, for every kind of file"
        problems.append(line.limit("unreported_samples").problem(len(silent), of=folder, hint=hint))
        found = open_findings(linted.found, rules)
        hint = f"{'; '.join(map(str, found[:5]))}. Mend the code; a comment counts only with a reason and a date"
        problems.append(line.limit("errors").problem(len(found), of=folder, hint=hint))
        problems += [
            f"{path} is left out by the configuration. Lint it, or say why not in source.javascript.not_linted"
            for path in linted.left_out
            if not excused(path, settings.not_linted)
        ]
    conclude(problems)
