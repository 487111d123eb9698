"""The file in which backups and restored instances are told to other processes."""

STATE = "state.json"
