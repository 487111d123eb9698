"""What a load run has to be before its figures say anything, and its figures at full size. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from golive.catalogue import Limit
from golive.load.artefact import Run, Size
from golive.load.results import Figures
from golive.target.load_runs import LoadProfile
from golive.target.product import Release
from golive.verdict import Unobservable

AHEAD = timedelta(minutes=5)
LOST = 0.001
"""Share of the generator's own count that its files may lack."""
COVERED = 0.95
"""Share of a steady part from whose first to whose last tenth there have to be answers."""
AGAIN = "Run `python -m golive load`"


def trusted(run: Run, profile: LoadProfile, now: datetime, most_hours: float, in_files: int) -> None:
    """Raise Unobservable unless the run is whole, recent enough, and as large as it has to be.

    Args:
        profile: what the target says of the run's profile.
        in_files: requests that its files hold.
    """
    of = f"load run {run.name} of {run.started:%Y-%m-%d %H:%M} UTC"
    if run.finished > now + AHEAD:
        raise Unobservable(f"{of} ended in the future", "Set the clock of the machine that made it")
    age = (now - run.finished) / timedelta(hours=1)
    if age > most_hours:
        raise Unobservable(f"{of} is {age:.0f} hours old; this line takes at most {most_hours:g}", AGAIN)
    counted = run.counts.get("http_reqs")
    if counted and abs(in_files - counted) > LOST * counted:
        raise Unobservable(f"{of}: its files hold {in_files} of {counted:.0f} requests", "Copy all of its files")
    if not run.size.whole and not (profile.full_size and same_size(run.size, profile)):
        raise Unobservable(
            f"{of} was made at a smaller size ({run.size}), which says nothing of the full one",
            f"{AGAIN} with --profile full; or, where this deployment is so small itself, give the target's profile "
            f"{run.size.profile} full_size = true",
        )


def same_size(size: Size, profile: LoadProfile) -> bool:
    """Whether a run was as large as the target says that its profile is."""
    return (size.rate, size.users, size.duration, size.tenants) == (
        profile.rate, profile.users, profile.duration, profile.tenants,
    )  # fmt: skip


def unfit(run: Run, release: Release) -> list[str]:
    """What makes the run no evidence for the release: it was another's, or it did not come to its end."""
    of = f"load run {run.name} of {run.started:%Y-%m-%d %H:%M} UTC"
    found = []
    theirs = (run.release.version.lstrip("v"), run.release.commit)
    mine = (release.version.lstrip("v"), release.commit)
    if theirs[0] != mine[0] or (theirs[1] and not _same_commit(theirs[1], mine[1])):
        there = f"{run.release.version} {run.release.commit[:7]}".strip()
        found.append(f"{of} was made on release {there}, and {release} is deployed. {AGAIN}")
    if run.aborted:
        found.append(f"{of} did not come to its end: {run.aborted}")
    return found


def _same_commit(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


def full_rate(arrivals: int, seconds: float, size: Size) -> float:
    """Requests a second at full size. The arrival on the border between two seconds is counted either way."""
    return (arrivals + 1) / seconds / size.rate if arrivals else 0.0


def full_minutes(seconds: float, size: Size) -> float:
    """Minutes at full size, to the hundredth."""
    return round(seconds / 60 / size.duration, 2)


def full_users(users: float, size: Size) -> float:
    """Users at full size."""
    return round(users / size.users, 6)


def enough(figures: Figures | None, least: int, of: str) -> Figures:
    """The figures. Raises Unobservable when there are none, or too few for a percentile."""
    if figures is None or figures.count < least:
        count = figures.count if figures else 0
        raise Unobservable(f"{of}: {count} requests, and a percentile needs {least}", f"{AGAIN} for longer")
    return figures


def slow_spell(slices: Sequence[Figures], limit: Limit, least: int, of: str, share: float = 0.99) -> str | None:
    """What is wrong with the slowest slice among those that hold enough requests; the whole may hide a spell."""
    judged = [s for s in slices if s.count >= least]
    worst = max(judged, key=lambda s: s.percentiles[share], default=None)
    if worst is None or limit.admits(worst.percentiles[share]):
        return None
    begun = worst.begin - slices[0].begin
    return limit.problem(round(worst.percentiles[share], 1), of=f"{of}, in the slice that begins after {begun:.0f} s")


def slices_for(count: int, least: int, most: int = 10) -> int:
    """In how many slices so many requests can be parted, so that each holds enough."""
    return max(1, min(most, count // (2 * least)))


def full_tenants(tenants: int, size: Size) -> float:
    """Tenants at full size."""
    return round(tenants / size.tenants, 6)


def plateau(users: Sequence[tuple[float, float]], level: float, gap: float = 3.0) -> float:
    """Seconds without a break in which at least `level` users were active; samples are at most `gap` apart."""
    best, begun, before = 0.0, None, None
    for at, n in users:
        if n < level or (before is not None and at - before > gap):
            begun = None
        if n >= level:
            begun = at if begun is None else begun
            best = max(best, at - begun)
        before = at
    return best


def ramp_time(users: Sequence[tuple[float, float]], level: float) -> float | None:
    """Seconds from the phase's begin until `level` were active; None when they never were."""
    return next((max(0.0, at) for at, n in users if n >= level), None)


def strays(users: Sequence[tuple[float, float]], level: float, ramp: float) -> float:
    """How far the rise is from a straight line, as a share of `level`, beyond what a user or a second makes."""
    rising = [(at, n) for at, n in users if 0 <= at <= ramp]
    unavoidable = 1 / level + 1 / ramp
    return max([max(0.0, abs(n / level - at / ramp) - unavoidable) for at, n in rising], default=1.0)


def falls(users: Sequence[tuple[float, float]], ramp: float) -> bool:
    """Whether users became fewer while they should have become more."""
    rising = [n for at, n in users if 0 <= at <= ramp]
    return any(after < before for before, after in pairwise(rising))
