"""Golive: production verification. Knows lines, targets, verdicts and the gate; knows no check and no AWS."""

__version__ = "0.1.0"
