"""A certificate that fails: the rule that takes the release back sees each host, and what every address shows now."""

from __future__ import annotations

from datetime import datetime

from fixtures.aws.account import Account
from fixtures.aws.ecs import Cluster
from fixtures.metrics.plugin import SeriesReader
from fixtures.metrics.windows import Live
from fixtures.parallel import each
from fixtures.tls import Endpoint
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found
from golive.plugin import verifies
from golive.rollback import ACTIVE, Bucket
from golive.target import ProductTarget
from golive.verdict import NotConfigured
from tests.delivery.triggers import alarm_problems, live_grid, live_window, met_now, standing_problems, trigger_of
from tests.judges import rollback_tls_streams as streams
from tests.judges.rollback_probe_streams import all_fail
from tests.judges.rollback_rules import latest, number, tls_rule
from tests.judges.rollback_streams import silent

SERVED = ("api", "web")


@verifies("SEI-4.1.1.2.2")
def test_failing_certificates_take_the_release_back(
    line: Line,
    aws: Account,
    ecs: Cluster,
    metrics: SeriesReader,
    public_endpoints: Found[Endpoint],
    target: ProductTarget,
) -> None:
    words = [w for w in metrics.words if w.startswith(streams.FAILURES)]
    hosts = streams.hosts_of(words)
    if not hosts:
        raise NotConfigured(
            f"the target has no series {streams.FAILURES}HOST.PLACE", "Name what probes of TLS count: a host, a place"
        )
    rule, live, problems = tls_rule(line), Live(metrics), list[str | None]()
    counted = {word: live.counts(word, live_window(rule)).values for word in words}
    for host, seen in hosts.items():

        def bucket(at: datetime, seen: list[str] = seen) -> Bucket:
            return Bucket(at, all_fail([counted[word].get(at) for word in seen]))

        problems.append(met_now(rule, live_grid(rule, bucket)))
        problems.append(line.limit("vantage_points").problem(len(seen), of=f"probes of TLS at {host}"))
    problems += _now(line, list(public_endpoints), heard=any(sum(v.values()) for v in counted.values()))
    unwatched = [s for s in SERVED if getattr(target, s) is not None and s not in hosts]
    problems += [f"no probe of TLS watches the {s}: name {streams.FAILURES}{s}.PLACE" for s in unwatched]
    trigger = trigger_of(line, aws, ecs, target, "tls")
    vectors = streams.tls(hosts, int(number(line, "failed_probes")), rule.every.total_seconds())
    problems += alarm_problems(trigger, rule, vectors, streams.worst_host(hosts), latest(rule))
    problems += standing_problems(trigger, silent(words[0], words[1:]))
    conclude(problems)


def _now(line: Line, endpoints: list[Endpoint], heard: bool) -> list[str | None]:
    """What a client that verifies finds at each address, and how long the certificates last."""
    deaf = "" if heard else ". The probes counted no failure: do they verify, and on a new connection?"
    found: list[str | None] = []
    hours = line.limit("trigger_validity")
    for endpoint, (problem, days) in zip(endpoints, each(lambda e: (e.problem, e.days_left), endpoints), strict=True):
        if problem:
            found.append(f"{ACTIVE}: {endpoint}: {problem}{deaf}")
        elif hours.admits(24 * days):  # the limit says what triggers
            found.append(f"{ACTIVE}: {endpoint}: its certificate ends in {24 * days:.1f} h. Renew it now")
        elif line.limit("page_validity").admits(days):
            found.append(f"{endpoint}: its certificate ends in {days:.1f} days. Somebody must be paged to renew it")
    return found
