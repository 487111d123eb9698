"""What the ledger tells over releases: lines that flip, were never verified, or got slower."""
