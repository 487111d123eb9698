"""report.html: every line in its place, nothing fetched, foreign text stays text."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from itertools import product

import pytest
from bs4 import BeautifulSoup, Tag
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from golive.gate import Scope
from golive.observation import Observation
from golive.report.html import KINDS, TEMPLATES, bar, render_html
from golive.report.tree import trees
from golive.report.wording import printable
from golive.verdict import Verdict
from selftest.engine.made_runs import AT, CATALOGUE, ITEMS, result, results_of, run_of

MIXED = dict(zip(ITEMS, (Verdict.PASSED, Verdict.WAIVED, Verdict.FAILED, Verdict.UNVERIFIED), strict=True))
HOSTILE = (
    "</script ><!--<script </script><script>alert(1)</script>"
    "<img src=x onerror=alert(1)> <!-- ]]> {{ 7*7 }} \x00\ud800 \"'&amp; "
    "<iframe src=https://evil.example></iframe> </details></main>"
)


def page_of(verdicts: dict[str, Verdict], **more: object) -> BeautifulSoup:
    return BeautifulSoup(render_html(run_of(results_of(verdicts), **more), CATALOGUE), "html.parser")  # type: ignore[arg-type]


def one(page: BeautifulSoup | Tag, selector: str) -> Tag:
    found = page.select(selector)
    assert len(found) == 1, f"{selector}: {len(found)}"
    return found[0]


def words(tag: Tag) -> str:
    return " ".join(tag.get_text(" ").split())


def test_the_head_says_what_was_decided_and_over_what() -> None:
    head = words(one(page_of(MIXED), "header.verdict"))
    for told in (
        "NO-GO", "1 failed of 3 lines in scope", "Made-up product", "2.0.1 (4f1c2ab)", "targets/made.toml",
        "2026-11-22 03:04 UTC, took 3 min 32 s", "Decided over phases predeploy",
    ):  # fmt: skip
        assert told in head
    assert one(page_of(MIXED), "head > title").get_text().startswith("NO-GO · Made-up product 2.0.1")


def test_go() -> None:
    page = page_of(dict.fromkeys(ITEMS, Verdict.PASSED))
    assert one(page, "h1").get_text() == "GO"
    assert "all 4 lines in scope passed" in words(one(page, ".causes"))


def test_an_empty_run_is_no_go_with_its_reason() -> None:
    page = page_of({}, boxes=(), scope=Scope("selection -k x", ()))
    assert one(page, "h1").get_text() == "NO-GO"
    assert "nothing was verified" in words(one(page, ".causes"))


def test_what_blocks_links_to_its_line() -> None:
    page = page_of(MIXED)
    causes = page.select(".causes ol > li")
    assert [words(one(c, ".badge")) for c in causes] == ["✕ failed"]
    assert "orders-db: retention of M-1.2.1 is 7 days, want >= 30 days" in words(causes[0])
    assert [a["href"] for a in page.select(".causes a")] == ["#M-1.2.1", "#M-2.1"]
    assert all(one(page, f"[id='{str(a['href'])[1:]}']") for a in page.select(".causes a"))


def test_one_reason_for_many_lines_is_one_cause() -> None:
    results = [result(i, Verdict.UNVERIFIED, message="no check yet") for i in ITEMS[:3]]
    page = BeautifulSoup(render_html(run_of(results), CATALOGUE), "html.parser")
    assert [words(p) for p in page.select(".reason")] == ["no check yet"]
    assert len(page.select(".causes .blocked")) == 3


def test_every_line_stands_once_in_document_order_and_nested() -> None:
    page = page_of(MIXED)
    ids = [str(t["id"]) for t in page.select("#tree [id]") if str(t["id"]).startswith("M-")]
    assert ids == list(CATALOGUE.lines)
    for known in CATALOGUE:
        if known.parent:
            up = one(page, f"[id='{known.id}']").find_parent(class_="branch")
            assert up is not None
            assert up["id"] == known.parent


def test_a_line_shows_verdict_observed_limit_and_reason() -> None:
    page = page_of(MIXED)
    line = one(page, "[id='M-1.2.1']")
    assert words(one(line, "summary")) == (
        "✕ failed M-1.2.1 Title of M-1.2.1 orders-db: retention of M-1.2.1 is 7 days, want >= 30 days"
        " 7 days want >= 30 days 0.2 s"
    )
    assert line["data-kind"] == "failed"
    assert "waived by head of operations" in words(one(page, "[id='M-1.1.2'] > summary"))


def test_groups_roll_up_and_what_needs_attention_is_unfolded() -> None:
    page = page_of(MIXED)
    assert "passed with 1 waiver 1/2" in words(one(page, "[id='M-1.1'] > summary"))
    assert "failed 0/2 , 1 failed , 1 unverified" in words(one(page, "[id='M-1.2'] > summary")).replace(
        "2,", "2 ,"
    ).replace("d,", "d ,")
    assert one(page, "[id='M-1.2']").has_attr("open")
    assert not one(page, "[id='M-1.1']").has_attr("open")


def test_not_selected_lines_are_there_and_hidden_and_never_green() -> None:
    page = page_of({"M-1.1.1": Verdict.PASSED}, boxes=(), scope=Scope("selection", ("M-1.1.1",)))
    left_out = one(page, "[id='M-1.2.1']")
    assert left_out.has_attr("hidden")
    assert left_out["data-kind"] == "not selected"
    group = one(page, "[id='M-1.1']")
    assert "partial" in group["class"]
    assert "passed so far 1/1 (+1 not selected)" in words(one(page, "[id='M-1.1'] > summary"))


def test_an_interrupted_run_says_so() -> None:
    assert "The run was interrupted." in words(one(page_of(MIXED, interrupted=True), "main"))


@pytest.mark.parametrize(
    "where", ["message", "observed", "limit", "waiver", "nodeid", "evidence", "target", "release", "facts"]
)
def test_hostile_text_stays_text(where: str) -> None:
    calm = page_of(MIXED)
    results = results_of(MIXED)
    run: dict[str, object] = {}
    if where == "evidence":
        odd = Observation(HOSTILE, HOSTILE, {HOSTILE: [HOSTILE, float("nan")]}, HOSTILE, HOSTILE, AT)
        results[2] = result(results[2].id, Verdict.FAILED, evidence=(odd,))
    elif where in ("target", "release", "facts"):
        run = {where: HOSTILE if where == "target" else {"made" if where == "release" else HOSTILE: HOSTILE}}
    else:
        results = [result(r.id, r.verdict, **{where: HOSTILE}) for r in results]
    text = render_html(run_of(results, **run), CATALOGUE)  # type: ignore[arg-type]
    text.encode("utf-8")
    # By the HTML standard `</script` and a space end a script too, which html.parser does not see.
    assert "<" not in text.split('id="details">')[1].split("</script>\n<script>")[0]
    page = BeautifulSoup(text, "html.parser")
    for tag in ("script", "img", "iframe", "main", "style", "link", "form", "object"):
        assert len(page.find_all(tag)) == len(calm.find_all(tag)), tag
    assert not [t for t in page.find_all(True) if any(a.startswith("on") for a in t.attrs)]
    assert "\x00" not in text
    assert "49" not in words(page) if where == "message" else True
    if where not in ("nodeid", "evidence"):
        assert " ".join(printable(HOSTILE).split()) in words(page)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=40)
@given(st.text(st.characters(exclude_categories=()), min_size=1, max_size=40))
def test_any_evidence_reads_back_from_the_page(text: str) -> None:
    evidence = (Observation("s", "n", text, "", "src", AT),)
    page = BeautifulSoup(render_html(run_of([result("M-1.1.1", evidence=evidence)]), CATALOGUE), "html.parser")
    data = json.loads(one(page, "script#details").get_text())
    assert data["lines"]["M-1.1.1"]["evidence"][0][2] == text


def test_the_page_asks_no_network_and_runs_only_its_own_script() -> None:
    text = render_html(run_of(results_of(MIXED)), CATALOGUE)
    page = BeautifulSoup(text, "html.parser")
    assert not [t for t in page.find_all(True) if t.has_attr("src") or t.has_attr("srcset") or t.has_attr("style")]
    assert {str(t["href"])[:5] for t in page.find_all(href=True)} <= {"data:"} | {
        str(t["href"])[:5] for t in page.select("[href^='#']")
    }
    css = one(page, "style").get_text()
    assert not re.search(r"url\(|@import|@font-face", css)
    script = page.find_all("script")[-1].get_text()
    policy = str(one(page, "meta[http-equiv]")["content"])
    assert "default-src 'none'" in policy
    assert f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'" in policy
    assert "innerHTML" not in script


def test_each_part_of_a_bar_can_be_seen_and_the_bar_is_full() -> None:
    nodes = [n for t in trees(run_of(results_of(MIXED)), CATALOGUE) for n in t.items]
    made = bar([nodes[0]] * 999 + [nodes[2]])
    assert [s.kind for s in made.segments] == ["passed", "failed"]
    assert made.segments[1].width > 1
    assert sum(s.width for s in made.segments) == pytest.approx(100, abs=0.1)
    assert made.words == "999 passed, 1 failed"
    assert bar([]).segments == ()


def _palettes() -> dict[str, dict[str, str]]:
    css = (TEMPLATES / "report.css").read_text()
    blocks = [dict(re.findall(r"--([\w-]+): (#\w{6})", b)) for b in re.findall(r":root \{(.*?)\}", css, re.S)]
    return {"light": blocks[0], "dark": {**blocks[0], **blocks[1]}}


def _contrast(a: str, b: str) -> float:
    def luminance(colour: str) -> float:
        parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
        linear = [p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]
        return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]

    high, low = sorted((luminance(a), luminance(b)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_has_the_contrast_that_wcag_asks_for(scheme: str) -> None:
    colours = _palettes()[scheme]
    verdicts = ("passed", "failed", "unverified", "waived", "left-out")
    pairs = [
        *product(("ink", "quiet", "link", *verdicts), ("paper", "card", "hover")),
        *((v, f"{v}-soft") for v in verdicts),
    ]
    weak = {
        (a, b): round(_contrast(colours[a], colours[b]), 2) for a, b in pairs if _contrast(colours[a], colours[b]) < 4.5
    }
    assert not weak
    assert _contrast(colours["go"], "#ffffff") > 4.5
    assert _contrast(colours["no-go"], "#ffffff") > 4.5


def test_every_verdict_has_a_sign_and_a_word_beside_its_colour() -> None:
    page = page_of(MIXED)
    for kind in KINDS[:-1]:
        badges = page.select(f".line .badge.{kind}")
        assert badges
        assert all(words(b).endswith(kind) and one(b, ".sign").get_text() for b in badges)
