"""The ledger: the verdicts of all runs of a release, over weeks and machines. Append only."""

from golive.ledger.standing import standing
from golive.ledger.store import Entry, Ledger, LedgerError, Subject

__all__ = ["Entry", "Ledger", "LedgerError", "Subject", "standing"]
