"""Legal duties and acceptance, judged on made-up ones."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from fixtures.attestations.acceptance import Acceptance
from fixtures.attestations.duties import Duty
from fixtures.attestations.penetration import PenetrationTest
from fixtures.attestations.review import Review
from tests.judges.acceptance import unaccepted
from tests.judges.legal import SUBJECTS, unannounced, unmet
from tests.judges.penetration import host_of, not_independent, open_grave, uncovered
from tests.judges.reviews import forgotten, overdue, retrospective_delay, unchanged

NOW = datetime(2026, 11, 22, tzinfo=UTC)
PROOF = {"file": "x.md", "sha256": "0" * 64, "date": NOW}
WHOLE = ("GDPR", "CCPA", "TCPA", "Fair housing", "Terms of service", "Contract: OpenAI")


def duty(subject: str, state: str = "closed") -> Duty:
    return Duty.model_validate({"subject": subject, "state": state, "document": PROOF})


def test_duties() -> None:
    known = [duty(subject) for subject in WHOLE]
    assert unmet(known, ["OpenAI"], []) == {}
    assert unmet(known, ["OpenAI", "AWS"], []) == {"the contract with AWS": "is not in the register"}
    assert unmet([*known[1:], duty("GDPR", "open")], [], ["CCPA"]) == {
        "GDPR": "is open", "CCPA": "has a document that changed",
    }  # fmt: skip
    assert set(unmet([duty("Something else")], [], [])) == set(SUBJECTS)


@pytest.mark.parametrize(
    ("greeting", "why"),
    [
        ("I am the AI assistant. This call may be recorded.", ""),
        ("I am the AI assistant.", "does not say that the call is recorded"),
        ("Hello, calls are recorded.", "does not say that they speak with a machine"),
        ("We said hello.", "does not say that they speak with a machine and that the call is recorded"),
    ],
)
def test_greetings(greeting: str, why: str) -> None:
    assert unannounced(greeting) == why


def acceptance(*scenarios: str, result: str = "accepted") -> Acceptance:
    rows = [{"scenario": s, "on": NOW, "result": result, "evidence": PROOF} for s in scenarios]
    return Acceptance.model_validate({"accepted": rows})


def test_scenarios() -> None:
    given = {"house": acceptance("A call comes", "A lead is made"), "client": acceptance("A call comes")}
    assert unaccepted(["A call comes"], given, []) == {}
    assert unaccepted(["A call comes"], given, ["A call comes"]) == {"A call comes": "has evidence that changed"}
    assert unaccepted(["A lead is made"], given, []) == {"A lead is made": "was accepted by house only"}
    rejected = given | {"client": acceptance("A call comes", result="rejected")}
    assert unaccepted(["A call comes"], rejected, []) == {"A call comes": "was rejected by client"}


def penetration(**more: object) -> PenetrationTest:
    known = {"company": "Stone", "testers": ["r@stone.example"], "began": NOW, "ended": NOW, "report": PROOF}
    return PenetrationTest.model_validate(known | {"scope": ["api.example.com"]} | more)


def test_penetration_tests() -> None:
    assert host_of("wss://API.example.com/voice") == "api.example.com"
    assert host_of("https://localhost:8443") == "localhost:8443"
    assert uncovered(penetration(), ["https://api.example.com", "app.example.com"]) == ["app.example.com"]
    assert not_independent(penetration(), ["x@house.example"]) == []
    assert not_independent(penetration(), ["x@Stone.example"]) == ["r@stone.example"]
    found = [{"id": n, "severity": s, "state": t} for n, s, t in (("1", "high", "open"), ("2", "low", "open"))]
    fixed = [{"id": "3", "severity": "critical", "state": "fixed"}, {"id": "4", "severity": "high", "state": "fixed"}]
    fixed[1]["retest"] = PROOF  # type: ignore[assignment]
    findings = penetration(finding=[*found, *fixed]).finding
    assert set(open_grave(findings, [])) == {"1", "3"}
    assert set(open_grave(findings, ["4"])) == {"1", "3", "4"}


def review(report: str = "1", due: int = 1, closed: bool = False, title: str = "More memory") -> Review:
    action = {"title": title, "owner": "ann", "due": datetime(2026, 11, due, tzinfo=UTC)}
    action |= {"closed": NOW} if closed else {}
    said = {"kind": "review", "attendees": ["ann"], "report_sha256": report * 64, "decisions": ["Yes."]}
    return Review.model_validate(said | {"action": [action]})


def test_reviews() -> None:
    assert overdue(review(), NOW) == ["'More memory' of ann was due 2026-11-01"]
    assert overdue(review(closed=True), NOW) == overdue(review(due=30), NOW) == []
    assert unchanged(review("2"), review()) == []
    assert unchanged(review(), review()) == ["looks at the same report as the review before"]
    assert "puts 'More memory' off" in unchanged(review("2", due=20), review())[0]
    assert forgotten(review(title="Other things"), review()) == ["More memory"]
    assert retrospective_delay(datetime(2026, 11, 1, tzinfo=UTC), [datetime(2026, 11, 5, tzinfo=UTC)], NOW) == 4
    assert retrospective_delay(datetime(2026, 11, 1, tzinfo=UTC), [], NOW) == 21
