"""The clock of the command line: the only place here that asks what time it is."""

from __future__ import annotations

from datetime import UTC, date, datetime


def today() -> date:
    """The day where the user is."""
    return datetime.now().astimezone().date()


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def stamp() -> str:
    """The present moment as ISO 8601, to the second."""
    return now().isoformat(timespec="seconds")
