"""Judges what was written about a release that was taken back: that it is about it, in time, and led to something.

Pure.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from fixtures.documents.markdown import Section
from fixtures.documents.parts import empty, part
from tests.judges.documents import TEMPLATE, empty_cell, headings

ACCOUNT = ("summary", "impact", "detection")
"""Parts that must say something, by the words of the template."""
BEFORE, AFTER = timedelta(hours=1), timedelta(hours=48)
"""How far from the deployment and from the rollback the times of a timeline may lie."""
_DAY, _TIME = r"\d{4}-\d{2}-\d{2}", r"\d{1,2}:\d{2}"
_STAMP = re.compile(rf"({_DAY})?[ T]*(?<!\d)({_TIME})(?!\d)|({_DAY})")
_WRITTEN = re.compile(rf"\b(?:written|date|published)\b[^\n]{{0,20}}?({_DAY})", re.IGNORECASE)
_BLAMED = re.compile(
    r"human error|(mistake|error|fault) (of|by) (an? )?(operator|engineer|person|employee)", re.IGNORECASE
)
_UTC = re.compile(r"\bUTC\b|\bGMT\b|\d{2}:\d{2}(:\d{2})?Z\b")


@dataclass(frozen=True)
class Action:
    """A row of the actions. `issue`: its number, None where no cell links one."""

    text: str
    kind: str
    owner: str
    due: date | None
    issue: int | None
    blocks: bool

    @property
    def prevents(self) -> bool:
        """Whether it keeps the like of it from coming back, rather than mending this one."""
        return "prevent" in self.kind.lower()

    def __str__(self) -> str:
        return f"action '{self.text}'"


def of_release(documents: Mapping[str, Section], names: Sequence[str], wanted: date) -> str | None:
    """The document that is about a release, None where there is none.

    Args:
        documents: name to contents.
        names: what tells the release: its version, its commit shortened, the changes that it brought (`#101`).
        wanted: the day of the rollback; a document that was written before is about something else.
    """
    for name, document in documents.items():
        day = written(document)
        if day is not None and day < wanted:
            continue
        if any(re.search(rf"(?<![\w.]){re.escape(n)}(?![\d])", document.whole_text) for n in names if n):
            return name
    return None


def written(document: Section) -> date | None:
    """The day on which it was written, as it says itself (`Written: 2026-11-20`)."""
    found = _WRITTEN.search(document.whole_text)
    return date.fromisoformat(found[1]) if found else None


def working_days(first: date, last: date) -> int:
    """Days from Monday to Friday after the first, up to the last."""
    return sum((first + timedelta(days=n)).weekday() < 5 for n in range(1, (last - first).days + 1))


def times(document: Section) -> list[datetime]:
    """The times of its timeline in order, in UTC; one without a day is of the day that stands before it."""
    section = headings(document, TEMPLATE).get("timeline")
    found, day = list[datetime](), None
    for match in _STAMP.finditer(_said(section) if section else ""):
        day = match[1] or match[3] or day
        if match[2] and day:
            found.append(datetime.fromisoformat(f"{day} {match[2].zfill(5)}").replace(tzinfo=UTC))
    return found


def account_problems(document: Section, deployed: datetime, back: datetime) -> list[str]:
    """What an account of a rollback lacks; `deployed` and `back`: when the release came and went."""
    found = headings(document, TEMPLATE)
    problems = [f"it has no {word}" for word in (*ACCOUNT, "timeline") if word not in found]
    problems += [
        f"its {word} {why}" for word in ACCOUNT if word in found and (why := empty(_body(found[word])))
    ]  # fmt: skip
    if "timeline" in found:
        seen = times(document)
        outside = [t for t in seen if not deployed - BEFORE <= t <= back + AFTER]
        if not seen:
            problems.append("its timeline is empty: it has no time with a day")
        elif not _UTC.search(_said(found["timeline"])):
            problems.append("its timeline does not say that its times are UTC")
        if outside:
            problems.append(
                f"its timeline tells of {outside[0]:%d %b %H:%M}Z, the release was there from {deployed:%d %b %H:%M}Z "
                f"to {back:%d %b %H:%M}Z"
            )
        elif seen and not any(deployed <= t <= back for t in seen):
            problems.append("no time of its timeline lies between the deployment and the rollback")
    return problems


def cause_problems(document: Section, changes: Mapping[str, bool | None]) -> list[str]:
    """What keeps a root cause from being supported.

    Args:
        changes: what the section names (`#101`) to whether the release that was taken back brought it.
    """
    section = headings(document, TEMPLATE).get("root cause")
    if section is None:
        return ["it has no root cause"]
    if why := empty(_body(section)):
        return [f"its root cause {why}"]
    parts = list(section.walk())
    problems = [
        f"its root cause names no {word}"
        for word, words in {"component": ("component",), "contributing factors": ("contributing", "factors")}.items()
        if empty(f"{said} {said}" if (said := part(parts, words)) else "")
    ]
    if _BLAMED.search(section.whole_text) and len(re.findall(r"\w+", _body(section))) < 40:
        problems.append("its root cause is a person's error, and not what let it happen")
    if not changes:
        problems.append("its root cause names no commit or pull request that the repository knows")
    elif not any(changes.values()):
        problems.append(f"{', '.join(changes)} of its root cause was no part of the release that was taken back")
    return problems


def actions(document: Section) -> list[Action]:
    """The rows of its table of actions."""
    section = headings(document, TEMPLATE).get("actions")
    rows = [row for each in section.walk() for table in each.tables for row in table] if section else []
    return [_action(row) for row in rows]


def unplanned(found: Sequence[Action]) -> list[str]:
    """What the actions lack: owner, due date, issue."""
    problems = []
    for each in found:
        lacking = [
            word for word, there in (("owner", each.owner), ("due date", each.due), ("issue", each.issue)) if not there
        ]
        if lacking:
            problems.append(f"{each} has no {' and no '.join(lacking)}")
    return problems


def _action(row: Mapping[str, str]) -> Action:
    def cell(*words: str) -> str:
        return next((v for k, v in row.items() if any(word in k for word in words)), "")

    day, issue = re.search(_DAY, cell("due")), re.search(r"#(\d+)|/issues/(\d+)", cell("issue", "ticket", "tracked"))
    owner = cell("owner")
    return Action(
        next(iter(row.values()), ""), cell("kind", "type"), "" if empty_cell(owner) else owner,
        date.fromisoformat(day[0]) if day else None, int(issue[1] or issue[2]) if issue else None,
        cell("blocks", "blocking").strip().lower() in ("yes", "x", "true"),
    )  # fmt: skip


def _said(section: Section) -> str:
    """Its text, and the cells of its tables after it."""
    cells = [" ".join(row.values()) for each in section.walk() for table in each.tables for row in table]
    return "\n".join([section.whole_text, *cells])


def _body(section: Section) -> str:
    return section.whole_text.partition("\n")[2]
