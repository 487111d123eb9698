"""Paths through the network, tried from the parts themselves: those that should be are open, all others are blocked."""

from __future__ import annotations

from fixtures.network import Paths
from golive.catalogue import Line
from golive.judging import conclude
from golive.plugin import verifies
from golive.verdict import Unobservable
from tests.judges.paths import Path, share, shut, stray, untold


@verifies("SEI-2.1.1.1.3")
def test_allowed_paths_are_open_and_all_others_blocked(line: Line, paths: Paths) -> None:
    found = _paths(paths)
    allowed, forbidden = [p for p in found if p.allowed], [p for p in found if not p.allowed]
    closed, open_ = shut(found), stray(found)
    problems = [
        line.limit("allowed_paths_open").problem(
            share(len(closed), len(allowed)), of=f"{len(allowed)} paths", hint="; ".join(closed)
        ),
        line.limit("forbidden_paths_blocked").problem(
            share(len(open_), len(forbidden)), of=f"{len(forbidden)} paths", hint="; ".join(open_)
        ),
    ]
    problems += [line.limit("connect_time").problem(p.seconds, of=p) for p in allowed if p.answer == "open"]
    conclude(problems)
    if silence := untold(found):
        raise Unobservable("; ".join(silence), "Correct [PRODUCT.network] places and vantages")


def _paths(paths: Paths) -> list[Path]:
    return [
        Path(vantage, word, word in paths.may(vantage), answer, seconds)
        for vantage, answers in paths.matrix().items()
        for word, (answer, seconds) in answers.items()
    ]
