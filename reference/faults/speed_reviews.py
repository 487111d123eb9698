"""Reviews of speed and of promises that are old, or tell of another time than the one that was measured."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from reference.amending import distorted
from reference.describe.load import results_folder
from reference.faults import fault
from reference.faults.documents import FOLDER, rewritten
from reference.faults.runbooks import removed

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT = "aurastudio"
WEEKLY, BASELINE, MONTHLY = "AURA-11.2.1.1", "AURA-11.1.2.2", "AURA-11.2.2.5"
REVIEW, BEFORE = "../reviews/performance/0002-third-week.md", "../reviews/performance/0001-second-week.md"
STORED, PROMISES = "../performance-baseline.md", "../reviews/service-levels/0001-first-month.md"
FIGURES = re.compile(r"(?<=## Figures\n\n).*?(?=\n\n)", re.DOTALL)


def _touches(line: str) -> str:
    return f"source:aurastudio:docs:{line}"


def _dated(text: str, days: int) -> str:
    return re.sub(r"Written: \S+", f"Written: {datetime.now(UTC) - timedelta(days=days):%Y-%m-%d}", text)


def _moved(text: str, days: int) -> str:
    """The text with its time so many days earlier."""

    def earlier(match: re.Match[str]) -> str:
        first, last = (datetime.fromisoformat(d) - timedelta(days=days) for d in match.groups())
        return f"Period: {first:%Y-%m-%d} to {last:%Y-%m-%d}"

    return re.sub(r"Period: (\S+) to ([^\s,]+)", earlier, text)


@fault(
    name="aura-speed-review-old",
    breaks="nobody looked at the figures of speed for three weeks",
    fails=[WEEKLY],
    message=r"record age is 20 days, want <= 8.*0002-third-week",
    touches=_touches(WEEKLY),
)
def speed_review_old(deployment: Deployment) -> Iterator[None]:
    with rewritten(deployment, REVIEW, lambda text: _moved(_dated(text, 20), 18)):
        yield


@fault(
    name="aura-speed-review-with-last-weeks-figures",
    breaks="the review has this week's date and last week's figures",
    fails=[WEEKLY],
    message=r"'Requests in the week' \(sum of requests\) says \S+, and the series say .*: \d+\.\d % off",
    touches=_touches(WEEKLY),
    hard=True,
)
def last_weeks_figures(deployment: Deployment) -> Iterator[None]:
    folder = deployment.settings.part_folder("source") / PRODUCT / FOLDER
    old = FIGURES.search((folder / BEFORE).read_text())
    assert old is not None
    with rewritten(deployment, REVIEW, lambda text: FIGURES.sub(lambda _: old[0], text)):
        yield


@fault(
    name="aura-speed-review-without-owner",
    breaks="the review finds what must be done, and nobody does it",
    fails=[WEEKLY],
    message=r"action 'Ask for a third task before the growth needs it' has no owner",
    touches=_touches(WEEKLY),
    hard=True,
)
def review_without_owner(deployment: Deployment) -> Iterator[None]:
    with rewritten(deployment, REVIEW, lambda text: text.replace("| Priya Raman |", "| - |")):
        yield


@fault(
    name="aura-baseline-gone",
    breaks="the figures of the first week were not kept",
    fails=[BASELINE, WEEKLY],
    message=r"there is no docs/performance-baseline\.md",
    touches=[_touches(BASELINE), _touches(WEEKLY)],
)
def baseline_gone(deployment: Deployment) -> Iterator[None]:
    with removed(deployment, STORED):
        yield


@fault(
    name="aura-baseline-before-launch",
    breaks="the baseline was taken in the week before users came",
    fails=[BASELINE],
    message=r"begins on \S+, before users came at ",
    touches=_touches(BASELINE),
    hard=True,
)
def baseline_before_launch(deployment: Deployment) -> Iterator[None]:
    with rewritten(deployment, STORED, lambda text: _moved(text, 7)):
        yield


@fault(
    name="aura-baseline-under-load-test",
    breaks="a load run was made in the week that is the baseline",
    fails=[BASELINE],
    message=r"speaks of a time in which the load run trial was made",
    touches=[f"load:{PRODUCT}:trial"],
    hard=True,
)
def baseline_under_load_test(deployment: Deployment) -> Iterator[None]:
    folder = results_folder(deployment.settings, PRODUCT) / "20260101T000000Z-trial"
    folder.mkdir(parents=True)
    begun = datetime.combine(datetime.now(UTC).date() - timedelta(days=16), time(9), UTC)
    run = {
        "product": PRODUCT, "name": "trial", "environment": deployment.settings.products[PRODUCT].environment,
        "release": {"version": deployment.settings.products[PRODUCT].release.version}, "started": begun.isoformat(),
        "finished": (begun + timedelta(hours=4)).isoformat(), "results": ["results.csv"],
        "phases": [{"scenario": "trial", "model": "open", "rate": 200, "seconds": 14_000}],
    }  # fmt: skip
    (folder / "run.json").write_text(json.dumps(run))
    try:
        yield
    finally:
        shutil.rmtree(folder)


@fault(
    name="aura-promises-review-old",
    breaks="nobody looked for seven weeks whether the promises were kept",
    fails=[MONTHLY],
    message=r"record age is 50 days, want <= 35.*0001-first-month",
    touches=_touches(MONTHLY),
)
def promises_review_old(deployment: Deployment) -> Iterator[None]:
    with rewritten(deployment, PROMISES, lambda text: _dated(text, 50)):
        yield


@fault(
    name="aura-promises-review-leaves-outage-out",
    breaks="an outage of two hours is left out of the month as maintenance, which nobody had announced",
    fails=[MONTHLY],
    message=r"'Availability' \(reachable\) says 100 %, and the series say 99\.\d+ %",
    touches=[_touches(MONTHLY), "aws:aurastudio:metrics:OutsideCheckFailures:days"],
    hard=True,
)
def outage_left_out(deployment: Deployment) -> Iterator[None]:
    pattern = "AuraStudio/Product/OutsideCheckFailures"
    with (
        # Two hours of the quarter of a day that a point speaks of, a probe each fifteen seconds.
        distorted(deployment, PRODUCT, pattern, "set", value=480, since=5.25 * 86400, until=5 * 86400),
        rewritten(
            deployment,
            PROMISES,
            lambda text: text.replace("there was no maintenance", "two hours of planned maintenance are left out"),
        ),
    ):
        yield
