"""What of a batch is not as its faults declare: pure, over the verdicts before, under and after them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reference.faults import Fault
from selftest.proofs.batches import declared
from selftest.proofs.runner import Verdicts


@dataclass(frozen=True)
class Shown:
    """The verdicts before, under and after the faults of a batch."""

    before: Verdicts
    under: Verdicts
    after: Verdicts

    def updated(self, newer: Shown) -> Shown:
        """The newer verdicts in place of the older ones of the same lines."""
        return Shown(
            self.before.updated(newer.before), self.under.updated(newer.under), self.after.updated(newer.after)
        )


@dataclass(frozen=True)
class Surprise:
    line: str
    said: str

    def __str__(self) -> str:
        return self.said


def unproven(fault: Fault, shown: Shown) -> Iterator[Surprise]:
    """What keeps the fault from being proven: each of its lines passes, fails and names it, and passes again."""
    for line in fault.fails:
        for when, row in (("before", shown.before.lines[line]), ("after", shown.after.lines[line])):
            if row["verdict"] != "passed":
                yield Surprise(line, f"{line} {when} {fault.name} is {row['verdict']}: {row['message']}")
        row = shown.under.lines[line]
        if row["verdict"] != "failed":
            yield Surprise(line, f"{line} under {fault.name} is {row['verdict']}: {row['message']}")
        elif not re.search(fault.messages[line], row["message"], re.S):
            yield Surprise(line, f"{line} does not name {fault.name}: {row['message']}")


def turned(batch: Sequence[Fault], shown: Shown) -> Iterator[Surprise]:
    """Lines that turned and no fault of the batch declares."""
    expected = declared(batch)
    for when, verdicts in (("before", shown.before), ("under", shown.under), ("after", shown.after)):
        for line, why in verdicts.not_passed().items():
            if line not in expected:
                yield Surprise(line, f"{line} {when} the batch is {why}")


def surprises(batch: Sequence[Fault], shown: Shown) -> Iterator[Surprise]:
    """All that is not as the faults of a batch declare."""
    yield from turned(batch, shown)
    for fault in batch:
        yield from unproven(fault, shown)
