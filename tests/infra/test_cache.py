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
    answering, away = _answering(redis_nodes)
    problems += away + node_problems({str(node): node.info for node in answering})
    open_to_all = [str(s) for s in (redis_primary, *answering) if answers_a_stranger(s)]
    problems.append(line.limit("unauthenticated_commands").problem(len(open_to_all), of=group))
    problems += [f"{place}: answers commands without a password" for place in open_to_all]
    conclude(problems)


def _answering(nodes: Found[Store]) -> tuple[list[Store], list[str]]:
    """The nodes that answer, and sentences on those that don't. Where nodes can't be reached past the primary's
    endpoint there are none, and the primary's word has to do."""
    answering, away = [], []
    for node in nodes.or_none():
        try:
            node.ask("PING")
        except Unobservable as error:
            away.append(f"{node}: does not answer. {error.reason}")
        else:
            answering.append(node)
    return answering, away
