"""The guard: what a check may do to a deployment is decided where the call leaves, not by trust in a marker."""
