"""The product's site and its streams: where they are, and how a browser and a socket are given a session."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from golive.target.api import FieldPlace
from golive.target.base import LocalPath, Section, Url


class SignedIn(Section):
    """`[PRODUCT.web.signed_in]`: how a browser is given a session, and where the site shows what a user has stored.

    `{token}` stands for the access token.
    """

    cookies: dict[str, str] = {}
    storage: dict[str, str] = {}
    """Keys of the tab's session storage."""
    local: dict[str, str] = {}
    """Keys of the browser's local storage."""
    pages: list[str]
    """Paths of pages that show texts of the user's, such as names and titles."""
    stores: list[str]
    """Operations that store such a text, by the placeholders `{name}` and `{text}`."""


class TenantSwitch(Section):
    """`[PRODUCT.web.switch]`: a page on which somebody who belongs to two tenants changes from one to the other.

    In texts, `{first.token}`, `{first.tenant}`, `{first.NAME}` and the same of `second` are the two identities' token,
    tenant and `extra` values.
    """

    path: str
    identities: list[str] = Field(min_length=2, max_length=2)
    """Synthetic users of the two tenants; the product's own switch gives somebody the sessions of both."""
    cookies: dict[str, str] = {}
    local: dict[str, str] = {}
    """The browser's local storage, as the product fills it when somebody signs in."""
    storage: dict[str, str] = {}
    """The session storage of each tab."""
    control: str
    """Selector of what changes the tenant: a `select` of tenants' ids, or what is clicked for `{tenant}`."""
    search: str
    """Selector of the field in which somebody searches; Enter sends it."""
    deep_link: str
    """Path of something of the first tenant, which holds its marker."""


class Web(Section):
    """`[PRODUCT.web]`: the site that people open."""

    base_url: Url
    ca_file: LocalPath | None = None
    http_url: Url | None = None
    addresses: list[str] = []
    """IP addresses behind the host name, each of which must serve; empty: those that the name resolves to."""
    public_paths: list[str] = ["/"]
    private_paths: list[str] = []
    uncrawled_paths: list[str] = ["/api/"]
    """Paths that robots.txt keeps crawlers from, besides `private_paths`."""
    throttled_paths: list[str] = []
    """Paths for signing in and sending forms, of which one client is given only so many."""
    deep_path: str = "/"
    login_path: str | None = None
    build_id: str | None = None
    api_origin: str | None = None
    hosts: list[str] = []
    """Host names that the site must answer under, apex and www, beside that of `base_url`."""
    data_paths: list[str] = []
    """Paths on which the site gives data: what it passes on to the API (`/api/health`), `/_next/data/...`."""
    signed_in: SignedIn | None = None
    switch: TenantSwitch | None = None


class StreamEvent(Section):
    """A message of the WebSocket protocol: what is sent, and the field and value by which its answer is known."""

    send: dict[str, Any]
    expect: dict[str, str] = {}
    """JSONPath to the expected value."""
    reads: bool = True


class WebSocketStream(Section):
    """`[PRODUCT.websocket]`: the streaming interface."""

    url: Url
    """May hold placeholders: `{session_id}` (made by the operation `session_operation`), `{identity.NAME}`."""
    session_operation: str | None = None
    """The operation that opens the session which `url` names."""
    ca_file: LocalPath | None = None
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    auth: Literal["query", "header", "first_message", "none"] = "query"
    token_parameter: str = "token"  # noqa: S105
    ping: StreamEvent | None = None
    greeting: dict[str, str] = {}
    """What the first message holds when the connection is accepted: JSONPath to value."""
    begin: StreamEvent | None = None
    """Sent before the audio of a turn (and answered, when it says what to expect)."""
    finish: StreamEvent | None = None
    """Sent after the audio of a turn. Without it the server finds the end of the speech by itself."""
    speak: StreamEvent | None = None
    """Asks the server to say `{text}`."""
    audio: Literal["binary", "hex", "base64"] = "binary"
    """How audio comes from the server: binary frames, or encoded in a message, at the field `audio`."""
    messages: dict[str, dict[str, str]] = {}
    """Our word for a message of the server (`audio`, `done`, `error`) to what tells it: JSONPath to value."""
    fields: dict[str, FieldPlace] = {}
    """Our word for a value in those messages to its place (JSONPath)."""
    largest_message: int | None = Field(default=None, gt=0)
    """Bytes that one message may have; a longer one ends the connection (close code 1009)."""
    others: dict[str, WebSocketStream] = {}
    """More streams by our word, such as `speech` (says a text) and `channel` (pushes to signed-in clients)."""
