"""Judges who was told of an incident, and what else they read in it. Pure; addresses in lower case."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Set
from dataclasses import dataclass, field

from fixtures.helpdesk.notices import Notice

WORD = r"(?<![\w-]){}(?![\w-])"


@dataclass
class Told:
    """Tenants who ought to have been told and were not, those of whose mails none came, and who was told in vain."""

    untold: list[str] = field(default_factory=list)
    unreached: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)


def told(affected: Collection[str], contacts: Mapping[str, Set[str]], notices: Collection[Notice]) -> Told:
    """Compare those who were affected with those who were told; an address that is nobody's is a stranger's."""
    found = Told()
    for tenant in sorted(affected):
        own = [n for n in notices if n.email in contacts.get(tenant, set())]
        if not own:
            found.untold.append(tenant)
        if not any(n.delivered for n in own):
            found.unreached.append(tenant)
    due = {address for tenant in affected for address in contacts.get(tenant, set())}
    owners = {address: tenant for tenant, addresses in contacts.items() for address in addresses}
    found.strangers = sorted({owners.get(n.email, "unknown") for n in notices if n.email not in due})
    return found


def leaks(notice: Notice, contacts: Mapping[str, Set[str]], words: Mapping[str, Set[str]]) -> list[str]:
    """Say what a mail shows its recipient of others: their addresses, and words that are theirs and not its own."""
    owner = next((tenant for tenant, addresses in contacts.items() if notice.email in addresses), None)
    others = notice.seen - (contacts.get(owner, set()) if owner else set()) - {notice.email}
    name = f"the mail to {owner[:8]}" if owner else "the mail to an unknown address"
    found = [f"{name} shows the addresses of {len(others)} others in To or Cc"] if others else []
    own = {w.casefold() for w in words.get(owner or "", set())}
    for tenant, theirs in sorted(words.items()):
        foreign = [w for w in theirs if w.casefold() not in own and _says(notice.text, w)]
        if tenant != owner and foreign:
            found.append(f"{name} names tenant {tenant[:8]}")
    return found


def _says(text: str, word: str) -> bool:
    return re.search(WORD.format(re.escape(word)), text, re.IGNORECASE) is not None
