"""Those on call reach the runbook, and it is the one of now."""

from __future__ import annotations

from fixtures.ci.forge import Forge
from fixtures.documents import Documents
from fixtures.oncall import Desk
from fixtures.oncall.duty import on_duty
from fixtures.pages import Library
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from tests.judges.materials import login_of

ROTATION_DAYS = 30
"""In which everybody of a rotation has had a turn."""


@verifies("AURA-10.2.1.5")
def test_the_runbook_is_within_reach(
    line: Line, documents: Documents, pages: Library, oncall: Desk, forge: Forge
) -> None:
    place, page = documents.place("runbook"), pages.page("runbook")
    assert documents.section("runbook") is not None, f"there is no {place}: those on call have nothing to read"
    assert not page.absent, f"{page} {page.absent}: those on call do not reach the runbook"
    same = observed(page.url, f"says what {place} says", page.says(documents.html("runbook")), source="GET")
    hint = f"It shows another text than {place}: is it published with each release?"
    problems = [line.limit("hash_differences").problem(int(not same), of=page, hint=hint)]
    people = sorted(set(on_duty(oncall, ROTATION_DAYS).values()))
    known, logins = {login_of(name) for name in forge.readers()}, oncall.settings.logins
    shut = [name for name in people if login_of(logins.get(name, name)) not in known]
    share = 100 * (len(people) - len(shut)) / len(people)
    hint = f"{', '.join(shut)} can't read {place}" if shut else ""
    problems.append(line.limit("readers").problem(share, of=f"{len(people)} people on call, {forge}", hint=hint))
    conclude(problems)
