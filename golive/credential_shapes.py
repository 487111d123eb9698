"""What credentials look like in a text, so that those that nobody registered are redacted too.

Each `Shape` has words that must be in the (lower-cased) text before its expression is tried, which keeps redaction of
ordinary text quick. A shape replaces the credential and keeps what a reader needs: the user of a URL, the name of a
header or cookie, the attributes of a cookie. Shapes must not eat ids, digests, ARNs or ordinary words.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

MARKER = "[redacted]"
_M = re.escape(MARKER)


@dataclass(frozen=True, slots=True)
class Shape:
    """One form of credential: `triggers` are lower case; any of them must be in the text."""

    name: str
    triggers: tuple[str, ...]
    expression: re.Pattern[str]
    replacement: str | Callable[[re.Match[str]], str]

    def apply(self, text: str, lowered: str) -> str:
        """Return `text` with this form replaced; `lowered` is `text.lower()`."""
        if not any(trigger in lowered for trigger in self.triggers):
            return text
        return self.expression.sub(self.replacement, text)


_QUOTE = r"(?:\\?[\"'])"
_SENSITIVE = (
    r"(?:[a-z0-9_.-]*[_.-])?(?:password[_-]?hash|hashed[_-]?password|password|passwd|passphrase|pwd|secret|secret[_-]?key|secret[_-]?access[_-]?key|api[_-]?key"
    r"|apikey|access[_-]?token|refresh[_-]?token|id[_-]?token|session[_-]?token|auth[_-]?token|token|private[_-]?key"
    r"|client[_-]?secret|signing[_-]?key|encryption[_-]?key|x-amz-signature|x-amz-security-token|x-amz-credential"
    r"|sslpassword|pgpassword)"
)
_SENSITIVE_KEY = re.compile(
    rf"(?:{_SENSITIVE}|authorization|proxy-authorization|x-auth-token|xi-api-key|credential)", re.IGNORECASE
)
_NOT_SENSITIVE = re.compile(
    r"(?:next|page|pagination|continuation|max|marker|client_request|csrf_cookie)[_-]?token", re.IGNORECASE
)
_COOKIE_ATTRIBUTES = {"path", "domain", "max-age", "expires", "samesite", "priority", "version"}
_NO_SECRET = {"none", "true", "false", "null", "nil", "undefined", "", "...", "str", "bytes", "secret", "required"}


def names_a_secret(key: str) -> bool:
    """Say whether a mapping's key (`password`, `DB_PASSWORD`, `x-api-key`) announces a credential as its value."""
    return _SENSITIVE_KEY.fullmatch(key) is not None and _NOT_SENSITIVE.fullmatch(key) is None


def names_a_cookie(key: str) -> bool:
    """Say whether a mapping's key is a header that carries cookies."""
    return key.lower() in ("cookie", "set-cookie")


def hide_cookies(value: str) -> str:
    """Return a Cookie or Set-Cookie value with the cookies' values replaced; names and attributes stay."""
    return _COOKIE_PAIR.sub(_hide_cookie, value)


def _hide_cookie(found: re.Match[str]) -> str:
    return found[0] if found["name"].lower() in _COOKIE_ATTRIBUTES else f"{found['name']}={MARKER}"


def _hide_cookie_header(found: re.Match[str]) -> str:
    return found["head"] + hide_cookies(found["rest"])


def _hide_pair(found: re.Match[str]) -> str:
    if _NOT_SENSITIVE.fullmatch(found["key"]):
        return found[0]
    value = found["value"]
    if found["key"].lower() == "pwd" and value.startswith("/"):
        return found[0]
    if value.lower() in _NO_SECRET or value == found["key"] or value.startswith(MARKER):
        return found[0]
    return f"{found['head']}{MARKER}"


def _hide_userinfo(found: re.Match[str]) -> str:
    return f"{found['scheme']}{found['user']}:{MARKER}@"


_COOKIE_PAIR = re.compile(rf"(?P<name>[!#$%&*+.^_`|~0-9A-Za-z-]+)=(?P<value>{_M}|[^;,\s\"'\\]+)")

_PREFIXES = (
    "sk-", "sk_", "rk_", "whsec_", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_", "glpat-", "xox",
    "xapp-", "aiza", "pcsk_", "sg.", "hf_", "dop_v1_", "sntry", "ya29.", "dp.", "sbp_",
    "hvs.", "figd_",
)  # fmt: skip

SHAPES: tuple[Shape, ...] = (
    Shape(
        "private key block",
        ("private key-----",),
        re.compile(
            r"-----BEGIN (?P<kind>[A-Z0-9 ]*PRIVATE KEY)-----"
            r"(?:.{0,20000}?-----END (?P=kind)-----|(?:[A-Za-z0-9+/=\s>|]|\\[nr])*)",
            re.DOTALL,
        ),
        MARKER,
    ),
    Shape(
        "password in a URL",
        ("://",),
        # Asterisks alone are what programs print in a password's place.
        re.compile(
            rf"(?P<scheme>\b[a-z][a-z0-9+.-]*://)(?P<user>[^\s/:@'\"<>\\]*):(?!\*+@)(?:{_M}|[^\s/'\"<>\\])+@",
            re.IGNORECASE,
        ),
        _hide_userinfo,
    ),
    Shape(
        "key in place of a URL's user",
        ("://",),
        re.compile(r"(\b[a-z][a-z0-9+.-]*://)[^\s/:@'\"<>\\?#\[]{16,}@", re.IGNORECASE),
        rf"\g<1>{MARKER}@",
    ),
    Shape(
        "JSON web token",
        ("eyj",),
        re.compile(r"\beyJ[A-Za-z0-9_-]{6,}\.[A-Za-z0-9_-]{2,}(?:\.[A-Za-z0-9_-]*)*"),
        MARKER,
    ),
    Shape(
        "cookie header",
        ("cookie",),
        re.compile(
            rf"(?P<head>\b(?:set-)?cookie{_QUOTE}?\s*[:=,]\s*(?:b?{_QUOTE})?)"
            rf"(?P<rest>[!#$%&*+.^_`|~0-9A-Za-z-]+=(?:{_M}|[^\"'\\\r\n])*)",
            re.IGNORECASE,
        ),
        _hide_cookie_header,
    ),
    Shape(
        "authorization header",
        ("authorization",),
        re.compile(
            rf"(?P<head>\bauthorization{_QUOTE}?\s*[:=,]\s*(?:b?{_QUOTE})?)"
            rf"(?:(?:bearer|basic|digest|negotiate|token|apikey|api-key|key|aws4-hmac-sha256)\s+(?:{_M}|[^\s\"'\\][^\"'\\\r\n]*)"
            rf"|(?=[^\s\"'\\]*[0-9])[^\s\"'\\]{{8,}})",
            re.IGNORECASE,
        ),
        rf"\g<head>{MARKER}",
    ),
    Shape(
        "bearer or basic credentials",
        ("bearer ", "basic "),
        re.compile(
            r"\b(?P<scheme>(?i:bearer|basic)) +(?=[A-Za-z0-9+/=._~-]*[0-9=]|[A-Za-z]+[A-Z])[A-Za-z0-9+/=._~-]{8,}"
        ),
        rf"\g<scheme> {MARKER}",
    ),
    Shape(
        "API key header",
        ("api-key", "auth-token", "api_key"),
        re.compile(
            rf"(?P<head>\b(?:x-|xi-)?(?:api[-_]key|auth-token){_QUOTE}?\s*[:=,]\s*(?:b?{_QUOTE})?)"
            rf"(?=[^\s\"'\\,;]*[0-9_])[^\s\"'\\,;\[\]]{{8,}}",
            re.IGNORECASE,
        ),
        rf"\g<head>{MARKER}",
    ),
    Shape(
        "quoted value of a sensitive name",
        ("pass", "pwd", "secret", "token", "key"),
        re.compile(
            rf"(?P<head>(?<![A-Za-z0-9])(?P<key>{_SENSITIVE})(?P<close>{_QUOTE})?\s*[:=]\s*b?(?P<quote>{_QUOTE}))"
            rf"(?P<value>(?:{_M}|(?!(?P=quote)).)+?)(?=(?P=quote))",
            re.IGNORECASE,
        ),
        _hide_pair,
    ),
    Shape(
        "value of a sensitive name in a DSN, query or environment",
        ("pass", "pwd", "secret", "token", "key", "x-amz-"),
        re.compile(
            rf"(?P<head>(?<![A-Za-z0-9])(?P<key>{_SENSITIVE})=)(?P<value>{_M}|[^\s&;,\"'<>()\[\]{{}}\\]++)(?![(\[])",
            re.IGNORECASE,
        ),
        _hide_pair,
    ),
    Shape(
        "AWS access key id", ("akia", "asia"), re.compile(r"\b(AKIA|ASIA)[A-Z0-9]{12}([A-Z0-9]{4})\b"), rf"\1{MARKER}\2"
    ),
    Shape(
        "token with a well-known prefix",
        _PREFIXES,
        re.compile(
            r"(?<![A-Za-z0-9_-])(?:sk-(?=[A-Za-z0-9_-]*[0-9])[A-Za-z0-9_-]{16,}|(?:sk|rk)_(?:live_|test_)?[A-Za-z0-9]{16,}"
            r"|whsec_[A-Za-z0-9+/=]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}"
            r"|xox[a-z]-[A-Za-z0-9-]{10,}|xapp-[A-Za-z0-9-]{10,}|AIza[A-Za-z0-9_-]{30,}|pcsk_[A-Za-z0-9_]{16,}"
            r"|SG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}|hf_[A-Za-z0-9]{20,}"
            r"|dop_v1_[a-f0-9]{40,}|sntry[su]_[A-Za-z0-9+/=_-]{20,}|ya29\.[A-Za-z0-9_-]{20,}|dp\.(?:pt|st)\.[A-Za-z0-9]{20,}"
            r"|sbp_[a-f0-9]{30,}|hvs\.[A-Za-z0-9_-]{20,}|figd_[A-Za-z0-9_-]{20,})"
        ),
        MARKER,
    ),
    Shape(
        "webhook address",
        ("hooks.slack.com/services/", "/api/webhooks/"),
        re.compile(r"(hooks\.slack\.com/services/|discord(?:app)?\.com/api/webhooks/)[^\s\"'<>\\\[]+", re.IGNORECASE),
        rf"\g<1>{MARKER}",
    ),
)
"""In the order in which they are tried."""
