"""A release that was taken back is written up, understood, mended for good, and followed by one that is better."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from fixtures.ci.changes import changed_tests, commits_in
from fixtures.ci.defects import Defects
from fixtures.ci.forge import Forge
from fixtures.ci.rollbacks import Rollback, rollbacks
from fixtures.documents import Documents, Section
from golive import clock
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from tests.judges.documents import TEMPLATE, headings
from tests.judges.post_mortems import (
    Action,
    account_problems,
    actions,
    cause_problems,
    of_release,
    unplanned,
    working_days,
    written,
)


@verifies("AURA-12.6.1")
def test_each_rollback_is_written_up(line: Line, forge: Forge, documents: Documents) -> None:
    limit, problems = line.limit("written_after"), list[str | None]()
    for rollback, name, document in _looked_into(forge, documents):
        day = written(document)
        if day is None:
            problems.append(f"{name} does not say when it was written (`Written: 2026-11-20`)")
        else:
            problems.append(limit.problem(working_days(rollback.at.date(), day), of=f"{name} on the {rollback}"))
        problems += [f"{name}: {why}" for why in account_problems(document, rollback.bad.at, rollback.at)]
    conclude(problems)


@verifies("AURA-12.6.2")
def test_each_root_cause_is_supported(line: Line, forge: Forge, documents: Documents) -> None:
    problems, supported, looked = list[str | None](), 0, 0
    for rollback, name, document in _looked_into(forge, documents):
        section = headings(document, TEMPLATE).get("root cause")
        changes = {
            word: forge.contains(rollback.bad.sha, sha) and not forge.contains(rollback.good.sha, sha)
            for word, sha in commits_in(forge, section.whole_text if section else "").items()
        }
        lacking = cause_problems(document, changes)
        problems += [f"{name}: {why}" for why in lacking]
        looked, supported = looked + 1, supported + (not lacking)
    limit = line.limit("post_mortems_supported")
    conclude([*problems, limit.problem(100 * supported / looked, of=f"{looked} post-mortems of rollbacks")])


@verifies("AURA-12.6.3")
def test_the_fix_plan_is_followed(line: Line, forge: Forge, documents: Documents) -> None:
    today, defects, problems = clock.now().date(), Defects(forge), list[str | None]()
    for _, name, document in _looked_into(forge, documents):
        planned = actions(document)
        assert planned, f"{name} has no table of actions with owner, due date and issue"
        problems += [f"{name}: {why}" for why in unplanned(planned)]
        late, prevented = list[str](), 0
        for action in planned:
            issue = defects.numbered(action.issue) if action.issue else None
            if action.issue and issue is None:
                problems.append(f"{name}: {action} is tracked by #{action.issue}, which {defects} do not have")
            if issue is None:
                continue
            if issue.closed is None:
                if action.due and action.due < today:
                    late.append(f"{action} was due on {action.due}, and {issue} is open")
                continue
            commit = defects.fix(issue)
            if commit is None:
                problems.append(f"{name}: {issue} was closed without a change that it was closed by")
            elif action.prevents and changed_tests(forge, commit):
                prevented += 1
        problems.append(line.limit("overdue").problem(len(late), of=name, hint="; ".join(late)))
        hint = "Actions of the kind preventive count whose merged pull request changed a test"
        problems.append(line.limit("preventive_actions").problem(prevented, of=name, hint=hint))
    conclude(problems)


@verifies("AURA-12.6.4")
def test_the_next_deployment_waits_for_the_fixes(line: Line, forge: Forge, documents: Documents) -> None:
    defects, problems = Defects(forge), list[str | None]()
    for rollback, name, document in _looked_into(forge, documents):
        blocking = [action for action in actions(document) if action.blocks]
        assert blocking, f"{name} does not say which actions the next deployment waits for (column 'blocks')"
        undated, late = list[str](), list[str]()
        for action in blocking:
            plan = forge.milestone_of(action.issue) if action.issue else None
            if plan is None:
                problems.append(f"{name}: {action} is in no milestone: no deployment is planned with it")
                continue
            title = f"milestone {plan['title']}"
            if not plan.get("due_on"):
                undated.append(f"{title} of {action} has no due date")
            elif rollback.next is None and datetime.fromisoformat(plan["due_on"]) < clock.now():
                problems.append(f"{title} was due on {plan['due_on'][:10]}, and nothing was deployed since {rollback}")
            if datetime.fromisoformat(plan["created_at"]) < rollback.at:
                problems.append(f"{title} is older than the {rollback}: nothing was planned after it")
            late += _not_before(forge, defects, rollback, action)
        problems.append(line.limit("due_dates_missing").problem(len(undated), of=name, hint="; ".join(undated)))
        problems.append(line.limit("blockers_open_at_deploy").problem(len(late), of=name, hint="; ".join(late)))
    conclude(problems)


def _not_before(forge: Forge, defects: Defects, rollback: Rollback, action: Action) -> list[str]:
    """What the next deployment did not wait for; nothing where there was none yet."""
    after, issue = rollback.next, defects.numbered(action.issue) if action.issue else None
    if after is None or issue is None:
        return []
    if issue.closed is None or issue.closed > after.at:
        state = "is open" if issue.closed is None else f"was closed {issue.closed:%d %b %H:%M}Z"
        return [f"{after} was deployed {after.at:%d %b %H:%M}Z, and {issue} {state}"]
    commit = defects.fix(issue)
    return [] if commit and forge.contains(after.sha, commit) else [f"{after} does not hold what closed {issue}"]


def _looked_into(forge: Forge, documents: Documents) -> Iterator[tuple[Rollback, str, Section]]:
    """Each rollback with name and contents of its post-mortem. Raises AssertionError for one without."""
    known = documents.within("post_mortems")
    folder = documents.place("post_mortems")
    for rollback in rollbacks(forge, clock.now()):
        names = [rollback.bad.sha[:7], *(f"#{n}" for n in forge.pulls_of(rollback.bad.sha))]
        if rollback.bad.ref != forge.settings.branch:
            names.append(rollback.bad.ref)
        name = of_release(known, names, rollback.at.date())
        observed(rollback, "post-mortem", name, source="checkout")
        assert name is not None, f"{folder} holds no post-mortem of the {rollback}, by {', '.join(names)}"
        yield rollback, name, known[name]
