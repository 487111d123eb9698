"""Makes a load run: renders the plan, runs k6, counts and takes away what was made, and writes the artefact."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from golive.guard import effect
from golive.guard.effect import Effect
from golive.load.artefact import RUN_FILE, Artefact, Built, Phase, Run, Size
from golive.load.embedded import embedded
from golive.load.generator import Progress, find_k6, tail, version_of
from golive.load.plan import Plan, plan_of
from golive.load.sampling import Sampler
from golive.load.scenarios import SCRIPT, sized_run
from golive.load.segments import APART, FINE, gather, run_parts, worst
from golive.load.summary import read_summary
from golive.load.tracing import write_trace
from golive.run_id import run_id
from golive.target import ProductTarget
from golive.target.api import Identity
from golive.target.load import Timeouts
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable

CSV, SUMMARY, SAMPLES, MADE = "results.csv.gz", "summary.json", "samples.json", "made.txt"
LOG = "k6.log"
TRACE = "trace.json"
GRACE = 120.0
"""Seconds beyond the phases that setup and the last iterations may take."""
Watch = Callable[[Progress], None]
TakeAway = Callable[[list[tuple[str, str, str, str]]], dict[str, float]]
"""Given what was made (kind, who, scenario, id), removes it and returns how much there was, per scenario."""


def perform(
    product: str, target: ProductTarget, name: str, profile_name: str, *,
    watch: Watch = lambda _: None, take_away: TakeAway = lambda _: {}, folder: Path | None = None,
    timeouts: Timeouts = Timeouts(), people: dict[str, Identity] | None = None, generators: int = 1,  # noqa: B008
) -> Artefact:  # fmt: skip
    """Put the load on the deployment and return the run as it lies in the results' folder.

    Args:
        name: of the run in load/scenarios.toml.
        profile_name: of the target's profiles; `full` and `short` are always there.
        people: who acts, by name; those of the target by default.
        folder: of the results; the target's by default.
        generators: so many k6 processes, each with its segment of the load.

    Raises:
        NotConfigured: the target lacks what the run needs.
        Refused: the running check may not disrupt.
        Unobservable: k6 did not run.
    """
    settings = configured(target.k6, f"{product}.k6")
    load, profile = sized_run(product, settings, name, profile_name)
    results = folder or (Path(settings.results) if settings.results else None)
    if results is None:
        raise NotConfigured("the target has no folder for load runs", f"Add results to [{product}.k6]")
    effect.require(Effect.DISRUPTS, f"k6 run {name} ({profile_name})")
    program = find_k6(settings.binary)
    plan = plan_of(product, target, load, profile, run_id(), people)
    results.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="golive-load-") as scratch:
        here = Path(scratch)
        with Sampler(target, timeouts) as sampler:
            started, ending = _run(program, target, plan, here, watch, generators)
        sampled = sampler.write(here / SAMPLES)
        if not all((here / name).is_file() for name in _names(CSV, generators)):
            raise Unobservable(f"k6 wrote no results: {ending}", "Does its setup succeed?")
        made, left = _made(here / MADE), None
        counted, stored = None, dict[str, float]()
        traced = write_trace(here / MADE, here / TRACE)
        try:
            counted = embedded(product, target, timeouts, run_id()) if load.embeds else None
            stored = take_away(made)
        except Unobservable as error:  # the run is kept all the same
            left = error
        counts, summaries = _counts(here, generators), _names(SUMMARY, generators)
        first = _begun(here / MADE) or started
        run = Run(
            product=product, name=name, environment=target.environment,
            release=Built(version=target.release.version, commit=target.release.commit),
            started=first, finished=datetime.now(UTC), results=_names(CSV, generators),
            summary=SUMMARY if (here / SUMMARY).is_file() else None, samples=SAMPLES if sampled else None,
            trace=TRACE if traced else None, embedded=counted,
            size=Size(
                profile=profile_name, rate=profile.rate, users=profile.users, duration=profile.duration,
                tenants=profile.tenants,
            ),
            phases=plan.phases, aborted=ending,
            generator=version_of(program), counts=counts, stored=stored,
        )  # fmt: skip
        place = results / f"{started:%Y%m%dT%H%M%SZ}-{name}"
        place.mkdir()
        for file in (*_names(CSV, generators), *summaries, SAMPLES, TRACE):
            if (here / file).is_file():
                shutil.move(here / file, place / file)
        part = place / f"{RUN_FILE}.part"
        part.write_text(run.model_dump_json(indent=2) + "\n", encoding="utf-8")
        part.rename(place / RUN_FILE)
    if left:
        raise left
    return Artefact(place, run)


def _run(
    program: Path, target: ProductTarget, plan: Plan, folder: Path, watch: Watch, generators: int
) -> tuple[datetime, str | None]:
    """Run k6; return when, and why the run did not come to its end, None when it did."""
    (folder / "plan.json").write_text(json.dumps(plan.content), encoding="utf-8")
    variables = {"GOLIVE_PLAN": str(folder / "plan.json"), "K6_CSV_TIME_FORMAT": "unix_micro", **plan.secrets}
    if target.api and target.api.ca_file:
        variables["SSL_CERT_FILE"] = target.api.ca_file
    results, summaries, made, logs = (
        [folder / name for name in _names(kind, generators)] for kind in (CSV, SUMMARY, MADE, LOG)
    )
    last = max(p.begins + p.ramp + p.seconds for p in plan.phases)
    started = datetime.now(UTC)

    def arguments(part: int) -> list[str]:
        return [
            f"--out=csv={results[part]}", f"--summary-export={summaries[part]}",
            f"--console-output={made[part]}", "--log-format=raw", str(SCRIPT),
        ]  # fmt: skip

    def staged(seen: Progress) -> None:
        watch(replace(seen, stage=_stage(plan.phases, _begun(made[-1]))))

    statuses = run_parts(program, arguments, variables, logs, last + GRACE, staged)
    apart = gather(made, folder / MADE) if generators > 1 else 0.0
    odd = worst(statuses)
    ending = _ending(statuses[odd], logs[odd])
    if ending is None and apart > APART:
        ending = f"its generators began {apart:.1f} s apart"
    return started, ending


def _names(whole: str, parts: int) -> list[str]:
    """The names of the parts' files: `results-1.csv.gz` and so on, where there are several."""
    stem, _, kind = whole.partition(".")
    return [whole] if parts == 1 else [f"{stem}-{n + 1}.{kind}" for n in range(parts)]


def _counts(folder: Path, generators: int) -> dict[str, float]:
    """The totals of all generators; none where one said nothing."""
    paths = [folder / name for name in _names(SUMMARY, generators)]
    if not all(path.is_file() for path in paths):
        return {}
    totals: Counter[str] = Counter()
    for path in paths:
        totals.update(read_summary(path).counts)
    return dict(totals)


def _stage(phases: list[Phase], begun: datetime | None) -> str:
    """What is under way now, such as `users_100 rising, 40 of 120 s`."""
    if begun is None:
        return "setting up"
    seconds, last = (datetime.now(UTC) - begun).total_seconds(), max(p.begins + p.ramp + p.seconds for p in phases)
    now = [p for p in phases if p.begins <= seconds < p.begins + p.ramp + p.seconds]
    names = [f"{p.scenario}{' rising' if seconds < p.begins + p.ramp else ''}" for p in now]
    if seconds >= last:
        return "ending"
    return f"{' + '.join(names) or 'pause'}, {seconds:.0f} of {last:.0f} s"


def _ending(status: int, log: Path) -> str | None:
    """Why the run was cut short, None when it was not."""
    return None if status in FINE else f"k6 ended with exit status {status}: {tail(log, 200)}"


def _made(path: Path) -> list[tuple[str, str, str, str]]:
    """What the journeys wrote down: kind, who, scenario, id."""
    if not path.is_file():
        return []
    rows = (line.split() for line in path.read_text(encoding="utf-8").splitlines())
    return [(r[1], r[2], r[3], r[4]) for r in rows if len(r) == 5 and r[0] == "made"]


def _begun(path: Path) -> datetime | None:
    """When setup was over and the scenarios began, None when it never was."""
    rows = path.read_text(encoding="utf-8").splitlines() if path.is_file() else []
    found = next((row.split()[1] for row in rows if row.startswith("begun ")), None)
    return None if found is None else datetime.fromtimestamp(int(found) / 1000, UTC)
