"""Puts a run's summary and report on the release ticket: an issue or a release on GitHub, or a Jira issue."""

from golive.ticket.sending import Send, TicketError

__all__ = ["Send", "TicketError"]
