"""Whether each business scenario was accepted on both sides, by people who did not make it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from fixtures.attestations.acceptance import Acceptance
from golive.attestation import Role

MAKERS = ("develop", "engineer")


def unaccepted(
    scenarios: Iterable[str], given: Mapping[str, Acceptance], lost: Iterable[str], fewest: int = 2
) -> dict[str, str]:
    """Return scenario to why it is not accepted.

    Args:
        given: who accepts (role) to what.
        lost: scenarios whose evidence is not what was put on record.
        fewest: how many roles have to accept each.
    """
    gone, found = set(lost), {}
    for scenario in scenarios:
        by = [(role, a) for role, said in given.items() for a in said.accepted if a.scenario == scenario]
        against = [role for role, a in by if a.result != "accepted"]
        if against:
            found[scenario] = f"was rejected by {', '.join(against)}"
        elif scenario in gone:
            found[scenario] = "has evidence that changed"
        elif len(by) < fewest:
            found[scenario] = f"was accepted by {', '.join(role for role, _ in by) or 'nobody'} only"
    return found


def makers(people: Iterable[str], roles: Iterable[Role]) -> dict[str, str]:
    """Return who of the people makes the product, with the role by which it is known."""
    made = {r.person: r.name for r in roles if any(word in r.name.lower() for word in MAKERS)}
    return {person: made[person] for person in people if person in made}
