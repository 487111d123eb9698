"""A made-up checklist: its catalogue, its fingerprints, and its document in the shapes that the real ones have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from golive.catalogue import Catalogue
from golive.checklist.document import Document, parse
from golive.checklist.findings import Findings, compare
from golive.checklist.fingerprint import Fingerprint, fingerprint
from golive.checklist.match import Matching, match
from selftest.engine.made_runs import catalogue_of, line

TEXT = """# Opening the tea house

## Kitchen

### Stoves

- [ ] **Setup**
  - [ ] Kettle boils within four minutes
  - [ ] Gas valve closes by hand
  - [ ] Cost alerts sent to owner
- [ ] **Testing**
  - [ ] Smoke alarm rings loudly
  - [ ] Cost alerts sent to owner

### Cellar

- [ ] **Setup**
  - [ ] Shelves hold forty jars
  - [ ] Lamp burns all night
- [ ] **Alarm conditions**
  - Water stands above two centimetres
  - Temperature rises over nine degrees

## Closing

**When it burns:**

```bash
# Step 1: Leave
Call the neighbours loudly

# Step 2: Count
- Count every guest twice
- Lock the garden door
```

**Ready to open?** Look around once more!

```
[ ] Kitchen complete
[ ] Doors open
```
"""
ROWS = (
    ("T-1", None, "heading", "Kitchen"),
    ("T-1.1", "T-1", "heading", "Stoves"),
    ("T-1.1.1", "T-1.1", "group", "Setup"),
    ("T-1.1.1.1", "T-1.1.1", "item", "Kettle boils within four minutes"),
    ("T-1.1.1.2", "T-1.1.1", "item", "Gas valve closes by hand"),
    ("T-1.1.1.3", "T-1.1.1", "item", "Cost alerts sent to owner"),
    ("T-1.1.2", "T-1.1", "group", "Testing"),
    ("T-1.1.2.1", "T-1.1.2", "item", "Smoke alarm rings loudly"),
    ("T-1.1.2.2", "T-1.1.2", "item", "Cost alerts sent to owner"),
    ("T-1.2", "T-1", "heading", "Cellar"),
    ("T-1.2.1", "T-1.2", "group", "Setup"),
    ("T-1.2.1.1", "T-1.2.1", "item", "Shelves hold forty jars"),
    ("T-1.2.1.2", "T-1.2.1", "item", "Lamp burns all night"),
    ("T-1.2.2", "T-1.2", "group", "Alarm conditions"),
    ("T-1.2.2.1", "T-1.2.2", "item", "Water stands above two centimetres"),
    ("T-1.2.2.2", "T-1.2.2", "item", "Temperature rises over nine degrees"),
    ("T-2", None, "heading", "Closing"),
    ("T-2.1", "T-2", "group", "Step 1: Leave"),
    ("T-2.1.1", "T-2.1", "item", "Call the neighbours loudly"),
    ("T-2.2", "T-2", "group", "Step 2: Count"),
    ("T-2.2.1", "T-2.2", "item", "Count every guest twice"),
    ("T-2.2.2", "T-2.2", "item", "Lock the garden door"),
    ("T-3", None, "heading", "Ready to open"),
    ("T-3.1", "T-3", "item", "Kitchen complete"),
    ("T-3.2", "T-3", "item", "Doors open"),
)
BOXES = {"T-3.1": ["T-1"], "T-3.2": ["T-1", "T-2"]}


def _line(line_id: str, parent: str | None, kind: str) -> object:
    if line_id in BOXES:
        return line(line_id, parent, kind, phase="golive", rolls_up=BOXES[line_id], limits=[])
    return line(line_id, parent, kind)


CATALOGUE: Catalogue = catalogue_of(*(_line(i, p, k) for i, p, k, _ in ROWS))  # type: ignore[arg-type]
PRINTS: Mapping[str, Fingerprint] = {i: fingerprint(text) for i, _, _, text in ROWS}
CHECKED = [x.id for x in CATALOGUE.items() if x.checked]


@dataclass(frozen=True)
class Recognised:
    """A document with what was found in it."""

    document: Document
    matching: Matching
    found: Findings

    def ids(self) -> dict[str, str]:
        """Return the text of each recognised entry by line id."""
        return {i: self.matching.entries[n].text for i, n in self.matching.entry_of.items()}

    def changes(self) -> dict[str, list[str]]:
        """Return what was found, by ids, or texts where there is no id."""
        of = self.matching.line_of
        told = {
            "added": [e.text for e in self.found.added],
            "moved": [of[i] for i in self.found.moved],
            "reworded": [of[i] for i in self.found.reworded],
            "removed": list(self.found.removed),
            "unchecked": list(self.found.unchecked),
        }
        return {name: rows for name, rows in told.items() if rows}


def recognised(text: str | bytes, checked: list[str] = CHECKED) -> Recognised:
    """Read the document and match it with the made-up catalogue."""
    data = text.encode() if isinstance(text, str) else text
    document = parse(data, Path("tea.md"))
    matching = match(document.entries, CATALOGUE, PRINTS)
    return Recognised(document, matching, compare(matching, checked))
