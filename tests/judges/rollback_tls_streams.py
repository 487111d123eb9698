"""The vectors of the rule over probes of TLS: a host fails when all places that tell anything of it fail. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from golive.rollback import Bucket
from tests.judges.rollback_probe_streams import Sampled, all_fail, between
from tests.judges.rollback_vectors import START, Summed, Vector

FAILURES = "tls_failures."
"""Series `tls_failures.HOST.PLACE`: handshakes that failed or whose certificate did not verify, 0 for a good one."""


def hosts_of(words: Sequence[str]) -> dict[str, list[str]]:
    """Return host to the words of its series, one a place."""
    found: dict[str, list[str]] = {}
    for word in sorted(words):
        found.setdefault(word.removeprefix(FAILURES).partition(".")[0], []).append(word)
    return found


def tls(hosts: Mapping[str, Sequence[str]], failed: int, every: float) -> list[Vector]:
    """Return vectors of probes of each host; `failed` failures in a row from all places are too many."""
    well: Sampled = dict.fromkeys((word for words in hosts.values() for word in words), 0.0)
    happenings: dict[str, Sequence[Sampled]] = {}
    for host, words in hosts.items():
        bad = well | dict.fromkeys(words, 1.0)
        happenings[f"{host} shows a bad certificate"] = [bad] * (failed + 2)
        happenings[f"{host} fails once too few"] = [bad] * (failed - 1)
        happenings[f"{host} fails, with a good probe in between"] = [*[bad] * (failed - 1), well, *[bad] * (failed - 1)]
        if len(words) > 1:
            happenings[f"{host} fails from one place"] = [well | {words[0]: 1.0}] * (failed + 3)
    happenings["the prober is silent"] = [{}] * (failed + 3)
    return between(every, well, happenings)


def worst_host(hosts: Mapping[str, Sequence[str]]) -> Summed:
    """Sum the streams up: 1 when any host fails from all places."""

    def summed(vector: Vector, start: float, end: float) -> Bucket:
        values = []
        for words in hosts.values():
            told = [[v for at, v in vector.streams.get(word, ()) if start <= at < end] for word in words]
            values.append(all_fail([sum(t) if t else None for t in told]))
        known = [v for v in values if v is not None]
        return Bucket(START + timedelta(seconds=start), max(known, default=None))

    return summed
