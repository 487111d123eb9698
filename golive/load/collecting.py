"""Makes the `run.json` of a load run whose generators were elsewhere, once their results are in the Prometheus."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pydantic import ValidationError

from golive.load.artefact import RUN_FILE, Artefact, Run
from golive.load.kubernetes import DRAFT
from golive.load.pushed import REQUESTS
from golive.load.remote import RemoteSeries, Written
from golive.load.segments import APART
from golive.problem import first_problem
from golive.target import Target
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable

BEGUN = "k6_golive_begun"
SHORT = 0.95
"""Share of the load's seconds after whose end the last results have to come."""


def collect(draft: Path, target: Target, now: datetime) -> Artefact:
    """Write `run.json` into the product's results and return the run.

    Args:
        draft: the folder that the manifests were rendered to.

    Raises:
        NotConfigured: the target lacks the product, its Prometheus, or a folder for results.
        Unobservable: the generators have not all written yet, or the draft is none.
    """
    path = draft / DRAFT
    try:
        read = json.loads(path.read_bytes())
        generators = int(read["generators"])
        run = Run.model_validate({**read["run"], "finished": (now + timedelta(days=1)).isoformat()})
    except OSError as error:
        raise Unobservable(f"{path}: {error.strerror or error}", "Render it with --kubernetes") from None
    except ValidationError as error:
        raise Unobservable(f"{path}: {first_problem(error)}", "Render it anew") from None
    except (ValueError, KeyError, TypeError) as error:
        raise Unobservable(f"{path} is no draft: {error}", "Render it anew") from None
    section = target.products.get(run.product)
    settings = configured(section.k6 if section else None, f"{run.product}.k6")
    server = configured(settings.prometheus, f"{run.product}.k6.prometheus")
    if settings.results is None:
        raise NotConfigured("the target has no folder for load runs", f"Add results to [{run.product}.k6]")
    assert run.prometheus is not None
    rendered = run.started.timestamp()
    series = RemoteSeries(server, run.prometheus.labels, rendered, now.timestamp(), target.timeouts)
    try:
        begun = sorted(one.points[0][1] / 1000 for one in series.written(BEGUN))
        pushes = _last_pushes(series.written(REQUESTS))
    finally:
        series.close()
    if min(len(begun), len(pushes)) < generators:
        raise Unobservable(
            f"{min(len(begun), len(pushes))} of {generators} generators have written to {server.url}",
            "Did the runners start? Look at the TestRun, and at what its pods say",
        )
    whole = max(p.begins + p.ramp + p.seconds for p in run.phases)
    first, lasted = min(pushes, key=lambda who: pushes[who]), min(pushes.values()) - begun[-1]
    aborted = None
    if lasted < SHORT * whole:
        aborted = f"the last results of generator {first} came after {lasted:.0f} of {whole:.0f} s"
    elif begun[-1] - begun[0] > APART:
        aborted = f"its generators began {begun[-1] - begun[0]:.1f} s apart"
    done = run.model_copy(update={
        "started": datetime.fromtimestamp(begun[-1], UTC), "aborted": aborted,
        "finished": datetime.fromtimestamp(max(*pushes.values(), begun[-1] + 1), UTC) + timedelta(seconds=1),
    })  # fmt: skip
    place = Path(settings.results) / f"{done.started:%Y%m%dT%H%M%SZ}-{run.name}"
    place.mkdir(parents=True)
    part = place / f"{RUN_FILE}.part"
    part.write_text(done.model_dump_json(indent=2) + "\n", encoding="utf-8")
    part.rename(place / RUN_FILE)
    return Artefact(place, done)


def _last_pushes(requests: Sequence[Written]) -> dict[str, float]:
    """When each generator wrote its last, by its tag `instance_id`."""
    found: dict[str, float] = {}
    for one in requests:
        who = one.labels.get("instance_id", "")
        found[who] = max(found.get(who, 0.0), one.points[-1][0])
    return found
