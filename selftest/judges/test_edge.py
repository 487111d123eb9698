"""How plain HTTP, headers, health entries, pages and sitemaps are judged."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

from tests.judges.answer_headers import by_what, unprotected
from tests.judges.build import references
from tests.judges.cookies import open_cookies, open_sessions
from tests.judges.crawling import foreign, hidden, locations, robots_problems
from tests.judges.https import covers_sub_domains, max_age_of, plain_problem
from tests.judges.tls import is_chain_problem, is_name_problem, renewal_problems

SITE = "https://app.example.com"
HOME = "http://app.example.com/a?b=1"
RECORD = {"Name": "_x.app.example.com.", "Value": "_y.acm.example."}
VALIDATION = {"DomainName": "app.example.com", "ValidationMethod": "DNS", "ResourceRecord": RECORD}
RECORDS = {"_x.app.example.com": "_y.acm.example"}


@pytest.mark.parametrize(
    ("status", "location", "wrong"),
    [
        (301, f"{SITE}/a?b=1", ""),
        (308, f"{SITE}:443/a?b=1", ""),
        (302, f"{SITE}/a?b=1", "answers 302 in clear text"),
        (200, "", "answers 200 in clear text"),
        (301, "http://www.app.example.com/a?b=1", "not https"),
        (301, "/a?b=1", "not https"),
        (301, "https://evil.example/a?b=1", "none of this deployment's"),
        (301, f"{SITE}/", "path is lost"),
    ],
)
def test_plain_answers(status: int, location: str, wrong: str) -> None:
    problem = plain_problem(HOME, status, location, [SITE])
    assert wrong in (problem or "")
    assert bool(problem) is bool(wrong)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("max-age=31536000; includeSubDomains", 31536000),
        ('includeSubDomains; Max-Age="600"', 600),
        ("max-age=0", 0),
        ("max-age=", -1),
        ("x-max-age=5", -1),
        (None, -1),
    ],
)
def test_max_age(header: str | None, seconds: int) -> None:
    assert max_age_of(header) == seconds


def test_sub_domains_and_cookies() -> None:
    assert covers_sub_domains("max-age=1; includesubdomains")
    assert not covers_sub_domains("max-age=1")
    several = "a=1; Secure, b=2; Expires=Wed, 21 Oct 2026 07:28:00 GMT; Path=/, c=3; HttpOnly; secure"
    assert open_cookies({"Set-Cookie": several}) == ["b"]
    assert open_cookies({}) == []


@pytest.mark.parametrize(
    ("attributes", "lacking"),
    [
        ("; Secure; HttpOnly; SameSite=Lax", []),
        ("; secure; httponly; samesite=STRICT; Path=/", []),
        ("; Secure; SameSite=Lax", ["HttpOnly"]),
        ("; Secure; HttpOnly; SameSite=None", ["SameSite=Lax or Strict"]),
        ("", ["Secure", "HttpOnly", "SameSite=Lax or Strict"]),
    ],
)
def test_session_cookies(attributes: str, lacking: list[str]) -> None:
    told = [f"sets the session cookie sid without {what}" for what in lacking]
    assert open_sessions({"Set-Cookie": f"sid=1{attributes}"}) == told
    assert open_sessions({"Set-Cookie": f"sid=1{attributes}"}, {"other"}) == []


def test_a_cookie_that_pages_repeat_may_be_read_by_them() -> None:
    assert open_sessions({"Set-Cookie": "XSRF-TOKEN=1; Secure; SameSite=Lax"}) == []


GUARDED = {
    "X-Content-Type-Options": "nosniff", "X-Frame-Options": "DENY", "Referrer-Policy": "unsafe-url, strict-origin",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({}, ""),
        ({"X-Content-Type-Options": ""}, "nosniff"),
        ({"X-Frame-Options": "ALLOW-FROM https://a.example"}, "frame-ancestors"),
        ({"X-Frame-Options": "", "Content-Security-Policy": "frame-ancestors 'none'"}, ""),
        ({"Content-Security-Policy": "default-src 'self'; frame-ancestors *"}, "frame-ancestors"),
        ({"Referrer-Policy": "unsafe-url"}, "Referrer-Policy"),
        ({"Referrer-Policy": "strict-origin, no-referrer-when-downgrade"}, "Referrer-Policy"),
    ],
)
def test_what_answers_tell_browsers(changes: dict[str, str], missing: str) -> None:
    found = unprotected(GUARDED | changes)
    assert len(found) == bool(missing)
    assert missing in "".join(found)


def test_what_is_missing_is_told_once_with_its_answers() -> None:
    assert by_what([(str(n), ["x"]) for n in range(6)]) == ["no x on 0, 1, 2, 3 and 2 more"]


def test_openssl_words() -> None:
    assert is_chain_problem("unable to get local issuer certificate")
    assert is_chain_problem("self-signed certificate")
    assert is_name_problem("Hostname mismatch, certificate is not valid for 'a'.")
    assert not is_chain_problem("certificate has expired")
    assert not is_name_problem("certificate has expired")


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({}, ""),
        ({"kind": "IMPORTED"}, "nobody renews but you"),
        ({"status": "EXPIRED"}, "its status is EXPIRED"),
        ({"renewal": {"status": "FAILED", "reason": "CAA_ERROR"}}, "renewal is FAILED CAA_ERROR"),
        ({"validations": []}, "how it was validated"),
        ({"validations": [{"DomainName": "a", "ValidationMethod": "EMAIL"}]}, "validated by EMAIL"),
        ({"records": {}}, "is gone"),
        ({"records": {"_x.app.example.com": "elsewhere"}}, "leads to elsewhere"),
    ],
)
def test_renewal(changes: dict[str, Any], wrong: str) -> None:
    given: dict[str, Any] = {"kind": "AMAZON_ISSUED", "status": "ISSUED", "renewal": {}, "validations": [VALIDATION]}
    problems = renewal_problems(**({**given, "records": RECORDS} | changes))
    assert len(problems) == bool(wrong)
    assert wrong in "".join(problems)


def test_sitemaps() -> None:
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    assert locations(f'<urlset xmlns="{space}"><url><loc> {SITE}/ </loc></url></urlset>') == ([f"{SITE}/"], "")
    assert "no page" in locations(f'<urlset xmlns="{space}"/>')[1]
    assert "want urlset" in locations("<html/>")[1]
    assert "no XML" in locations("not found")[1]
    assert "no XML" in locations('<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')[1]
    assert not foreign(f"{SITE}:443/x", SITE)
    assert "not https" in foreign("http://app.example.com/", SITE)
    assert "another host" in foreign("https://b.example/", SITE)


@pytest.mark.parametrize(
    ("header", "body", "is_hidden"),
    [
        ("", "<p>noindex</p>", False),
        ("noindex", "", True),
        ("none", "", True),
        ("", '<meta name="robots" content="noindex,follow">', True),
        ("", "<meta content=NOINDEX name=googlebot>", True),
        ("max-snippet:10", '<meta name="robots" content="index">', False),
    ],
)
def test_pages_that_hide(header: str, body: str, is_hidden: bool) -> None:
    page = SimpleNamespace(url=SITE, headers={"X-Robots-Tag": header}, text=body)
    assert bool(hidden(cast(Any, page))) is is_hidden


@pytest.mark.parametrize(
    ("rules", "wrong"),
    [
        ("User-agent: *\nAllow: /\nDisallow: /api/\n", ""),
        ("User-agent: *\nDisallow: /\n", "keeps Googlebot from /"),
        ("User-agent: *\nAllow: /\n", "lets Googlebot into /api/"),
        ("User-agent: *\nDisallow: /api/\n\nUser-agent: Bingbot\nDisallow: /\n", "keeps Bingbot from /"),
        ("User-agent: *\nDisallow: /api/\n\nUser-agent: Bingbot\nAllow: /\n", "lets Bingbot into /api/"),
    ],
)
def test_robots(rules: str, wrong: str) -> None:
    sitemap = f"{SITE}/sitemap.xml"
    problems = robots_problems(f"{rules}Sitemap: {sitemap}\n", SITE, ["/"], ["/api/"], sitemap)
    assert wrong in "".join(problems)
    assert bool(problems) is bool(wrong)
    assert "names the sitemap (none)" in "".join(robots_problems(rules, SITE, ["/"], ["/api/"], sitemap))


def test_what_a_page_loads() -> None:
    page = '<link rel="stylesheet" href="/a.css"><script src="/b.js" integrity="sha384-x"></script><script>1</script>'
    page += '<link rel="icon" href="/c.svg"><link rel="modulepreload" href="/d.js">'
    page += '<script src="/b.js" integrity="sha384-x"></script>'
    found = [(r.kind, r.address, r.integrity) for r in references(page)]
    assert found == [("style", "/a.css", ""), ("script", "/b.js", "sha384-x"), ("script", "/d.js", "")]
