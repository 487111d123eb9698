"""Makes a load run: renders the plan, runs k6, counts and takes away what was made, and writes the artefact."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from golive.guard import effect
from golive.guard.effect import Effect
from golive.load.artefact import RUN_FILE, Artefact, Built, Phase, Run, Size
from golive.load.generator import Progress, find_k6, run_k6, tail, version_of
from golive.load.plan import Plan, plan_of
from golive.load.sampling import Sampler
from golive.load.scenarios import SCRIPT, load_runs
from golive.load.summary import read_summary
from golive.run_id import run_id
from golive.target import ProductTarget
from golive.target.load import Timeouts
from golive.target.product import configured
from golive.verdict import NotConfigured, Unobservable

CSV, SUMMARY, SAMPLES, MADE = "results.csv.gz", "summary.json", "samples.json", "made.txt"
CROSSED = 99
"""k6's exit status when a threshold was crossed: the run did come to its end."""
GRACE = 120.0
"""Seconds beyond the phases that setup and the last iterations may take."""
Watch = Callable[[Progress], None]
TakeAway = Callable[[list[tuple[str, str, str, str]]], dict[str, float]]
"""Given what was made (kind, who, scenario, id), removes it and returns how much there was, per scenario."""


def perform(
    product: str, target: ProductTarget, name: str, profile_name: str, *,
    watch: Watch = lambda _: None, take_away: TakeAway = lambda _: {}, folder: Path | None = None,
    timeouts: Timeouts = Timeouts(),  # noqa: B008
) -> Artefact:  # fmt: skip
    """Put the load on the deployment and return the run as it lies in the results' folder.

    Args:
        name: of the run in load/scenarios.toml.
        profile_name: of the target's profiles; `full` and `short` are always there.
        folder: of the results; the target's by default.

    Raises:
        NotConfigured: the target lacks what the run needs.
        Refused: the running check may not disrupt.
        Unobservable: k6 did not run.
    """
    settings = configured(target.k6, f"{product}.k6")
    runs = load_runs().get(product, {})
    if name not in runs:
        raise NotConfigured(f"{product} has no load run {name!r}; it has: {', '.join(runs)}")
    try:
        profile = settings.sized(profile_name)
    except KeyError as error:
        raise NotConfigured(str(error.args[0]), f"Add [{product}.k6.profiles.{profile_name}]") from None
    results = folder or (Path(settings.results) if settings.results else None)
    if results is None:
        raise NotConfigured("the target has no folder for load runs", f"Add results to [{product}.k6]")
    effect.require(Effect.DISRUPTS, f"k6 run {name} ({profile_name})")
    program = find_k6(settings.binary)
    plan = plan_of(product, target, runs[name], profile, run_id())
    results.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="golive-load-") as scratch:
        here = Path(scratch)
        with Sampler(target, timeouts) as sampler:
            started, status, log = _run(program, target, plan, here, watch)
        sampled = sampler.write(here / SAMPLES)
        if not (here / CSV).is_file():
            raise Unobservable(f"k6 wrote no results (exit status {status}): {tail(log)}", "Does its setup succeed?")
        made, left = _made(here / MADE), None
        try:
            stored = take_away(made)
        except Unobservable as error:  # the run is kept all the same
            stored, left = {}, error
        counts = read_summary(here / SUMMARY).counts if (here / SUMMARY).is_file() else {}
        first = _begun(here / MADE) or started
        run = Run(
            product=product, name=name, environment=target.environment,
            release=Built(version=target.release.version, commit=target.release.commit),
            started=first, finished=datetime.now(UTC), results=[CSV],
            summary=SUMMARY if (here / SUMMARY).is_file() else None, samples=SAMPLES if sampled else None,
            size=Size(
                profile=profile_name, rate=profile.rate, users=profile.users, duration=profile.duration,
                tenants=profile.tenants,
            ),
            phases=plan.phases, aborted=_ending(status, log),
            generator=version_of(program), counts=counts, stored=stored,
        )  # fmt: skip
        place = results / f"{started:%Y%m%dT%H%M%SZ}-{name}"
        place.mkdir()
        for file in (CSV, SUMMARY, SAMPLES):
            if (here / file).is_file():
                shutil.move(here / file, place / file)
        part = place / f"{RUN_FILE}.part"
        part.write_text(run.model_dump_json(indent=2) + "\n", encoding="utf-8")
        part.rename(place / RUN_FILE)
    if left:
        raise left
    return Artefact(place, run)


def _run(program: Path, target: ProductTarget, plan: Plan, folder: Path, watch: Watch) -> tuple[datetime, int, Path]:
    (folder / "plan.json").write_text(json.dumps(plan.content), encoding="utf-8")
    log = folder / "k6.log"
    variables = {"GOLIVE_PLAN": str(folder / "plan.json"), "K6_CSV_TIME_FORMAT": "unix_micro", **plan.secrets}
    if target.api and target.api.ca_file:
        variables["SSL_CERT_FILE"] = target.api.ca_file
    arguments = [
        f"--out=csv={folder / CSV}", f"--summary-export={folder / SUMMARY}",
        f"--console-output={folder / MADE}", "--log-format=raw", str(SCRIPT),
    ]  # fmt: skip
    last = max(p.begins + p.ramp + p.seconds for p in plan.phases)
    started = datetime.now(UTC)

    def staged(seen: Progress) -> None:
        watch(replace(seen, stage=_stage(plan.phases, _begun(folder / MADE))))

    return started, run_k6(program, arguments, variables, log, last + GRACE, staged), log


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
    return None if status in (0, CROSSED) else f"k6 ended with exit status {status}: {tail(log, 200)}"


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
