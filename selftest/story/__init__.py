"""A release from nothing to GO and back, over days, by the commands that people type; and each way to cheat."""
