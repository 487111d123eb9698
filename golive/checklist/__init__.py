"""The team's own checklist document: recognise its lines, and tick its boxes."""
