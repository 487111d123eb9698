"""Writes and signs records: attestations, waivers, sign-offs. `golive.attestation` reads and verifies them."""
