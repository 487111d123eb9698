"""The load balancer takes HTTPS, reaches every registered task, and leaves one alone that is taken out."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import Any

import pytest

from fixtures.aws.account import Account
from fixtures.aws.balancing import LoadBalancer, TargetGroup, group_of
from fixtures.aws.discovery import Namespace
from fixtures.aws.ecs import Cluster
from fixtures.aws.noun import name_of
from fixtures.traffic import Traffic
from fixtures.traffic.backends import instances_at
from fixtures.traffic.draining import Draining, DrainingFacts
from golive.catalogue import Line
from golive.drill import Drills
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from tests.judges.draining import draining_problems
from tests.judges.traffic import counted, described, fair_shares, is_modern, shares, strangers

SERVICE = "api"
ANSWER = "version"
"""An operation that every instance answers by itself, without data."""


@verifies("AURA-5.1.1.3")
def test_balancer_takes_https_and_reaches_every_task(
    line: Line, aws: Account, load_balancer: LoadBalancer, target_groups: Found[TargetGroup], traffic: Traffic
) -> None:
    state, zones = load_balancer.state, load_balancer.zones
    problems: list[str | None] = [
        None if state == "active" else f"{load_balancer} is {state or 'in no state'}, want active",
        line.limit("zones").problem(len(zones), of=load_balancer, hint=", ".join(zones)),
        *_listeners(aws, load_balancer),
        *_redirect(traffic),
        *_reached(line, group_of(SERVICE, target_groups), traffic),
    ]
    conclude(problems)


def _listeners(aws: Account, balancer: LoadBalancer) -> list[str | None]:
    listeners = balancer.listeners.or_none()
    secure = [found for found in listeners if found.protocol == "HTTPS" and found.port == 443]
    plain = [found for found in listeners if found.protocol == "HTTP"]
    if not secure:
        there = ", ".join(f"{found.protocol} {found.port}" for found in listeners) or "none at all"
        return [f"{balancer}: has no HTTPS listener on port 443; it has {there}"]
    problems: list[str | None] = []
    policy = secure[0].tls_policy
    if not is_modern(policy):
        problems.append(f"{secure[0]}: TLS policy {policy or '(none)'} admits protocols before TLS 1.2")
    if not secure[0].certificates:
        problems.append(f"{secure[0]}: has no certificate")
    for arn in secure[0].certificates:
        found = aws.read("acm", "describe_certificate", CertificateArn=arn)["Certificate"]
        until = found.get("NotAfter")
        observed(f"certificate {name_of(arn)}", "valid", [found.get("Status"), until], source="acm:DescribeCertificate")
        if found.get("Status") != "ISSUED" or until is None or until < datetime.now(UTC):
            problems.append(f"{secure[0]}: its certificate is {found.get('Status')}, valid until {until}")
    for listener in plain:
        kinds = [a.get("Type") for a in listener.default_actions]
        to = [(a.get("RedirectConfig") or {}).get("Protocol") for a in listener.default_actions]
        if kinds != ["redirect"] or to != ["HTTPS"]:
            problems.append(f"{listener}: plain HTTP is answered by {', '.join(map(str, kinds))}, want a redirect")
    return problems


def _redirect(traffic: Traffic) -> list[str | None]:
    """Port 80 really sends clients on, where the target names it."""
    plain = traffic.api.settings.http_url
    if plain is None:
        return []
    answer = traffic.api.send("GET", "/", base=plain, reading=True)
    where = str(answer.headers.get("Location", ""))
    right = answer.status in (301, 302, 307, 308) and where.startswith("https://")
    return [None if right else f"{answer} at {plain} leads to {where or 'nowhere'}, want a redirect to https"]


def _reached(line: Line, group: TargetGroup, traffic: Traffic) -> list[str | None]:
    health = group.health
    if not health:
        return [f"{group}: no target is registered, so it serves nothing"]
    problems: list[str | None] = [
        f"{group}: {place} is {state}: {group.reasons.get(place, '')}"
        for place, state in health.items()
        if state != "healthy"
    ]
    sticky = group.attributes.get("stickiness.enabled") == "true"
    expected = instances_at(health, traffic.instances)
    wanted = int(float(str(line.limit("requests").value)))
    hits = traffic.fresh(wanted, ANSWER)
    counts = counted(hit.instance for hit in hits)
    hint = f"Of {len(hits)}: {described(counts)}. Is its weight 0?" + (" Stickiness is on." if sticky else "")
    problems.append(line.limit("requests").problem(len(hits), of=traffic.api))
    problems += [
        line.limit("instance_share").problem(round(share, 1), of=f"instance {name}", hint=hint)
        for name, share in shares(counts, expected.values()).items()
    ]
    problems += [f"{n} answers, and is no target of {group}" for n in strangers(counts, expected.values())]
    if sticky:
        problems.append(f"{group}: stickiness is on, so a client that keeps its cookie only ever meets one task")
    return problems


@verifies("SEI-1.1.1.2.2")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(180)
def test_requests_reach_registered_tasks_and_no_other(
    line: Line,
    ecs: Cluster,
    target_groups: Found[TargetGroup],
    service_discovery: Namespace,
    traffic: Traffic,
    drills: Drills,
) -> None:
    group = group_of(SERVICE, target_groups)
    problems = _agreement(line, ecs, group, service_discovery, traffic)
    if any(problems):
        conclude(problems)
    drill = drills.performed_or_recorded(
        "target-draining", DrainingFacts, lambda: Draining(group, traffic, ANSWER).perform()
    )
    conclude(draining_problems(line, drill.facts, str(drill)))


def _place(instance: dict[str, Any]) -> str:
    return f"{instance['address']}:{instance['port']}" if instance["port"] else str(instance["address"])


def _agreement(
    line: Line, ecs: Cluster, group: TargetGroup, namespace: Namespace, traffic: Traffic
) -> list[str | None]:
    """What is registered, what names lead to and what answers are the same, each with its share."""
    health = group.health
    if not health:
        return [f"{group}: no target is registered, so it serves nothing"]
    problems: list[str | None] = [
        f"{group}: {place} is {state}: {group.reasons.get(place, '')}"
        for place, state in health.items()
        if state != "healthy"
    ]
    known = {identifier: name for name, identifier in namespace.services.items()}
    names = [known[name_of(arn)] for arn in ecs.service(SERVICE).registries if name_of(arn) in known]
    if not names:
        problems.append(f"{ecs.service(SERVICE)}: is under no name in {namespace}")
    for name in names:
        found = {_place(instance) for instance in namespace.instances(name).or_none()}
        targets = set(health) if any(":" in place for place in found) else {p.rpartition(":")[0] for p in health}
        problems += [
            f"name {name} in {namespace} leads to {place}, which is no target of {group}. Is it of a task that stopped?"
            for place in sorted(found - targets)
        ]
        problems += [f"name {name} in {namespace} does not lead to {place}" for place in sorted(targets - found)]
    expected = instances_at(health, traffic.instances)
    number, before = int(float(str(line.limit("requests").value))), time.monotonic()
    hits = traffic.fresh(number, ANSWER)
    observed(traffic.api, "burst", round(time.monotonic() - before, 1), source="requests", unit="s")
    counts, errors = counted(hit.instance for hit in hits), [str(hit) for hit in hits if hit.is_error]
    problems += [
        line.limit("requests").problem(len(hits), of=traffic.api),
        line.limit("errors").problem(len(errors), of=traffic.api, hint="; ".join(errors[:3])),
        *(
            line.limit("fair_share").problem(
                round(share, 1), of=f"instance {name}", hint=f"Of {len(hits)} requests: {described(counts)}"
            )
            for name, share in fair_shares(counts, expected.values()).items()
        ),
        *(f"{name} answers, and is no target of {group}" for name in strangers(counts, expected.values())),
    ]
    return problems
