"""Every service answers now when it is asked itself, and the API's own report agrees."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from fixtures.api import ApiClient
from fixtures.aws.account import Account
from fixtures.aws.errors import Absent
from fixtures.health import Report, read_report
from fixtures.health.consumers import Queue
from fixtures.parallel import each
from fixtures.postgres import Database
from fixtures.providers.accounts import OpenAIAccount, ProviderAccount, TranslationAccount
from fixtures.providers.elevenlabs import ElevenLabsAccount
from fixtures.providers.pinecone import PineconeProject
from fixtures.redis import Store
from fixtures.web import Site
from golive.catalogue import Line
from golive.judging import conclude
from golive.observation import Found, observed
from golive.plugin import verifies
from golive.target import ProductTarget, Target
from golive.verdict import NotConfigured, Unobservable


@dataclass(frozen=True)
class Asked:
    """What a service answered when it was asked itself. `word` is its name in the target's dependencies."""

    word: str
    what: str
    problem: str
    seconds: float


@verifies("AURA-10.3.1.2")
@pytest.mark.smoke
def test_every_service_answers_when_asked_itself(
    line: Line,
    whole_target: Target,
    target: ProductTarget,
    api: ApiClient,
    site: Site,
    aws: Account,
    database: Database,
    replicas: Found[Database],
    redis_primary: Store,
    openai: OpenAIAccount,
    pinecone: PineconeProject,
    translation: TranslationAccount,
    elevenlabs: ElevenLabsAccount,
) -> None:
    accounts: list[ProviderAccount] = [openai, pinecone, translation, elevenlabs]
    looks: list[tuple[str, str, Callable[[], str]]] = [
        ("postgres", str(database), lambda: _database(database, replica=False)),
        *(("postgres_replica", str(r), lambda r=r: _database(r, replica=True)) for r in replicas),  # type: ignore[misc]
        ("redis", str(redis_primary), lambda: _redis(redis_primary)),
        *((a.word, str(a), lambda a=a: _account(a)) for a in accounts),  # type: ignore[misc]
        *(("s3", f"bucket {n}", lambda n=n: _bucket(aws, n)) for n in aws.settings.buckets.values()),  # type: ignore[misc]
        ("site", str(site), lambda: _site(site)),
    ]
    if target.celery:
        queue = Queue(target.celery, whole_target.timeouts)
        looks.append(("celery", str(queue), lambda: _queue(line, queue)))
    elif "celery" in api.settings.dependencies:
        raise NotConfigured(
            f"the API depends on a queue, and the target has no [{line.product}.celery]",
            "Add it, to see who works on it",
        )
    asked = each(lambda look: _ask(*look), looks)
    report = read_report(api, "health_deep")
    conclude(_judge(line, asked, report, api))


def _judge(line: Line, asked: list[Asked], report: Report, api: ApiClient) -> list[str | None]:
    limit = line.limit("answer_time")
    problems: list[str | None] = []
    bad = {a.word for a in asked if a.problem}
    reported = {word: report.dependency(word) for word in api.settings.dependencies}
    down = [f"the API reports {word} as {d or 'nothing'}" for word, d in reported.items() if d is None or not d.well]
    for a in asked:
        if a.problem:
            said = reported.get(a.word)
            wrongly = ", yet the API reports it as well" if said is not None and said.well else ""
            problems.append(f"{a.what}: {a.problem}{wrongly}")
        problems.append(limit.problem(a.seconds, of=a.what))
    problems.append(limit.problem(report.answer.seconds, of=report.answer.call))
    everything = {a.word for a in asked} | set(reported)
    well = everything - bad - {word for word, d in reported.items() if d is None or not d.well}
    share = 100 * len(well) / len(everything)
    of = f"{len(everything)} services"
    return [*problems, *down, line.limit("responding").problem(share, of=of, hint="Look at the services named here")]


def _ask(word: str, what: str, look: Callable[[], str]) -> Asked:
    """What can not be reached does not answer, which is what this line is about; what is not asked is not known."""
    begun = time.perf_counter()
    try:
        problem = look()
    except NotConfigured:
        raise
    except (Unobservable, Absent) as error:
        problem = f"does not answer: {error}"
    seconds = time.perf_counter() - begun
    observed(what, "answers", problem or "yes", source="asked itself")
    return Asked(word, what, problem, seconds)


def _database(database: Database, *, replica: bool) -> str:
    recovering = bool(database.value("select pg_is_in_recovery()", fresh=True))
    if recovering is not replica:
        return (
            "it is in recovery, so it takes no writes"
            if recovering
            else "it takes writes of its own, so it is no replica"
        )
    return ""


def _redis(store: Store) -> str:
    if store.ask("PING") not in (True, b"PONG", "PONG"):
        return "PING was not answered by PONG"
    role = store.role
    return "" if role == "master" else f"it answers and is a {role}: what is written there is refused"


def _account(account: ProviderAccount) -> str:
    reply = account.trial()
    return "" if reply.accepted else f"the call was refused: {reply}"


def _bucket(aws: Account, name: str) -> str:
    # Not HeadBucket: its answer has no content by which S3 is told from whatever else answers 200.
    aws.read("s3", "list_objects_v2", fresh=True, at_most=1, Bucket=name)
    return ""


def _site(site: Site) -> str:
    page = site.get("/", follow=True)
    return "" if page.status == 200 else str(page)


def _queue(line: Line, queue: Queue) -> str:
    if queue.consumers == 0:
        return "nobody waits for its messages. Does a worker run?"
    if queue.settings.heartbeat_key is None:
        return ""
    age = queue.heartbeat_age()
    if age is None:
        return "no worker has handled a heartbeat"
    limit = line.limit("heartbeat_age")
    return "" if limit.admits(age) else f"the newest heartbeat was handled {age:.0f} s ago, want {limit}"
