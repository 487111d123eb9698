"""The code as it was committed: no weak construction, no environment file with values, no credential ever."""

from __future__ import annotations

from fixtures.ci.checkout import Checkout
from fixtures.source import History
from fixtures.source.bandit import scan
from fixtures.source.env_files import assignments, is_env_file, is_template
from fixtures.source.leaks import leaks_in
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.verdict import Unobservable
from tests.judges.env_files import values_in
from tests.judges.secrets import exemption_problem


@verifies("AURA-2.1.2.2")
def test_python_code_has_no_known_weakness(line: Line, checkout: Checkout) -> None:
    found = scan(checkout, checkout.settings.python)
    serious = [w for w in found if {w.severity, w.confidence} <= {"MEDIUM", "HIGH"}]
    observed(checkout, "weaknesses", [str(w) for w in serious], source="bandit")
    hint = f"{'; '.join(map(str, serious[:5]))}. Mend the code; a comment that silences the scanner does not count"
    line.limit("medium_or_high").require(len(serious), of=checkout, hint=hint)


@verifies("AURA-2.2.2.4")
def test_no_environment_file_with_values_is_tracked(line: Line, checkout: Checkout, history: History) -> None:
    kept = [v for v in history.versions if is_env_file(v.path)]
    texts = {
        blob: content.decode(errors="replace") for blob, content in history.contents(sorted({v.blob for v in kept}))
    }
    bad: dict[str, str] = {}
    for version in kept:
        names = values_in(assignments(texts[version.blob]), template=is_template(version.path))
        if names:
            now = "" if version.path in history.tracked else ", deleted since and still in the history"
            bad.setdefault(version.path, f"{version} holds {', '.join(names[:5])}{now}")
    for path in (p for p in history.tracked if is_env_file(p) and p not in {v.path for v in kept}):
        if values_in(assignments(checkout.text(path)), template=is_template(path)):
            bad[path] = f"{path} is about to be committed"
    observed(history, "environment files", sorted({v.path for v in kept}), source="git log --all")
    if not history.tracked:
        raise Unobservable(f"{history}: nothing is tracked", "Name a checkout of the repository in source.path")
    hint = f"{'; '.join(bad.values())}. Take it out of the history, replace what it gave away"
    conclude(
        [
            line.limit("tracked_env_files").problem(len(bad), of=history, hint=hint),
            None
            if history.ignores(".env")
            else f"{checkout}: .gitignore does not leave .env out, the next `git add .` tracks it",
        ]
    )


@verifies("AURA-2.2.2.3")
def test_repository_and_its_history_hold_no_credential(line: Line, checkout: Checkout, history: History) -> None:
    reviewed = checkout.settings.reviewed_secrets
    found = leaks_in(history)
    open_ones = [leak for leak in found if leak.digest not in reviewed]
    observed(history, "credentials", sorted({str(leak) for leak in open_ones}), source="detect-secrets")
    hint = (
        f"{'; '.join(map(str, open_ones[:6]))}. Replace the credential first, then take it out of the history; "
        "what is none goes by its whole digest into source.reviewed_secrets"
    )
    dated = [f"{digest[:12]}: {p}" for digest, why in reviewed.items() if (p := exemption_problem(why))]
    many = len({leak.digest for leak in open_ones})
    conclude([*dated, line.limit("findings").problem(many, of=history, hint=hint)])
