"""What users waited for speech, what caches spared, and how full tasks were, worse than a mean or a total tells."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from reference.amending import distorted
from reference.faults import fault

if TYPE_CHECKING:
    from reference.deployment import Deployment

STUDIO, VOICE = "aurastudio", "seiketsu"
STUDIO_OWN, VOICE_OWN = "AuraStudio/Product", "Seiketsu/Performance"
FOUR_HOURS = 4 * 3600 + 900
SPOKEN = "aws:seiketsu:metrics:VoiceResponseTime"
VOICE_CACHE, TRANSLATIONS = "aws:seiketsu:metrics:voice-cache", "aws:aurastudio:metrics:translation-cache"
TASKS = "aws:seiketsu:metrics:ECS/ContainerInsights:api:cpu"
"""How full each task is: where one is full, the check says that first."""
MEAN, FAST, HITS = "SEI-5.1.1.1.1", "SEI-5.1.1.1.2", "SEI-5.1.1.1.3"


@fault(
    name="sei-turns-slow-on-average",
    breaks="users wait 1.6 seconds and more for speech on average",
    fails=[MEAN, FAST, "SEI-3.2.1.1.1", "SEI-3.2.2.1.1"],
    message={
        MEAN: r"all turns of the last 4 h: mean is 1\.[5-9]\d* s, want < 1\.5 s",
        FAST: r"fast turns is \d\d(\.\d+)? percent, want >= 99\.9",
        "SEI-3.2.1.1.1": r"voice_latency of the hour from \d\d:\d\dZ, the worst: voice p95 is 2\.\d+ s, want < 2",
        "SEI-3.2.2.1.1": r"service level Response of the voice: \d\d(\.\d+)? % of voice_latency",
    },
    touches=[SPOKEN],
)
def slow_mean(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, f"{VOICE_OWN}/VoiceResponseTime", "multiply", value=1.4, since=FOUR_HOURS):
        yield


@fault(
    name="sei-turns-slow-without-cache",
    breaks="turns that no cache serves take nearly three seconds; quick ones from the cache pull the mean down",
    fails=[MEAN],
    message=r"uncached turns of the last 4 h: mean is 2\.\d+ s, want < 1\.5 s .*all turns 1\.",
    touches=[SPOKEN],
    hard=True,
)
def slow_uncached(deployment: Deployment) -> Iterator[None]:
    pattern = f"{VOICE_OWN}/VoiceResponseTimeByCache[?]miss"
    with distorted(deployment, VOICE, pattern, "multiply", value=2.1, since=FOUR_HOURS):
        yield


@fault(
    name="sei-turns-three-in-a-thousand-slow",
    breaks="three of a thousand turns take two and a half seconds",
    fails=[FAST],
    message=r"fast turns is 99\.[0-8]\d* percent, want >= 99\.9 .*[1-9]\d* slow and 0 given up",
    touches=[SPOKEN],
)
def three_slow(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, f"{VOICE_OWN}/VoiceResponseTime", "set", value=2500, since=FOUR_HOURS, every=300):
        yield


@fault(
    name="sei-turns-given-up",
    breaks="users hung up before they heard anything; their turns are in no measurement",
    fails=[FAST, MEAN],
    message={
        FAST: r"fast turns is 9\d(\.\d+)? percent, want >= 99\.9 .*0 slow and [1-9]\d+ given up",
        MEAN: r"[1-9]\d+ turns of the last 4 h were given up and \d+ measured: they are in no mean",
    },
    touches=[SPOKEN],
    hard=True,
)
def given_up(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, f"{VOICE_OWN}/AbandonedTurns", "set", value=1, since=FOUR_HOURS):
        yield


@fault(
    name="sei-voice-cache-hits-few",
    breaks="one of five voice lookups hits the cache",
    fails=[HITS],
    message=r"voice lookups of the last 4 h: hit rate is 1\d(\.\d+)? percent, want > 30",
    touches=[VOICE_CACHE],
)
def few_hits(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, f"{VOICE_OWN}/VoiceCacheHits", "multiply", value=0.35, since=FOUR_HOURS):
        yield


@fault(
    name="sei-voice-cache-hits-of-probes",
    breaks="our own repeated calls count as hits; the provider bills nearly everything that users hear",
    fails=[HITS],
    message=r"the provider billed 9\d\.\d % of the characters .* want <= 75 %, though \d\d % of lookups",
    touches=[VOICE_CACHE],
    hard=True,
)
def hits_of_probes(deployment: Deployment) -> Iterator[None]:
    with distorted(deployment, VOICE, f"{VOICE_OWN}/VoiceCharactersBilled", "multiply", value=1.52, since=FOUR_HOURS):
        yield


@fault(
    name="aura-translation-cache-forgets",
    breaks="translations are kept for a second: hardly any lookup hits",
    fails=["AURA-3.3.3.3"],
    message=r"translation lookups of the last 4 h: hit rate is \d(\.\d+)? percent, want >= 70",
    touches=[TRANSLATIONS],
)
def forgets(deployment: Deployment) -> Iterator[None]:
    with ExitStack() as stack:
        for name, share in (("TranslationCacheHits", 0.02), ("TranslationCacheMisses", 4.9)):
            stack.enter_context(
                distorted(deployment, STUDIO, f"{STUDIO_OWN}/{name}", "multiply", value=share, since=FOUR_HOURS)
            )
        yield


@fault(
    name="aura-translation-cache-evicts",
    breaks="memory is short for two hours and translations are evicted; the hours before still look well",
    fails=["AURA-3.3.3.3"],
    message=r"translation lookups of the last 4 h: hit rate is [56]\d(\.\d+)? percent, want >= 70",
    touches=[TRANSLATIONS],
    hard=True,
)
def evicts(deployment: Deployment) -> Iterator[None]:
    with ExitStack() as stack:
        for name, share in (("TranslationCacheHits", 0.3), ("TranslationCacheMisses", 3.8)):
            stack.enter_context(
                distorted(
                    deployment, STUDIO, f"{STUDIO_OWN}/{name}", "multiply", value=share, since=9000, until=3600
                )
            )  # fmt: skip
        yield


def _task(deployment: Deployment, product: str, service: str) -> str:
    """The id of one of its tasks."""
    ecs = deployment.aws(product, "ecs")
    cluster = ecs.list_clusters()["clusterArns"][0]
    return str(sorted(ecs.list_tasks(cluster=cluster, serviceName=service)["taskArns"])[0]).rpartition("/")[2]


@fault(
    name="aura-worker-memory-full",
    breaks="all tasks of the workers use 95 percent of their memory",
    fails=["AURA-5.1.4.3"],
    message=r"memory of worker task \S+: memory is 95(\.0)? percent, want <= 80",
    touches=["aws:aurastudio:metrics:ECS"],
)
def memory_full(deployment: Deployment) -> Iterator[None]:
    ecs = deployment.aws(STUDIO, "ecs")
    cluster = ecs.list_clusters()["clusterArns"][0]
    with ExitStack() as stack:
        for arn in ecs.list_tasks(cluster=cluster, serviceName="worker")["taskArns"]:
            pattern = f"ECS/ContainerInsights/TaskMemoryUtilization[?]{arn.rpartition('/')[2]}"
            stack.enter_context(distorted(deployment, STUDIO, pattern, "set", value=95, since=1800))
        yield


@fault(
    name="aura-one-task-memory-full",
    breaks="one task of the API uses 99 percent of its memory; the service's mean is below half",
    fails=["AURA-5.1.4.3"],
    message=r"memory of api task \S+: memory is 99(\.0)? percent, want <= 80",
    touches=["aws:aurastudio:metrics:ECS"],
    hard=True,
)
def one_task_full(deployment: Deployment) -> Iterator[None]:
    pattern = f"ECS/ContainerInsights/TaskMemoryUtilization[?]{_task(deployment, STUDIO, 'api')}"
    with distorted(deployment, STUDIO, pattern, "set", value=99, since=1800):
        yield


@fault(
    name="sei-busy-hours-idle",
    breaks="six tasks run where two would do: more than half of what was bought is idle in the busiest hours",
    fails=["SEI-5.1.1.3.2"],
    message=r"what was bought: utilization is [5-6]\d(\.\d)? percent, want 70 to 85.*with 6 tasks",
    touches=["aws:seiketsu:metrics:ECS", "aws:seiketsu:metrics:ECS/ContainerInsights:RunningTaskCount", TASKS],
)
def idle(deployment: Deployment) -> Iterator[None]:
    pattern = "ECS/ContainerInsights/RunningTaskCount[?]api"
    with distorted(deployment, VOICE, pattern, "set", value=6, since=26 * 3600):
        yield


@fault(
    name="sei-busy-hours-too-full",
    breaks="the tasks are at 96 percent in the busiest hours, and idle in the newest ones: who looks now sees room",
    fails=["SEI-5.1.1.3.2"],
    message=r"what was bought: utilization is 9\d(\.\d)? percent, want (70 to|<=) 85",
    touches=["aws:seiketsu:metrics:ECS", TASKS],
    hard=True,
)
def too_full(deployment: Deployment) -> Iterator[None]:
    # The busiest hours are those of each day, in UTC: early in a day the newest ones are among them.
    idle = {"until": 3 * 3600.0} if datetime.now(UTC).hour >= 7 else {}
    with distorted(deployment, VOICE, "AWS/ECS/CPUUtilization[?]api", "set", value=96, since=26 * 3600, **idle):
        yield


@fault(
    name="sei-one-task-too-full",
    breaks="one task of the API was at 98 percent for twenty minutes while the other idled; their mean is well",
    fails=["SEI-5.1.1.3.2"],
    message=r"processor of api task \S+ was over 90 % for [12]\d min from \d\d:\d\dZ, want < 5 min",
    touches=[TASKS],
    hard=True,
)
def one_too_full(deployment: Deployment) -> Iterator[None]:
    pattern = f"ECS/ContainerInsights/TaskCpuUtilization[?]{_task(deployment, VOICE, 'api')}"
    with distorted(deployment, VOICE, pattern, "set", value=98, since=5400, until=4200):
        yield
