"""What several checks of load runs ask: is the run evidence for this release, and did a scenario keep its rate."""

from __future__ import annotations

from datetime import UTC, datetime

from fixtures.load import LoadRun, LoadRuns
from golive.catalogue import Line
from golive.judging import conclude
from golive.load.artefact import Phase
from golive.load.results import Figures
from golive.target import ProductTarget
from golive.verdict import Unobservable
from tests.judges.load import AGAIN, COVERED, enough, full_minutes, full_rate, slices_for, slow_spell, trusted, unfit

MUCH = 0.05
"""Of the generator's processor time: more than that taken by other machines is told beside what was slow."""


def evidence(load_runs: LoadRuns, name: str, line: Line, target: ProductTarget) -> LoadRun:
    """The run to judge.

    Raises:
        AssertionError: it is another release's, or did not come to its end: whatever else it shows follows from that.
        Unobservable: it says nothing.
    """
    found = load_runs.run(name)
    run = found.artefact.run
    conclude(unfit(run, target.release))
    found.quality.ensure(found)
    assert line.max_age_hours is not None
    trusted(run, found.profile, datetime.now(UTC), line.max_age_hours, found.requests)
    return found


def where_to_look(run: LoadRun) -> str:
    """What to do about something slow."""
    return f"Look at the run's pictures, and at what the operation waited for then{starved(run)}"


def starved(run: LoadRun) -> str:
    """That the generator's machine was short of processor time, to stand behind another sentence; empty: it was not."""
    if run.stolen <= MUCH:
        return ""
    taken = f"{100 * run.stolen:.0f} % of the processor time of the machine that put the load was taken by others"
    return f". {taken}: it may be that, so run it again where it has its own"


def whole(run: LoadRun, phase: Phase, least: int) -> Figures:
    """The steady part's figures, all operations together. Raises Unobservable: too few, or not to its end."""
    of = f"{run} {phase.scenario}"
    figures = enough(next(iter(run.steady(phase)), None), least, of)
    lasted = run.lasted(phase)
    if lasted < COVERED * phase.seconds:
        raise Unobservable(f"{of} has requests for {lasted:.1f} of {phase.seconds:.0f} s of steady load", AGAIN)
    return figures


def active_users(run: LoadRun, phase: Phase) -> list[tuple[float, float]]:
    """(seconds after the phase began, users). Raises Unobservable when the run's files do not say."""
    users = run.users(phase)
    if not users:
        raise Unobservable(f"{run} {phase.scenario}: its files do not say how many users were active", "Keep k6's vus")
    return users


def looked_at(run: LoadRun, phase: Phase) -> None:
    """Raise Unobservable when the contents of good answers were not looked at: an error may come with status 200."""
    found = run.results.figures((), scenario=phase.scenario)
    good = sum(f.count - f.failed for f in found)
    if run.checked(phase) < good:
        raise Unobservable(
            f"{run} {phase.scenario}: the contents of {run.checked(phase)} of {good} good answers were looked at",
            "A scenario of your own has to check each answer's content",
        )


def rate_problems(run: LoadRun, scenario: str, line: Line, named: str = "rate") -> list[str | None]:
    """What is wrong with a scenario that had to keep a rate: rate, length, latency, errors, what was dropped.

    Args:
        named: the line's limit of the rate.
    """
    phase, size, of = run.phase(scenario), run.artefact.run.size, f"{run} {scenario}"
    least = run.profile.samples
    dropped = run.dropped(phase)
    rate = full_rate(run.arrivals(phase), phase.seconds, size)
    problems = [
        line.limit(named).problem(round(rate, 2), of=of, hint=f"{dropped} iterations were due and not started"),
        line.limit("duration").problem(full_minutes(phase.seconds, size), of=of),
        line.limit("dropped").problem(dropped, of=of, hint="The service was too slow for the rate, or the generator"),
    ]
    figures = whole(run, phase, least)
    limit = line.limit("p99")
    problems += [
        limit.problem(round(run.p99(phase), 1), of=of, hint=where_to_look(run)),
        slow_spell(run.slices(phase, slices_for(figures.count, least)), limit, least, of),
    ]
    looked_at(run, phase)
    problems.append(line.limit("error_rate").problem(round(100 * figures.errors, 2), of=of, hint=errors_said(figures)))
    return problems


def lost_writes(run: LoadRun, scenario: str, line: Line) -> str | None:
    """What is wrong with what was acknowledged: it has to be there. Raises Unobservable when nobody counted."""
    good = sum(f.count - f.failed - f.wrong for f in run.results.figures((), scenario=scenario))
    stored = run.artefact.run.stored.get(scenario)
    if stored is None:
        raise Unobservable(f"{run}: nobody counted what was stored", "Give run.json `stored`, counted afterwards")
    hint = f"{good} were acknowledged, {stored:.0f} are there"
    return line.limit("lost").problem(round(good - stored), of=f"{run} {scenario}", hint=hint)


def wrong_recalls(run: LoadRun, phase: Phase, line: Line) -> str | None:
    """What is wrong with what recalls brought. Raises Unobservable when nobody looked."""
    right, wrong = run.counted("golive_right", phase), run.counted("golive_wrong", phase)
    if not right + wrong:
        raise Unobservable(
            f"{run} {phase.scenario}: nobody looked whether the recalls were right", "Run the load again"
        )
    share = round(100 * right / max(run.arrivals(phase), right + wrong), 2)
    hint = f"{wrong} recalls did not bring the memory first that was asked for"
    return line.limit("right_answers").problem(share, of=f"{run} {phase.scenario}", hint=hint)


def wrong_languages(run: LoadRun, phase: Phase, line: Line) -> str | None:
    """What is wrong with the languages of translations."""
    hint = "Another language, the source text, or nothing came back"
    wrong = run.counted("golive_wrong_language", phase)
    return line.limit("wrong_language").problem(wrong, of=f"{run} {phase.scenario}", hint=hint)


def speech_problems(
    run: LoadRun, phase: Phase, line: Line, *, rate: str, first_audio: str, errors: str
) -> list[str | None]:
    """What is wrong with sessions of speech. Those that did not end with their audio took for ever.

    Args:
        rate, first_audio, errors: the line's limits by name.
    """
    size, of = run.artefact.run.size, f"{run} {phase.scenario}"
    begun, failed = run.counted("golive_sessions", phase), run.counted("golive_failed_sessions", phase)
    if begun < run.profile.samples:
        raise Unobservable(f"{of}: {begun} sessions, and a percentile needs {run.profile.samples}", AGAIN)
    good, dropped = run.sampled("golive_first_audio", phase), run.dropped(phase)
    hint = f"{failed} of {begun} sessions ended without the translation of what was said, {dropped} were not begun"
    unanswered = begun - good + dropped
    first = run.first_audio(phase, unanswered)
    return [
        line.limit(rate).problem(round(full_rate(begun, phase.seconds, size), 2), of=of, hint=hint),
        line.limit("duration").problem(full_minutes(phase.seconds, size), of=of),
        line.limit(first_audio).problem(round(first, 1), of=of, hint=hint),
        line.limit(errors).problem(round(100 * max(failed, begun - good) / begun, 2), of=of, hint=hint),
    ]


def errors_said(figures: Figures) -> str:
    """How many of the requests failed, in words."""
    return f"{figures.failed} requests failed and {figures.wrong} answers had the wrong content, of {figures.count}"
