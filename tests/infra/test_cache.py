"""The cache: its nodes, in step with each other, encrypted, and closed without a password."""

from __future__ import annotations

import pytest

from fixtures.aws.elasticache import ReplicationGroup
from fixtures.redis import Store
from fixtures.redis.strangers import answers_a_stranger
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from golive.verdict import Unobservable
from tests.judges.cache import node_problems, offset_behind, online_replicas


@verifies("SEI-1.1.1.4.1")
@pytest.mark.smoke
def test_cache_nodes_are_in_step_and_closed(
    line: Line, elasticache: ReplicationGroup, redis_primary: Store, redis_nodes: Found[Store]
) -> None:
    group = elasticache
    problems = [
        line.limit("nodes").problem(len(group.members), of=group),
        None if group.automatic_failover == "enabled" else f"{group}: failover is {group.automatic_failover}",
        None if group.multi_az == "enabled" else f"{group}: is not spread over zones",
        None if group.encrypted_at_rest else f"{group}: what it stores is not encrypted",
        None if group.encrypted_in_transit else f"{group}: its connections are not encrypted",
        None if group.asks_for_password else f"{group}: asks for no password",
    ]
    if redis_primary.role != "master":
        problems.append(f"{redis_primary}: is a {redis_primary.role}, want the primary")
    info = redis_primary.info
    online = online_replicas(info)
    problems.append(line.limit("online_replicas").problem(len(online), of=redis_primary, hint="Do all nodes run?"))
    for name, replica in online.items():
        problems.append(line.limit("replica_lag").problem(float(replica["lag"]), of=f"{name} of {redis_primary}"))
        behind = offset_behind(info, replica)
        problems.append(line.limit("offset_difference").problem(behind, of=f"{name} of {redis_primary}"))
    problems += _nodes(redis_nodes)
    open_to_all = [str(s) for s in (redis_primary, *redis_nodes.or_none()) if answers_a_stranger(s)]
    problems.append(line.limit("unauthenticated_commands").problem(len(open_to_all), of=group))
    problems += [f"{place}: answers commands without a password" for place in open_to_all]
    conclude(problems)


def _nodes(nodes: Found[Store]) -> list[str]:
    """Sentences on nodes that are away or replicate from nobody; where nodes can't be reached apart, the primary's word
    has to do."""
    infos, away = {}, []
    for node in nodes.or_none():
        try:
            infos[str(node)] = node.info
        except Unobservable as error:
            away.append(f"{node}: does not answer. {error.reason}")
    return away + node_problems(infos)
