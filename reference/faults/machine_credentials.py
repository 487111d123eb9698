"""Keys of machines that are at other places than the secret store, or that may more than they need."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from reference.amending import amended
from reference.faults import fault
from reference.faults.source import committed, folder_of
from reference.switching import simulated

if TYPE_CHECKING:
    from reference.deployment import Deployment

PRODUCT, PREFIX, LINE = "seiketsu", "seiketsu-production", "SEI-1.1.2.3.3"
VOICE_KEY = ["provider:elevenlabs", "aws:seiketsu:secret:elevenlabs"]
"""It must be good, or nothing else is looked at."""


@fault(
    name="sei-voice-key-in-a-variable",
    breaks="a live key of the voice provider stands in the clear in the worker's definition",
    fails=[LINE],
    message=r"exposed secrets is \d+.*elevenlabs in variable VOICE_FALLBACK of container \S+ of .*worker",
    touches=["aws:seiketsu:definition:worker", *VOICE_KEY],
)
def voice_key_in_a_variable(deployment: Deployment) -> Iterator[None]:
    ecs = deployment.aws(PRODUCT, "ecs")
    definition = ecs.describe_task_definition(taskDefinition=f"{PREFIX}-worker")["taskDefinition"]
    container = definition["containerDefinitions"][0]
    key = deployment.settings.simulators["elevenlabs"].key
    given = {"environment": [*container["environment"], {"name": "VOICE_FALLBACK", "value": key}]}
    where = {"name": container["name"]}
    with amended(deployment, PRODUCT, "ecs", "containerDefinitions", given, where, "DescribeTaskDefinition"):
        yield


@fault(
    name="sei-voice-key-in-the-history",
    breaks="the live voice key was removed from the code and is still in the history",
    fails=[LINE],
    message=r"exposed secrets is \d+.*elevenlabs in api/voices\.py of commit",
    touches=["source:seiketsu:history", *VOICE_KEY],
    hard=True,
)
def voice_key_in_the_history(deployment: Deployment) -> Iterator[None]:
    text = f'connect("{deployment.settings.simulators["elevenlabs"].key}")\n'
    with committed(folder_of(deployment, PRODUCT), {"api/voices.py": text}, then_removed=True):
        yield


@fault(
    name="sei-voice-key-in-a-script",
    breaks="a public variable carries the voice key into a script of the site",
    fails=[LINE],
    message=r"exposed secrets is \d+.*elevenlabs in https://\S+\.js\.map",
    touches=["site:seiketsu:assets:map", *VOICE_KEY],
    hard=True,
)
def voice_key_in_a_script(deployment: Deployment) -> Iterator[None]:
    script = next(Path(deployment.settings.products[PRODUCT].web_folder).glob("assets/site.*.js"))
    key, map_ = deployment.settings.simulators["elevenlabs"].key, script.with_name(f"{script.name}.map")
    map_.write_text(f'{{"version": 3, "sourcesContent": ["NEXT_PUBLIC_VOICE_KEY={key}"], "mappings": ""}}')
    map_.chmod(0o644)
    try:
        yield
    finally:
        map_.unlink()


@fault(
    name="sei-token-in-the-logs",
    breaks="an error handler prints the Authorization header into the log",
    fails=[LINE],
    message=r"exposed secrets is \d+.*a credential in log group /ecs/\S+/worker, stream",
    touches=["aws:seiketsu:logs:worker", *VOICE_KEY],
    hard=True,
)
def token_in_the_logs(deployment: Deployment) -> Iterator[None]:
    logs, group = deployment.aws(PRODUCT, "logs"), f"/ecs/{PREFIX}/worker"
    stream = f"ecs/worker/{uuid4().hex}"
    said = f'{{"level": "error", "event": "upstream failed", "headers": "Authorization: Bearer {uuid4().hex}"}}'
    logs.create_log_stream(logGroupName=group, logStreamName=stream)
    try:
        event = {"timestamp": int(time.time() * 1000), "message": said}
        logs.put_log_events(logGroupName=group, logStreamName=stream, logEvents=[event])
        yield
    finally:
        logs.delete_log_stream(logGroupName=group, logStreamName=stream)


@fault(
    name="sei-voice-key-may-change-voices",
    breaks="the voice key was issued with all rights",
    fails=[LINE],
    message=r"the key may change voices \(.*answered 404",
    touches=VOICE_KEY,
    hard=True,
)
def voice_key_may_change_voices(deployment: Deployment) -> Iterator[None]:
    switches = {"missing_permissions": []}
    yield from simulated(deployment, "elevenlabs", switches, {"missing_permissions": ["voices_write", "user_write"]})
