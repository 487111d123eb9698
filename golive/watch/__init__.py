"""The first hours of a release: smoke checks and rollback conditions, until one is met or the time is up."""
