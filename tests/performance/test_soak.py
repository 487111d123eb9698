"""After an hour of the same load each process holds no more than before it."""

from __future__ import annotations

import pytest

from fixtures.load import LoadRuns
from golive.catalogue import Line
from golive.judging import conclude
from golive.load.pictures import over_time
from golive.observation import observed
from golive.plugin import verifies
from golive.target import ProductTarget
from golive.target.product import configured
from golive.verdict import NotConfigured
from tests.judges.load import full_minutes
from tests.judges.soak import by_instance, held
from tests.performance.loaded import evidence, whole

RUN, BEFORE, LOAD, AFTER = "soak", "before", "soak", "after"
SETTLING = 0.5
"""The share of the quiet time after the load in which memory may still be given back."""
MIB = 2**20


@verifies("AURA-9.1.3.5")
@pytest.mark.disrupts(or_record=True)
@pytest.mark.timeout(7200)
def test_memory_returns_to_its_level(line: Line, load_runs: LoadRuns, target: ProductTarget) -> None:
    instances = [i.id for i in configured(target.api, f"{line.product}.api").instances]
    if not instances:
        raise NotConfigured(f"the target has no {line.product}.api.instances", "Name the copies: each is looked at")
    run = evidence(load_runs, RUN, line, target)
    phase, size = run.phase(LOAD), run.artefact.run.size
    whole(run, phase, run.profile.samples)
    spans = [run.artefact.steady(run.phase(name)) for name in (BEFORE, LOAD, AFTER)]
    quiet = (spans[2][0] + SETTLING * (spans[2][1] - spans[2][0]), spans[2][1])
    limit = line.limit("duration" if size.whole else "short_duration")
    problems = [limit.problem(full_minutes(phase.seconds, size), of=f"{run} {LOAD}")]
    seen, begun = by_instance(run.samples().processes, instances), run.artefact.run.started.timestamp()
    held_over_time = {
        name: [(s.at - begun, s.resident / MIB) for s in looks if not s.error] for name, looks in seen.items()
    }
    observed(run, "memory", over_time("Memory of each process", "MiB", held_over_time), source="picture")
    for name, looks in seen.items():
        found = observed(name, "memory", held(name, looks, spans[0], spans[1], quiet), source=run.source)
        hint = f"it held {found.before / MIB:.0f} MiB before the load and {found.after / MIB:.0f} MiB after it"
        of = f"{run}, process {name}"
        problems += [
            line.limit("slope").problem(
                round(found.slope, 2), of=of, hint=f"At least so much, with confidence; {hint}"
            ),
            line.limit("after_to_before").problem(round(found.ratio, 3), of=of, hint=hint),
            line.limit("restarts").problem(found.restarts, of=of, hint="A process that is replaced hides what it held"),
        ]
    conclude(problems)
