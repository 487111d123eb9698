"""The rollback rules as a checklist line states them."""

from __future__ import annotations

from datetime import timedelta

from golive.catalogue import Line
from golive.rollback import Clock, Missing, Rule

BUCKET = timedelta(minutes=1)


def number(line: Line, name: str) -> float:
    """Return the number of a limit."""
    return float(str(line.limit(name).value))


def voice_rule(line: Line) -> Rule:
    """Slow first sounds: 95th percentile of a minute, in seconds."""
    return Rule(
        "voice", number(line, "p95"), _bucket(line), _minutes(line, "duration"), "s",
        least_samples=number(line, "turns_per_bucket"), missing_in_a_row=int(number(line, "missing_buckets_page")),
        clear_after=_minutes(line, "clear_after"), once_in=timedelta(hours=1) / number(line, "rollbacks_per_hour"),
    )  # fmt: skip


def api_rule(line: Line) -> Rule:
    """Failing requests: their share of a bucket, in percent."""
    return Rule(
        "API", number(line, "error_rate"), _bucket(line), _minutes(line, "duration"), "%",
        least_samples=number(line, "requests_per_bucket"),
        missing=Missing.BREACH_IF_OUTSIDE_FAILS, clear_below=number(line, "clear_error_rate"),
        clear_after=_minutes(line, "clear_after"), flapping=_minutes(line, "flapping_breach"),
        flapping_window=_minutes(line, "flapping_window"),
    )  # fmt: skip


def memory_rule(line: Line) -> Rule:
    """Full memory: that of the fullest instance, in percent of its limit."""
    return Rule(
        "memory", number(line, "memory"), _bucket(line), _minutes(line, "duration"), "%",
        missing=Missing.BREACH_WHEN_REPEATED, missing_in_a_row=int(number(line, "missing_points_breach")),
        clear_below=number(line, "clear_memory"), clear_after=_minutes(line, "clear_after"),
    )  # fmt: skip


def database_rule(line: Line) -> Rule:
    """No probe can write to the database: 1 where all places fail, else 0."""
    return Rule(
        "database", 0, _seconds(line, "probe_interval"), _minutes(line, "duration"),
        clock=Clock.ELAPSED, missing=Missing.BREACH_UNLESS_BLIND,
        good_to_reset=int(number(line, "good_probes_reset")),
    )  # fmt: skip


def sign_in_rule(line: Line) -> Rule:
    """The synthetic user can't sign in: 1 for a probe that failed, else 0."""
    every = _bucket(line)
    return Rule(
        "synthetic sign-in", 0, every, every * number(line, "failed_logins"),
        good_to_reset=int(number(line, "good_probes_reset")),
        missing_in_a_row=int(number(line, "missing_probes_page")),
    )  # fmt: skip


def sign_ins_rule(line: Line) -> Rule:
    """Sign-ins that the system itself breaks: their share of all attempts, in percent. A wrong password is none."""
    return Rule(
        "sign-ins", number(line, "failure_rate"), _bucket(line), _minutes(line, "duration"), "%",
        least_samples=number(line, "attempts"),
    )  # fmt: skip


def open_door_rule(line: Line) -> Rule:
    """Answers to requests that had no right to one: the first is too many."""
    return Rule("open door", number(line, "open_door_events") - 1, _bucket(line), _bucket(line))


def tls_rule(line: Line) -> Rule:
    """A host whose certificate does not verify: 1 where all places say so, else 0."""
    every = _seconds(line, "probe_interval")
    silent = int(_minutes(line, "probe_silence") / every)
    return Rule(
        "TLS", 0, every, every * number(line, "failed_probes"), missing_in_a_row=silent,
        clear_after=every * number(line, "good_probes_clear"),
    )  # fmt: skip


def revenue_rule(line: Line) -> Rule:
    """Revenue that was lost within an hour, in dollars."""
    every = _minutes(line, "evaluation_interval")
    silent = int(_minutes(line, "feed_silence") / every)
    return Rule(
        "revenue", number(line, "loss"), every, every * number(line, "evaluations"), "USD",
        missing=Missing.BREACH_WHEN_REPEATED, missing_in_a_row=silent + 1, clear_after=3 * every,
    )  # fmt: skip


def latest(rule: Rule) -> float:
    """Return the second after the breach began by which the rule has fired: its duration, a bucket, half a minute."""
    return (rule.duration + rule.every + timedelta(seconds=30)).total_seconds()


def _bucket(line: Line) -> timedelta:
    return _seconds(line, "bucket")


def _seconds(line: Line, name: str) -> timedelta:
    return timedelta(seconds=number(line, name))


def _minutes(line: Line, name: str) -> timedelta:
    return timedelta(minutes=number(line, name))
