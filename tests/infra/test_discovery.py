"""Names lead to the tasks that run, all of them and no other; and the balancer's rules to the right service."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from fixtures.api.client import ApiClient
from fixtures.aws.balancing import LoadBalancer, word_of
from fixtures.aws.discovery import Namespace
from fixtures.aws.ecs import Cluster, Service
from fixtures.aws.errors import Absent
from fixtures.aws.noun import name_of
from fixtures.aws.task import Task
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import Unobservable
from tests.judges.routing import Request, forwards_to

UNKNOWN = "/golive-no-such-page"


@verifies("SEI-2.1.1.3.2")
@pytest.mark.smoke
def test_names_and_rules_lead_to_the_right_tasks(
    line: Line, ecs: Cluster, service_discovery: Namespace, load_balancer: LoadBalancer, api: ApiClient,
    target: ProductTarget,
) -> None:  # fmt: skip
    problems: list[str | None] = []
    known = {identifier: name for name, identifier in service_discovery.services.items()}
    named = 0
    for service in ecs.services:
        try:
            registries = service.registries
        except Absent as absence:
            problems.append(str(absence))
            continue
        for registry in registries:
            named += 1
            name = known.get(name_of(registry))
            if name is None:
                problems.append(f"{service}: registers with {registry}, which is not in {service_discovery}")
            else:
                problems += _discovered(line, service, service_discovery, name)
        problems += _targets(line, service, load_balancer)
    if not named:
        problems.append(f"{ecs}: no service registers with {service_discovery}, so no name leads to a task")
    if load_balancer.attributes.get("load_balancing.cross_zone.enabled") != "true":
        problems.append(f"{load_balancer}: cross-zone balancing is off, so zones share the load unevenly")
    problems += _routes(line, load_balancer, target)
    problems += _answers(line, api)
    conclude(problems)


def _places(task: Task) -> set[str]:
    """`address:port` of a task where AWS tells the port that its host took, else its addresses."""
    bindings = [b for c in task.raw.get("containers", []) for b in c.get("networkBindings", []) if b.get("hostPort")]
    ports = {f"{address}:{b['hostPort']}" for address in task.addresses for b in bindings}
    return ports or set(task.addresses)


def _running(service: Service) -> dict[str, str]:
    """Place to task."""
    return {place: str(t) for t in service.tasks.or_none() if t.status == "RUNNING" for place in _places(t)}


def _same(place: str, running: dict[str, str]) -> bool:
    """Whether a place is one of a running task: by address and port, or by address where only that is known."""
    return place in running or place.rpartition(":")[0] in running


def _discovered(line: Line, service: Service, namespace: Namespace, name: str) -> list[str | None]:
    running = _running(service)
    found = {f"{i['address']}:{i['port']}" if i["port"] else i["address"] for i in namespace.instances(name).or_none()}
    observed(service, "discovered", sorted(found), source="servicediscovery:ListInstances")
    stale = [place for place in found if not _same(place, running)]
    here = found | {place.rpartition(":")[0] for place in found}
    hidden = [place for place in running if place not in here and place.rpartition(":")[0] not in found]
    share = 100 * (len(running) - len(hidden)) / len(running) if running else 0
    problems = [f"name {name} in {namespace} leads to {place}, where no task of {service} runs" for place in stale]
    hint = f"Not found by name: {', '.join(hidden)}"
    return [*problems, line.limit("discovered_tasks").problem(share, of=service, hint=hint)]


def _targets(line: Line, service: Service, balancer: LoadBalancer) -> list[str | None]:
    """The healthy targets are the running tasks of the service's present deployment."""
    running = _running(service)
    problems: list[str | None] = []
    for group in balancer.target_groups:
        if group.word != service.word:
            continue
        health = group.health
        bad = [f"{place} is {state}" for place, state in health.items() if state not in ("healthy", "draining")]
        problems.append(line.limit("unhealthy_targets").problem(len(bad), of=group, hint=", ".join(bad)))
        healthy = [place for place, state in health.items() if state == "healthy"]
        problems += [
            f"{group}: {place} is healthy, but no task of {service} runs there. Is it of the deployment before?"
            for place in healthy
            if not _same(place, running)
        ]
        places = set(healthy) | {place.rpartition(":")[0] for place in healthy}
        missing = [task for place, task in running.items() if place not in places]
        problems += [f"{group}: {task} of {service} is not among the healthy targets" for task in missing]
    return problems


def _routes(line: Line, balancer: LoadBalancer, target: ProductTarget) -> list[str | None]:
    """Each path that clients use is forwarded to its service; one that nobody uses is not."""
    secure = [listener for listener in balancer.listeners if listener.protocol in ("HTTPS", "TLS")]
    if not secure:
        return [f"{balancer}: has no HTTPS listener"]
    rules, groups = secure[0].rules, balancer.target_groups
    wrong: list[str] = []
    wanted = _requests(balancer, target)
    for word, what, request in wanted:
        done = forwards_to(rules, request)
        there = word_of(done, groups) if done.startswith("arn:") else done
        if there != word:
            wrong.append(f"{what} ({request.host}{request.path}) goes to {there}, not to {word}")
    if not wanted:
        raise Unobservable("the target names no operation, stream or page to look for in the rules")
    observed(secure[0], "routes tried", len(wanted), source="elasticloadbalancing:DescribeRules")
    return [line.limit("misrouted_requests").problem(len(wrong), of=secure[0], hint="; ".join(wrong[:5]))]


def _requests(balancer: LoadBalancer, target: ProductTarget) -> list[tuple[str, str, Request]]:
    """Service word, name for messages and request, of all that clients of this deployment ask for."""
    hosts = balancer.settings.hosts
    found: list[tuple[str, str, Request]] = []
    if target.api is not None:
        host = hosts.get("api") or urlsplit(target.api.base_url).hostname or ""
        for name, operation in target.api.operations.items():
            if operation.base_url is None:
                found.append(("api", f"operation {name}", Request(host, operation.path, operation.method)))
    if target.websocket is not None and target.api is not None:
        streams = {"": target.websocket, **target.websocket.others}
        for name, stream in streams.items():
            path = "/" + stream.url.partition("://")[2].partition("/")[2]
            found.append(("api", f"stream {name}".strip(), Request(host, path)))
    if target.web is not None and "web" in balancer.settings.target_groups:
        host = hosts.get("web") or urlsplit(configured(target.web, "web").base_url).hostname or ""
        found += [("web", f"page {path}", Request(host, path)) for path in target.web.public_paths]
    return found


def _answers(line: Line, api: ApiClient) -> list[str | None]:
    """Real requests: the API's own instances answer, and a path that nobody serves is not found."""
    problems: list[str | None] = []
    answer = api.call("version")
    own = [i.id for i in api.settings.instances]
    if own and api.settings.instance_header and answer.instance not in own:
        problems.append(f"{answer} by {answer.instance or 'nobody that says its name'}, want one of {', '.join(own)}")
    nowhere = api.send("GET", UNKNOWN, reading=True)
    problems.append(line.limit("unknown_path_status").problem(nowhere.status, of=f"GET {UNKNOWN}"))
    return problems
