"""The ledger: the verdicts of all runs of a release, over weeks and machines. Append only.

`golive.ledger.store` has the ledger itself. It is not imported here: a run without `--release` needs no database.
"""

from golive.ledger.entry import Entry, LedgerError, Subject, subjects
from golive.ledger.standing import standing

__all__ = ["Entry", "LedgerError", "Subject", "standing", "subjects"]
