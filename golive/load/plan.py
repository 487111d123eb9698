"""Renders the target's operations and a profile to the plan that the k6 scenarios read. No secret stands in it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from golive.load.artefact import Phase
from golive.load.clips import recordings
from golive.load.options import options_of, parts_of
from golive.load.scenarios import LoadRun
from golive.target import ProductTarget
from golive.target.api import Api, Identity, Operation
from golive.target.load_runs import LoadProfile
from golive.target.product import configured
from golive.target.web import WebSocketStream
from golive.verdict import NotConfigured

FILLED_BY_JOURNEYS = ("id", "ids", "success", "translated_text", "target_language")
"""Fields that a good answer of their operation always holds."""
SPEAKING, FEWEST_CLIPS = "speak", 2
"""The journey that needs recordings, which must differ, or all but the first are answered from a cache."""
LISTENING, SPOKEN = "listen", "speech"
"""The journey of those who are spoken to, and the stream of [PRODUCT.websocket.others] that says a text."""


@dataclass(frozen=True)
class Plan:
    """`content` is the JSON for k6; `secrets` are the variables of its environment; `paid` the third-party calls."""

    content: dict[str, Any]
    secrets: dict[str, str]
    phases: list[Phase]
    paid: float


def plan_of(
    product: str, target: ProductTarget, run: LoadRun, profile: LoadProfile, mark: str,
    given: dict[str, Identity] | None = None,
) -> Plan:  # fmt: skip
    """The plan of a run.

    Args:
        given: those who act; by default those of the target.
        mark: stands in every text that is made, so that it can be found again.

    Raises:
        NotConfigured: the target lacks an operation, an identity, or the API.
    """
    api = configured(target.api, f"{product}.api")
    people = given or (_neighbours(api, target, product) if run.greedy else _people(api, target, product))
    victims = len(people) - 1 if run.greedy else 0
    phases = run.phases(profile, list(people), victims)
    speaks = any(s.journey == SPEAKING for s in run.scenarios)
    listens = any(s.journey == LISTENING for s in run.scenarios)
    names = {name for phase in phases for name in phase.operations} | {"sign_in"}
    if speaks and target.websocket and target.websocket.session_operation:
        names |= {target.websocket.session_operation}
    if run.remember:
        names |= {"memory_store"}
    restores = "mode_switch" in names
    if restores:
        names |= {"mode_current"}
    content = {
        "run": mark,
        "think": profile.think,
        "remember": run.remember,
        "restores_modes": restores,
        "auth_header": api.auth_header,
        "auth_format": api.auth_format,
        "languages": api.text_languages or ["en"],
        "modes": target.pages.modes if target.pages else [],
        "operations": {name: _operation(api, product, name) for name in sorted(names)},
        "identities": [_identity(name, who, n) for n, (name, who) in enumerate(people.items())],
        "journeys": {phase.scenario: list(phase.operations) for phase in phases},
        "parts": {
            name: [[p.scenario, round(1000 * (p.begins - some[0].begins))] for p in some]
            for name, some in parts_of(phases).items()
        },
        "stream": _stream(product, target) if speaks else _speech(product, target) if listens else None,
        "clips": _clips(product, target) if speaks else [],
        "acting": _acting(run, list(people), profile),
        "finished": target.k6.greedy.finished if target.k6 and target.k6.greedy else {},
        "options": options_of(run, _journeys(run, list(people)), phases),
    }
    secrets = {_variable(n): who.password.reveal() for n, who in enumerate(people.values())}
    return Plan(content, secrets, phases, sum(_paid(api, phase) for phase in phases))


def _people(api: Api, target: ProductTarget, product: str) -> dict[str, Identity]:
    chosen = target.k6.identities if target.k6 else []
    spent = api.quota.identity if api.quota else ""
    people = {n: i for n, i in api.identities.items() if (n in chosen if chosen else n != spent)}
    if unknown := [name for name in chosen if name not in api.identities]:
        raise NotConfigured(
            f"[{product}.k6] identities names {', '.join(unknown)}, which [{product}.api.identities] does not have",
            "Correct the names",
        )
    if not people:
        raise NotConfigured("the target has nobody for the load to act as", f"Add [{product}.api.identities]")
    return people


def _neighbours(api: Api, target: ProductTarget, product: str) -> dict[str, Identity]:
    """Those beside the greedy one, and it last. Raises NotConfigured."""
    settings = configured(target.k6.greedy if target.k6 else None, f"{product}.k6.greedy")
    names = [*settings.victims, settings.identity]
    if unknown := [name for name in names if name not in api.identities]:
        raise NotConfigured(
            f"[{product}.k6.greedy] names {', '.join(unknown)}, which [{product}.api.identities] does not have",
            "Correct the names",
        )
    tenants = [api.identities[name].tenant or api.identities[name].id for name in names]
    if len(set(tenants)) < len(names):
        raise NotConfigured(f"[{product}.k6.greedy] names two of one tenant", "Name one of each tenant")
    return {name: api.identities[name] for name in names}


def _operation(api: Api, product: str, name: str) -> dict[str, Any]:
    if name not in api.operations:
        raise NotConfigured(
            f"the load run needs the operation {name}, which the target does not map",
            f"Add [{product}.api.operations.{name}]",
        )
    what: Operation = api.operations[name]
    return {
        "method": what.method,
        "base": (what.base_url or api.base_url).rstrip("/"),
        "path": what.path,
        "query": what.query,
        "headers": what.headers,
        "body": what.body,
        "form": what.form,
        "status": what.status,
        "auth": what.auth,
        "fields": what.fields,
        "required": [] if name == "sign_in" else [w for w in FILLED_BY_JOURNEYS if w in what.fields],
    }


def _identity(name: str, who: Identity, number: int) -> dict[str, Any]:
    values = {f"identity.{key}": getattr(who, key) for key in ("email", "id", "role", "tenant", "marker")}
    values |= {f"identity.{key}": value for key, value in who.extra.items()}
    return {"name": name, "tenant": who.tenant, "values": values, "password_variable": _variable(number)}


def _variable(number: int) -> str:
    return f"GOLIVE_PASSWORD_{number}"


def _speech(product: str, target: ProductTarget) -> dict[str, Any]:
    stream = configured(target.websocket, f"{product}.websocket").others.get(SPOKEN)
    if stream is None or stream.speak is None or "audio" not in stream.fields or stream.auth == "first_message":
        raise NotConfigured(
            f"the load can't be spoken to over [{product}.websocket.others.{SPOKEN}]",
            "It needs `speak`, a field `audio`, and a token in URL or header",
        )
    return _shown(stream)


def _stream(product: str, target: ProductTarget) -> dict[str, Any]:
    stream = configured(target.websocket, f"{product}.websocket")
    if stream.auth == "first_message" or not stream.messages.get("done"):
        raise NotConfigured(
            f"the load can't speak over [{product}.websocket]",
            "It needs a message `done`, and a token in URL or header",
        )
    return _shown(stream)


def _shown(stream: WebSocketStream) -> dict[str, Any]:
    return {
        "url": str(stream.url),
        "session": stream.session_operation,
        "auth": stream.auth,
        "token_parameter": stream.token_parameter,
        "query": stream.query,
        "headers": stream.headers,
        "begin": stream.begin.model_dump() if stream.begin else None,
        "finish": stream.finish.send if stream.finish else None,
        "audio": stream.audio,
        "speak": stream.speak.model_dump() if stream.speak else None,
        "greeting": stream.greeting,
        "messages": stream.messages,
        "fields": stream.fields,
    }


def _clips(product: str, target: ProductTarget) -> list[dict[str, str]]:
    """Recordings and what is said in them. Raises NotConfigured where there are fewer than two."""
    return [{"file": str(wav), "text": text} for wav, text in recordings(product, target, FEWEST_CLIPS)]


def _journeys(run: LoadRun, people: list[str]) -> dict[str, str]:
    """Name of each scenario that k6 gets to its journey."""
    return {name: s.journey for s in run.scenarios for name in (s.parts(people) if s.each else [s.name])}


def _acting(run: LoadRun, people: list[str], profile: LoadProfile) -> dict[str, list[int]]:
    """Scenario to those who act in it in turn, by number; in all others it is each one's turn."""
    last = len(people) - 1
    own = {s.name: [last] if s.by == "greedy" else list(range(last)) for s in run.scenarios if s.by != "everybody"}
    own |= {s.name: list(range(min(len(people), s.people(profile)))) for s in run.scenarios if s.tenants}
    return own | {name: [n] for s in run.scenarios if s.each for n, name in enumerate(s.parts(people))}


def _paid(api: Api, phase: Phase) -> float:
    paid = [api.operations[name].paid for name in phase.operations if name in api.operations]
    if phase.model == "open":
        return (phase.rate or 0) * phase.seconds * sum(paid)
    return (phase.users or 0) * (phase.ramp + phase.seconds) * sum(paid) / max(1, len(paid))
