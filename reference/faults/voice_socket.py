"""A stream of speech that does not open, does not stream, does not come back, or opens to anybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from reference.faults import fault
from reference.switching import switched

if TYPE_CHECKING:
    from reference.deployment import Deployment

LINE, PRODUCT = "SEI-1.2.1.2.4", "seiketsu"
PREFIX = "/api/v1/voice/streaming/stream/"
STREAM = [f"app:{PRODUCT}:behaviour:speech-stream"]


@fault(
    name="sei-stream-upgrade-stripped",
    breaks="the balancer does not pass on that a connection is to become a WebSocket",
    fails=[LINE],
    message=r"wss://\S+ did not open: .*HTTP 404: a good token should open it",
    touches=[f"nginx:{PRODUCT}-api:speech-stream", *STREAM],
)
def upgrade_stripped(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten(f"{PRODUCT}-api", stripped=[PREFIX]):
        yield


@fault(
    name="sei-stream-collected",
    breaks="all of the speech is collected, and then sent in many messages at once",
    fails=[LINE],
    message=r"\Aa text: burst is \d+(\.\d+)? percent, want <= 50.*collected first",
    touches=STREAM,
    hard=True,
)
def collected(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "stream_collected")


@fault(
    name="sei-stream-out-of-order",
    breaks="of two pieces of speech the second is sent first; the numbers of the messages look well",
    fails=[LINE],
    message=r"a text: (\d+ % of its words are understood wrongly|what came can't be decoded)",
    touches=STREAM,
    hard=True,
)
def out_of_order(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "stream_out_of_order")


@fault(
    name="sei-stream-checked-once",
    breaks="the token is looked at when the stream opens, and never again: it lives on after signing out",
    fails=[LINE],
    message=r"a stream still answers, and speaks after its user has signed out",
    touches=STREAM,
    hard=True,
)
def checked_once(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "stream_checked_once")


@fault(
    name="sei-stream-session-stays-taken",
    breaks="a session whose connection was lost counts as open for half a minute; one that is closed does not",
    fails=[LINE],
    message=r"coming back after a drop: the session does not speak within 5\.\d s",
    touches=STREAM,
    hard=True,
)
def session_stays_taken(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "dropped_streams_stay")


@fault(
    name="sei-stream-any-origin",
    breaks="a page of any site may open the stream with its visitor's token",
    fails=[LINE],
    message=r"a stream opens with a page of https://evil\.example \(a stranger\): .* with 101",
    touches=STREAM,
    hard=True,
)
def any_origin(deployment: Deployment) -> Iterator[None]:
    yield from switched(deployment, PRODUCT, "ws_any_origin")


@fault(
    name="sei-stream-idle-cut",
    breaks="the balancer ends a stream on which nobody speaks for two seconds",
    fails=[LINE],
    message=r"a stream with nothing but pings: idle kept is \d(\.\d+)? s, want >= 4 s.*closed with 1006",
    touches=[f"nginx:{PRODUCT}-api:speech-stream", *STREAM],
    hard=True,
)
def idle_cut(deployment: Deployment) -> Iterator[None]:
    with deployment.edge.relisten(f"{PRODUCT}-api", quiet={PREFIX: 2}):
        yield
