"""Judges documents of operations: whether each part that is needed is there, says something, and fits. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date

from fixtures.documents.duties import minutes
from fixtures.documents.markdown import Section
from fixtures.documents.parts import empty, entries, part, slug
from tests.judges.recovery import unknown_in

INCIDENT = {
    "symptoms": ("symptom", "signs"),
    "diagnosis": ("diagnos", "cause", "why"),
    "resolution": ("resol", "fix", "remedy", "mitigat", "steps"),
    "escalation": ("escalat", "who to ask", "contact"),
}
SCENARIOS = {
    "loss of the database": r"\bdatabase\b",
    "loss of the region": r"\bregion",
    "outage of a provider": r"\b(provider|third part|supplier)",
    "compromise of a key": r"\b(key|credential|secret)s?\b.*\b(compromis|leak|stolen|published)|"
    r"\b(compromis|leak|theft|stolen).*\b(key|credential|secret)",
}
ROLLBACK = {
    "frontend": ("frontend", "front end", "web", "site"),
    "API": ("api", "backend", "service"),
    "database": ("database", "data"),
}
CRITERIA = ("when", "criteria", "decision")
TEMPLATE = {
    "summary": ("summary",), "impact": ("impact",), "timeline": ("timeline",), "root cause": ("root cause", "cause"),
    "detection": ("detect",), "actions": ("action",),
}  # fmt: skip
PLAN = {
    "severities": ("severit",), "roles": ("role",), "channels": ("channel", "communication"),
    "thresholds": ("threshold", "decision", "when to"), "notice to customers": ("notice", "customer", "template"),
}  # fmt: skip
_SCRIPT = re.compile(r"(?<![\w/])(?:\./)?((?:[\w.-]+/)+[\w.-]+\.(?:sh|py|ya?ml|sql))\b")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def commands(section: Section) -> list[str]:
    """All commands below a section."""
    return [command for each in section.walk() for command in each.commands if " " in command]


def incident_problems(section: Section, wanted: Mapping[str, Sequence[str]] = INCIDENT) -> list[str]:
    """What an entry of a runbook lacks; `wanted`: a part's name to pieces of what it may be called."""
    parts = list(section.walk())
    problems = [
        f"'{section.heading}': {name} {why}" for name, words in wanted.items() if (why := empty(part(parts, words)))
    ]
    return problems if commands(section) else [*problems, f"'{section.heading}' has no command"]


def unknown(place: str, sections: Iterable[Section], live: Mapping[str, Collection[str]]) -> list[str]:
    """Sentences on resources in commands that the deployment does not have."""
    return unknown_in(place, [command for section in sections for command in commands(section)], live)


def scripts(section: Section) -> list[str]:
    """Paths of files that commands call."""
    return sorted({path for command in commands(section) for path in _SCRIPT.findall(command)})


def objective(plan: Section, word: str) -> float | None:
    """Minutes that the plan states for RPO or RTO."""
    for each in plan.walk():
        for line in each.text.splitlines():
            _, found, rest = line.partition(word)
            if found and (said := minutes(rest)) is not None:
                return said
    return None


def scenarios(plan: Section) -> dict[str, Section]:
    """Our word for a scenario to the section with its steps, of those that the plan has."""
    sections = [each for each in plan.walk() if each.level > 1 and each.steps]
    seen = {
        name: next((s for s in sections if re.search(pattern, s.heading, re.IGNORECASE)), None)
        for name, pattern in SCENARIOS.items()
    }
    return {name: section for name, section in seen.items() if section is not None}


def scenario_problems(plan: Section) -> tuple[list[str], list[str]]:
    """Scenarios that the plan leaves out, and what those that are there lack."""
    known = scenarios(plan)
    missing, problems = [], []
    for name in SCENARIOS:
        found = known.get(name)
        if found is None:
            missing.append(name)
            continue
        whole = part([found], ("owner",)) if not all("owner" in step.lower() for step in found.steps) else "each"
        if not whole or empty("\n".join(found.steps)):
            problems.append(f"'{found.heading}' has a step without an owner, or one that says nothing")
    return missing, problems


def rollback_problems(guide: Section) -> list[str]:
    """What the guide lacks, by part."""
    problems = []
    sections = entries(guide)
    if empty(part(list(guide.walk()), CRITERIA)):
        problems.append("there are no criteria for the decision")
    for name, words in ROLLBACK.items():
        found = next((s for s in sections if any(word in s.heading.lower() for word in words)), None)
        if found is None:
            problems.append(f"there is no part on the {name}")
            continue
        text = found.whole_text
        if not commands(found):
            problems.append(f"'{found.heading}' has no command")
        if empty(part([found], ("owner",))):
            problems.append(f"'{found.heading}' has no owner")
        if minutes(text) is None:
            problems.append(f"'{found.heading}' has no time budget")
    return problems


def headings(document: Section, wanted: Mapping[str, Sequence[str]]) -> dict[str, Section]:
    """Our word to the section that is called so."""
    sections = list(document.walk())
    found = {
        n: next((s for s in sections if any(w in s.heading.lower() for w in ws)), None) for n, ws in wanted.items()
    }
    return {name: section for name, section in found.items() if section is not None}


def post_mortem_problems(name: str, document: Section) -> list[str]:
    """What the newest post-mortem leaves blank of what the template asks for."""
    found = headings(document, TEMPLATE)
    problems = [f"{name} has no {word}" for word in TEMPLATE if word not in found]
    problems += [
        f"{name}: {word} {why}"
        for word, section in found.items()
        if not section.tables and (why := empty(section.whole_text.partition("\n")[2]))
    ]
    rows = (
        [row for each in found["actions"].walk() for rows in each.tables for row in rows] if "actions" in found else []
    )
    if "actions" in found and not rows:
        problems.append(f"{name}: its actions are no table with owner and due date")
    for row in rows:
        lacking = [c for c in ("owner", "due") if empty_cell(next((v for k, v in row.items() if c in k), ""))]
        if lacking:
            problems.append(f"{name}: action '{next(iter(row.values()))}' has no {' and no '.join(lacking)}")
    return problems


def empty_cell(text: str) -> bool:
    """Whether a cell of a table says nothing."""
    return not text.strip(" -?") or bool(empty(f"{text} {text}"))


def holders(plan: Section) -> dict[str, str]:
    """Role to who holds it, of the plan's table of roles."""
    found = {}
    for section in plan.walk():
        for rows in section.tables:
            for row in rows:
                role = next((v for k, v in row.items() if "role" in k), "")
                who = next((v for k, v in row.items() if any(w in k for w in ("held", "who", "person", "holder"))), "")
                if role:
                    found[role] = who
    return found


def newest_exercise(plan: Section) -> tuple[date, str] | None:
    """Date and row of the newest exercise that has an outcome."""
    found = []
    for section in plan.walk():
        if not any(word in section.heading.lower() for word in ("exercise", "game", "rehears", "drill")):
            continue
        for rows in section.tables:
            for row in rows:
                text = " | ".join(row.values())
                outcome = next((v for k, v in row.items() if "outcome" in k or "result" in k), "")
                if (day := _DATE.search(text)) and outcome.strip():
                    found.append((date.fromisoformat(day[0]), text))
    return max(found, default=None)


def anchored(document: Section, anchor: str) -> Section | None:
    """The section that an address's part behind # leads to."""
    return next((s for s in document.walk() if s.heading and slug(s.heading) == anchor.lower()), None)


def about(section: Section, name: str, metric: str | None) -> bool:
    """Whether a section is about an alarm: it names it, its tail without the deployment's prefix, or its metric."""
    text = section.whole_text.casefold()
    tail = name.partition("-")[2]
    return any(word and word.casefold() in text for word in (name, tail, metric or ""))
