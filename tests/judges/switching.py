"""Judges deployments under a steady stream: a good version takes over unnoticed, an unfit one never answers. Pure."""

from __future__ import annotations

from fixtures.drills.versions import Switch, SwitchFacts
from golive.catalogue import Line
from golive.verdict import Unobservable

SIDE_BY_SIDE = {"BLUE_GREEN", "CANARY", "LINEAR", "CODE_DEPLOY"}
"""Strategies by which the new fleet stands beside the old one. Source: Amazon ECS, DeploymentConfiguration."""


def switch_problems(line: Line, facts: SwitchFacts, source: str) -> list[str | None]:
    """What went wrong when versions changed, or could.

    Raises:
        Unobservable: no unfit build was deployed, or the good one says the version that ran already.
    """
    if not facts.unfit:
        raise Unobservable(f"no unfit build was deployed in {source}", "Make one, and name it in drills.versions.unfit")
    found: list[str | None] = []
    if facts.strategy not in SIDE_BY_SIDE:
        found.append(
            f"{facts.service}: deploys by {facts.strategy}, which puts new tasks among the old ones. Let it deploy "
            "side by side (strategy BLUE_GREEN)"
        )
    if not facts.alarms:
        found.append(
            f"{facts.service}: no alarm stops a deployment, so a version that is healthy and fails its users is "
            "promoted. Name alarms in deploymentConfiguration.alarms, enabled, with rollback"
        )
    if not facts.breaker:
        found.append(f"{facts.service}: a deployment that never gets healthy is not taken back (circuit breaker)")
    found += _good(line, facts, source)
    for word, switch in facts.unfit.items():
        found += _unfit(line, facts, word, switch, source)
    return found


def _good(line: Line, facts: SwitchFacts, source: str) -> list[str | None]:
    found: list[str | None] = []
    for switch, word in ((facts.good, "the switch to another version"), (facts.back, "the switch back")):
        found.append(_errors(line, switch, word, source))
        if switch.ended != switch.wanted:
            found.append(f"{word}: the service ended with {_short(switch.ended)}, want {_short(switch.wanted)}")
        if switch.late:
            found.append(f"{word}: {switch.late} answers came of a version that another had replaced before")
    if facts.good.ended == facts.good.wanted and facts.good.last == facts.version:
        found.append(
            f"the switch to another version: {_short(facts.good.wanted)} was deployed, and "
            f"{facts.version} still answers"
        )
    if facts.back.last != facts.version:
        found.append(f"the switch back: {facts.back.last or 'nothing'} answers, want {facts.version}")
    return found


def _unfit(line: Line, facts: SwitchFacts, word: str, switch: Switch, source: str) -> list[str | None]:
    of = f"the deployment of a build that is unfit ({word})"
    strangers = sum(number for version, number in switch.versions.items() if version != facts.version)
    others = sorted(version for version in switch.versions if version != facts.version)
    found: list[str | None] = []
    found.append(
        line.limit("bad_version_requests").problem(
            strangers, of=of, hint=f"Answered by {', '.join(others)}; {facts.version} was to go on. Seen in {source}"
        )
    )
    found.append(_errors(line, switch, of, source))
    if switch.ended == switch.wanted:
        found.append(f"{of}: it was promoted, the service refers to {_short(switch.ended)}")
    if switch.last != facts.version:
        found.append(f"{of}: {switch.last or 'nothing'} answers after it, want {facts.version}")
    return found


def too_sparse(line: Line, facts: SwitchFacts) -> str | None:
    """Say which stream had so few requests that a gap between two of them could hide a failure. That is the run's
    doing, not the product's: judge the others first."""
    streams = {"the switch to another version": facts.good, "the switch back": facts.back, **facts.unfit}
    said = [line.limit("probe_rate").problem(switch.per_second, of=f"stream during {word}")
            for word, switch in streams.items()]  # fmt: skip
    return next(filter(None, said), None)


def _errors(line: Line, switch: Switch, of: str, source: str) -> str | None:
    hint = f"{'; '.join(switch.errors[:3])}. Seen in {source}"
    return line.limit("failed_requests").problem(switch.error_count, of=of, hint=hint)


def _short(definition: str) -> str:
    return definition.rpartition("/")[2]
