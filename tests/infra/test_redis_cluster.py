"""The Redis of this deployment: replication, agreement on the primary, persistence, and what the product may do."""

from __future__ import annotations

import math

import pytest

from fixtures.api import ApiClient
from fixtures.parallel import each
from fixtures.redis import Store, Topology
from fixtures.redis.cluster import views_of
from fixtures.redis.persistence import save_points
from fixtures.redis.replication import (
    accepts_writes,
    arrivals,
    connected_users,
    login_of,
    permitted,
    reachable,
    view_of,
)
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.verdict import Unobservable
from tests.judges.cache import node_problems
from tests.judges.redis_cluster import cluster_problems, persistence_problems, sentinel_problems


@verifies("SEI-2.1.1.2.3")
@pytest.mark.writes
def test_redis_replicates_persists_and_obeys_its_acls(
    line: Line,
    target: ProductTarget,
    redis_topology: Topology,
    redis_primary: Store,
    redis_nodes: Found[Store],
    request: pytest.FixtureRequest,
) -> None:
    if target.api:  # so that it is connected
        _use(request.getfixturevalue("api"))
    problems: list[str | None] = []
    answering, away = [], []
    for node in redis_nodes:
        try:
            node.ask("PING")
            answering.append(node)
        except Unobservable as error:
            away.append(f"{node}: does not answer: {error.reason}")
    replicas = [node for node in answering if node.role != "master"]
    problems += away
    if not redis_topology.settings.cluster:  # of which each primary has its own
        problems.append(line.limit("replicas").problem(len(replicas), of=redis_topology))
    problems += node_problems({str(node): node.info for node in answering})
    problems += _replication(line, redis_topology, replicas)
    problems += _login(line, redis_topology, redis_primary, answering)
    for node in answering:
        problems += persistence_problems(str(node), node.info, save_points(node))
    problems += _agreement(line, redis_topology)
    conclude(problems)


def _use(api: ApiClient) -> None:
    if api.settings.probe_operation:
        for instance in [*api.settings.instances] or [None]:
            api.call(api.settings.probe_operation, instance=instance)


def _replication(line: Line, topology: Topology, replicas: list[Store]) -> list[str | None]:
    found: list[str | None] = []
    for name, seconds in arrivals(topology, replicas).items():
        if math.isinf(seconds):
            found.append(f"{name}: does not show a write of the primary")
        else:
            found.append(line.limit("replication_delay").problem(seconds, of=name))
    accepting = [str(replica) for replica in replicas if accepts_writes(topology, replica)]
    found.append(
        line.limit("accepted_replica_writes").problem(len(accepting), of="replicas", hint="; ".join(accepting))
    )
    return found


def _login(line: Line, topology: Topology, primary: Store, nodes: list[Store]) -> list[str | None]:
    user = login_of(topology.app)
    found: list[str | None] = []
    if user == "default":
        found.append(f"{topology}: the product signs in as the user default; give it a user of its own")
    elif user not in connected_users(primary):
        found.append(f"{primary}: nobody is signed in as {user}, the product's user; whose login does it use?")
    may = {str(node): permitted(node, user) for node in nodes}
    words = "; ".join(f"{node} lets {user} {', '.join(commands)}" for node, commands in may.items() if commands)
    count = sum(map(len, may.values()))
    found.append(line.limit("forbidden_commands_accepted").problem(count, of=f"user {user}", hint=words))
    return found


def _agreement(line: Line, topology: Topology) -> list[str | None]:
    """Of the cluster's nodes, or of the Sentinels; where there are none, of the managed group."""
    if topology.settings.cluster:
        return cluster_problems(line, views_of(topology.nodes))
    if topology.sentinels:
        name = topology.settings.sentinel_name
        views = each(lambda sentinel: view_of(sentinel, name), topology.sentinels)
        addresses = {view.primary for view in views if view.primary}
        lost = frozenset(a for a in addresses if not reachable(a, topology.timeouts.connect))
        return sentinel_problems(line, views, lost)
    if topology.group:
        group = topology.group
        states = (("automatic failover", group.automatic_failover), ("Multi-AZ", group.multi_az))
        return [None if state == "enabled" else f"{group}: {word} is {state}" for word, state in states]
    return [f"{topology}: neither Sentinels nor a managed group decide who is primary"]
